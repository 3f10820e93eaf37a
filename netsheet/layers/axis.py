"""One rule for one axis, applied to each axis alike: 1-D, 2-D and 3-D never differ.

Requirements met here: output size of a sliding window by Dumoulin & Visin 2016
(arXiv:1603.07285, relationship 6 with dilation: section 5.1), rounding up as torch does it,
`same` and `valid` padding as TensorFlow does it; a size that can't be is refused with the sum.
"""

from typing import cast

from netsheet.core.errors import RuleError
from netsheet.core.numbers import Number, ceil_div, explained, larger
from netsheet.core.shape import AXIS_WORDS, Shape
from netsheet.layers.base import Axes, per_axis

Pads = tuple[tuple[int, int], ...]
"""Padding before and after, for each axis."""

Padding = int | str | tuple[int, ...] | tuple[tuple[int, int], ...]
"""Padding as written: one number, one an axis, a (before, after) pair an axis, or a word."""

PADDING_WORDS = {
    "same": "same",
    "half": "half",
    "valid": "valid",
    "none": "valid",
    "no": "valid",
    "samepadding": "same",
}


def span(kernel: int, dilation: int) -> int:
    """How far a window reaches, in pixels: d·(k − 1) + 1."""
    return dilation * (kernel - 1) + 1


def pads(padding: Padding, x: Shape, kernel: Axes, stride: Axes = 1, dilation: Axes = 1) -> Pads:
    """Padding before and after each axis, whichever way it was written.

    "same" makes the output ⌈size/stride⌉, with the odd pixel behind; "half" is half the window
    on every side, whatever the stride (Dumoulin & Visin 2016, relationship 3); "valid" is none.
    """
    rank = x.rank
    if isinstance(padding, int):
        return ((padding, padding),) * rank
    if padding == "valid":
        return ((0, 0),) * rank
    if padding == "same":
        return tuple(
            _same(n, k, s, d)
            for n, k, s, d in zip(
                x.size,
                per_axis(kernel, rank, attribute="kernel"),
                per_axis(stride, rank, attribute="stride"),
                per_axis(dilation, rank, attribute="dilation"),
                strict=True,
            )
        )
    if padding == "half":
        sides = zip(
            per_axis(kernel, rank, attribute="kernel"),
            per_axis(dilation, rank, attribute="dilation"),
            strict=True,
        )
        return tuple((half, half) for half in (_half(k, d) for k, d in sides))
    if isinstance(padding, tuple) and padding and isinstance(padding[0], tuple):
        if len(padding) == 1:
            padding = padding * rank
        if len(padding) != rank:
            what = f"padding has {len(padding)} pairs, and the input has {rank} axes"
            raise RuleError(
                what, hint="give a before/after pair for each axis", attribute="padding"
            )
        return padding
    numbers = per_axis(cast("Axes", padding), rank, attribute="padding")
    return tuple((number, number) for number in numbers)


def _same(n: int, k: int, s: int, d: int) -> tuple[int, int]:
    both = larger((ceil_div(n, s) - 1) * s + span(k, d) - n, 0)
    before = int(both) // 2
    return before, int(both) - before


def _half(k: int, d: int) -> int:
    half = span(int(k), int(d)) // 2
    return Number.symbol("p", half) if isinstance(k, Number) else half


def uneven(given: Pads) -> bool:
    """Whether some axis has more padding on one side than on the other."""
    return any(before != after for before, after in given)


def bordered(x: Shape, given: Pads) -> Shape:
    """The shape of a map with its padding laid on."""
    sizes = (padded(n, *pad) for n, pad in zip(x.size, given, strict=True))
    return Shape((x.channels, *sizes))


def padded(n: int, before: int, after: int) -> int:
    """Size with its padding; equal padding is written 2·p."""
    if before is after or before == after:
        return n + 2 * before
    return n + before + after


def positions(n: int, k: int, s: int, pad: tuple[int, int], d: int, *, up: bool = False) -> int:
    """Number of window positions along one axis.

    ⌊(n + 2p − (d(k − 1) + 1))/s⌋ + 1. With `up` the division is rounded up, but a window
    that would start in the padding behind is left out, as torch and Caffe do.

    >>> positions(227, 11, 4, (0, 0), 1), positions(112, 3, 2, (0, 0), 1, up=True)
    (55, 56)
    """
    room = padded(n, *pad) - span(k, d)
    if not up:
        return room // s + 1
    count = ceil_div(room, s) + 1
    if (int(count) - 1) * int(s) >= int(n) + int(pad[0]):
        return count - 1
    return count


def slide(
    x: Shape,
    kernel: Axes,
    stride: Axes,
    padding: Padding,
    dilation: Axes = 1,
    *,
    up: bool = False,
) -> tuple[int, ...]:
    """Output size along each axis of x; RuleError if no window fits."""
    rank = x.rank
    sizes = []
    for letter, n, k, s, pad, d in zip(
        x.axes,
        x.size,
        per_axis(kernel, rank, attribute="kernel"),
        per_axis(stride, rank, attribute="stride"),
        pads(padding, x, kernel, stride, dilation),
        per_axis(dilation, rank, attribute="dilation"),
        strict=True,
    ):
        if span(k, d) > n + pad[0] + pad[1]:
            _refuse(letter, n, k, s, pad, d)
        sizes.append(positions(n, k, s, pad, d, up=up))
    return tuple(sizes)


def _refuse(letter: str, n: int, k: int, s: int, pad: tuple[int, int], d: int) -> None:
    before, after = (Number.symbol("p", p) for p in pad)
    size = positions(
        Number.symbol(letter, n),
        Number.symbol("k", k),
        Number.symbol("s", s),
        (before, after),
        Number.symbol("d", d),
    )
    word = AXIS_WORDS[letter]
    missing = span(k, d) - n - pad[0] - pad[1]
    sums = (f"{letter}_out = {explained(size)}, must be at least 1",)
    more = f"{missing} more {_plural(missing, 'pixel')}"
    hint = f"the input's {word} is {n}; {more} of padding in all would fit"
    if n + pad[0] + pad[1] >= 1:
        hint += f", or a kernel of at most {(n + pad[0] + pad[1] - 1) // d + 1}"
    what = f"the window doesn't fit the input's {word}"
    raise RuleError(what, sums=sums, hint=hint, attribute="kernel")


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def unread(n: int, k: int, s: int, pad: tuple[int, int], d: int, *, up: bool = False) -> int:
    """Rows at the far edge of the input that no window reads.

    >>> unread(224, 11, 4, (0, 0), 1)  # 54 positions reach 223 of 224
    1
    """
    count = int(positions(n, k, s, pad, d, up=up))
    reached = (count - 1) * s + span(k, d) - pad[0]
    return max(0, n - max(0, reached))
