"""Gaussian blur: a mean that counts what is near for more."""

from math import exp

from netsheet.convolution.named import Filter, Rows, Setting
from netsheet.core.errors import RuleError


def bell(size: int, sigma: float | None) -> list[float]:
    """Weights of one axis, exp(−x²/2σ²), brought to a sum of 1."""
    width = usual(size) if sigma is None else sigma
    if not width > 0:
        what = f"a bell of sigma {width:g} can't be made"
        raise RuleError(what, hint="it is a number above 0", attribute="kernel")
    half = size // 2
    heights = [exp(-((i - half) ** 2) / (2 * width * width)) for i in range(size)]
    return [height / sum(heights) for height in heights]


def usual(size: int) -> float:
    """σ for a kernel's side. Source: OpenCV, getGaussianKernel: 0.3·((k − 1)/2 − 1) + 0.8."""
    return 0.3 * ((size - 1) / 2 - 1) + 0.8


def rows(size: float, sigma: float | None = None) -> tuple[Rows, ...]:
    """The product of a bell along each axis."""
    line = bell(int(size), sigma)
    return (tuple(tuple(down * across for across in line) for down in line),)


FILTERS = (
    Filter(
        "gaussian",
        30,
        "blurs softly: a mean in which near values count for more, by a bell curve",
        "1: the bell is brought to that sum, so that brightness stays",
        rows,
        (
            Setting("size", 5, "side of the kernel", whole=True),
            Setting("sigma", None, "width of the bell, 0.3·((size − 1)/2 − 1) + 0.8 if left out"),
        ),
    ),
)
