"""What the pooling kinds share: how their attributes are declared, and the rule of their output."""

from typing import Any

from netsheet.core.errors import RuleError
from netsheet.core.numbers import ceil_div, product
from netsheet.core.shape import Shape
from netsheet.layers.axis import (
    PADDING_WORDS,
    Padding,
    Pads,
    bordered,
    padded,
    pads,
    positions,
    slide,
    span,
    uneven,
)
from netsheet.layers.base import VALUE_BYTES, Axes, Layer, needs_rank, per_axis

INDEX_BYTES = 8
"""torch keeps the place of a maximum as a 64-bit integer."""

POOL_FORMS: dict[str, dict[str, Any]] = {
    "kernel": {
        "meaning": "size of the window, in pixels",
        "symbol": "k",
        "at_least": 1,
        "form": "axes",
        "headings": ("kernel size", "patch size", "pool size", "window"),
    },
    "stride": {
        "meaning": "step of the window, in pixels; the kernel's size if left out",
        "symbol": "s",
        "at_least": 1,
        "default": None,
        "form": "axes",
    },
    "padding": {
        "meaning": "border of the input: a number, one an axis, before/after, same, half or valid",
        "symbol": "p",
        "at_least": 0,
        "default": 0,
        "form": "padding",
        "words": PADDING_WORDS,
    },
    "rounding": {
        "meaning": "down: windows that don't fit whole are left out; up: they are taken in",
        "default": "down",
        "form": "word",
        "headings": ("round", "ceil mode", "ceil"),
        "words": {
            "down": "down",
            "up": "up",
            "floor": "down",
            "ceil": "up",
            "yes": "up",
            "no": "down",
            "true": "up",
            "false": "down",
        },
    },
}


def pooled(
    kind: str, x: Shape, kernel: Axes, stride: Axes, padding: Padding, dilation: Axes, *, up: bool
) -> Shape:
    """Output of a pool: the same channels, fewer positions; a window lies never wholly outside."""
    needs_rank(x, kind)
    reach = [
        span(k, d)
        for k, d in zip(
            per_axis(kernel, x.rank, attribute="kernel"),
            per_axis(dilation, x.rank, attribute="dilation"),
            strict=True,
        )
    ]
    for pad, side in zip(pads(padding, x, kernel, stride, dilation), reach, strict=True):
        if max(pad) >= side:
            what = f"padding {int(max(pad))} is as large as the window, {int(side)}"
            hint = (
                f"a window would lie wholly outside the input; at most {int(side) - 1} makes sense"
            )
            raise RuleError(what, hint=hint, attribute="padding")
    return Shape((x.channels, *slide(x, kernel, stride, padding, dilation, up=up)))


def _within_torch(layer: Layer, x: Shape, given: Pads, kernel: tuple[int, ...]) -> bool:
    """Whether torch's pools lay this padding themselves: even, and at most half the kernel.

    In three dimensions the mean's window must not be larger than the map, either. Any other
    padding is laid on first, as a copy.
    """
    small = layer.family == "average pool" and x.rank == 3  # noqa: PLR2004 axes of a volume
    return not uneven(given) and all(
        2 * before <= k and (k <= n or not small)
        for (before, _), k, n in zip(given, kernel, x.size, strict=True)
    )


def copied_bytes(layer: Layer, x: Shape, stride: Axes, dilation: Axes = 1) -> int:
    """Bytes of the copy with its padding, where torch's pools can't lay that themselves.

    Rounding up, the copy reaches as far as the last window does, and no further.
    """
    arguments = pool_arguments(layer, x, stride, dilation)
    given, kernel = arguments["padding"], arguments["kernel"]
    if arguments["own"]:
        return 0
    if arguments["up"]:
        given = tuple(
            (pad[0], (positions(n, k, s, pad, d, up=True) - 1) * s + span(k, d) - n - pad[0])
            for n, k, s, pad, d in zip(
                x.size, kernel, arguments["stride"], given, arguments["dilation"], strict=True
            )
        )
    return VALUE_BYTES * bordered(x, given).values


def pool_arguments(layer: Layer, x: Shape, stride: Axes, dilation: Axes = 1) -> dict[str, Any]:
    """Kernel, stride, padding and rounding of each axis, for the torch module.

    own: torch's own module lays the padding.
    """
    kernel: Axes = layer.kernel  # type: ignore[attr-defined]  # every pool has one
    padding: Padding = layer.padding  # type: ignore[attr-defined]  # every pool has one
    sides = per_axis(kernel, x.rank, attribute="kernel")
    given = pads(padding, x, kernel, stride, dilation)
    return {
        "kernel": sides,
        "stride": per_axis(stride, x.rank, attribute="stride"),
        "padding": given,
        "own": _within_torch(layer, x, given, sides),
        "dilation": per_axis(dilation, x.rank, attribute="dilation"),
        "up": layer.rounding == "up",  # type: ignore[attr-defined]  # every pool has it
    }


def grown(x: Shape, given: dict[str, Any], size: tuple[int, ...]) -> Pads:
    """The border of a pool that puts out this size, behind the map as far as windows reach."""
    axes = zip(x.size, given["kernel"], given["stride"], given["dilation"], strict=True)
    return tuple(
        (before, max(after, (count - 1) * s + span(k, d) - n - before))
        for (n, k, s, d), (before, after), count in zip(axes, given["padding"], size, strict=True)
    )


def window_ends(x: Shape, given: dict[str, Any]) -> tuple[Pads, bool]:
    """The border of a pool, and whether its size is to be rounded up, as ONNX counts windows.

    There a window may begin in the border behind, which torch and Caffe leave out: where that
    would make a difference the border is made as long as the windows reach, and nothing rounded.
    """
    axes = (x.size, given["kernel"], given["stride"], given["padding"], given["dilation"])
    if not given["up"]:
        return given["padding"], False
    size = tuple(positions(*axis, up=True) for axis in zip(*axes, strict=True))
    plain = tuple(
        ceil_div(padded(n, *pad) - span(k, d), s) + 1 for n, k, s, pad, d in zip(*axes, strict=True)
    )
    return (given["padding"], True) if size == plain else (grown(x, given, size), False)


def held(start: int, kernel: int, before: int, end: int) -> int:
    """How many values a window along one axis holds of those from −before to end."""
    return min(start + kernel, end) - max(start, -before)


def corrections(
    x: Shape, given: dict[str, Any], size: tuple[int, ...], *, count_padding: bool
) -> list[float]:
    """For each window, its size by how many of the values in it count for the mean."""
    factors = [1.0 * product(given["kernel"])]
    axes = zip(x.size, given["kernel"], given["stride"], given["padding"], size, strict=True)
    for n, k, s, (first, last), count in axes:
        before, after = (first, last) if count_padding else (0, 0)
        holds = [held(place * s - first, k, before, n + after) for place in range(count)]
        factors = [factor / holding for factor in factors for holding in holds]
    return factors
