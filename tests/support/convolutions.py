"""Random convolutions: maps, filters and options of every sort that netsheet.convolution takes."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from netsheet.convolution.border import Border
from netsheet.convolution.reference import by_definition

Values = NDArray[Any]


class Case(NamedTuple):
    """A convolution: C×… map, C_out × C/groups × k… filters, and options an axis."""

    x: Values
    weight: Values
    bias: Values | None
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int
    border: Border

    def options(self) -> dict[str, Any]:
        """What `correlate` is handed besides map and filters."""
        return {
            "bias": self.bias,
            "stride": self.stride,
            "padding": self.padding,
            "dilation": self.dilation,
            "groups": self.groups,
            "border": self.border.mode,
            "value": self.border.value,
        }

    def defined(self, *, flip: bool = False) -> Values:
        """What the definition says."""
        return by_definition(
            self.x,
            self.weight,
            bias=self.bias,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
            border=self.border,
            flip=flip,
        )

    @property
    def largest(self) -> float:
        """The largest value that a window can see, sign left off."""
        return max(float(np.abs(self.x).max()), abs(self.border.value))


MODES = ("zero", "edge", "reflect", "wrap", "constant")


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    ranks: tuple[int, ...] = (1, 2, 3),
    plane: bool = False,
    kernel: int | None = None,
    plain: bool = False,
) -> Case:
    """A convolution of random numbers.

    plane: one kernel for each channel by itself, of low rank or of one number now and then. kernel:
    its sides, random otherwise. plain: stride and dilation of 1.
    """
    rank = draw(st.sampled_from(ranks))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    groups = draw(st.integers(1, 3))
    reads, each = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    channels, outputs = groups * reads, groups * each
    if plane:
        reads, groups, outputs = 1, channels, channels
    axes = [draw(axis(kernel, plain=plain)) for _ in range(rank)]
    size, sides, stride, dilation, padding = zip(*axes, strict=True)
    mode = draw(st.sampled_from(MODES))
    if mode in {"reflect", "wrap"}:
        most = [n - 1 if mode == "reflect" else n for n in size]
        padding = tuple(
            (min(before, m), min(after, m))
            for (before, after), m in zip(padding, most, strict=True)
        )
        size = tuple(
            max(n, d * (k - 1) + 1 - before - after)
            for n, k, d, (before, after) in zip(size, sides, dilation, padding, strict=True)
        )
    weight = rng.normal(size=(outputs, reads, *sides))
    if plane:
        weight[:] = draw(st.sampled_from([_any, _product, _sum_of_two, _one_number]))(rng, sides)
    kind = draw(st.sampled_from([np.float32, np.float64]))
    x = (rng.normal(size=(channels, *size)) * 10).astype(kind)
    if draw(st.booleans()):  # channels beside each other in memory, as pictures have them
        x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)
    return Case(
        x,
        weight,
        rng.normal(size=outputs) if draw(st.booleans()) else None,
        stride,
        padding,
        dilation,
        groups,
        Border(mode, 2.5 if mode == "constant" else 0.0),
    )


@st.composite
def axis(draw: st.DrawFn, kernel: int | None, *, plain: bool) -> tuple[Any, ...]:
    """Size, side of the kernel, stride, dilation and padding of one axis; the window fits."""
    k = kernel or draw(st.integers(1, 5))
    d = 1 if plain else draw(st.integers(1, 2))
    s = 1 if plain else draw(st.integers(1, 3))
    padding = (draw(st.integers(0, 3)), draw(st.integers(0, 3)))
    least = max(1, d * (k - 1) + 1 - sum(padding))
    return draw(st.integers(least, least + 6)), k, s, d, padding


def _any(rng: np.random.Generator, sides: tuple[int, ...]) -> Values:
    return rng.normal(size=sides)


def _product(rng: np.random.Generator, sides: tuple[int, ...]) -> Values:
    made = rng.normal(size=sides[:1])
    for side in sides[1:]:
        made = np.multiply.outer(made, rng.normal(size=side))
    return made


def _sum_of_two(rng: np.random.Generator, sides: tuple[int, ...]) -> Values:
    return _product(rng, sides) + _product(rng, sides)


def _one_number(rng: np.random.Generator, sides: tuple[int, ...]) -> Values:
    return np.full(sides, rng.normal())
