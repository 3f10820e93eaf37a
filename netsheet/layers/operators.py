"""What the kinds share in reading and writing the operators of ONNX: axes, borders, constants.

Requirements met here: a border has one number, one an axis or a pair an axis, whichever is the
shortest that says it; an operator's axes count the batch, a layer's don't; what can't be said is
refused with its reason.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn, Protocol

from netsheet.core.errors import UnsupportedError
from netsheet.core.shape import Shape
from netsheet.layers.axis import Padding, Pads, pads
from netsheet.layers.base import Axes

Sizes = Sequence[int]
"""Numbers of an operator's attribute, one an axis; empty where it is left out."""


class Constant(Protocol):
    """A tensor that an operator is given by the file: its shape, and few values as numbers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""

    @property
    def stored(self) -> bool:
        """Whether it is one of the file's tensors, and not a number that an operator is given."""

    def numbers(self) -> tuple[float, ...]:
        """Its values; UnsupportedError where they are too many to be settings."""


def refuse(reason: str) -> NoReturn:
    """Say why an operator can't be read as this kind."""
    raise UnsupportedError(reason)


def alike(sizes: Sequence[int]) -> Axes:
    """One number where all axes agree, else one an axis.

    >>> alike([3, 3]), alike([1, 2])
    (3, (1, 2))
    """
    given = tuple(map(int, sizes))
    return given[0] if len(set(given)) == 1 else given


def simplest(border: Pads) -> Padding:
    """A border in its shortest form.

    >>> simplest(((1, 1), (1, 1))), simplest(((1, 1), (2, 2))), simplest(((0, 1), (0, 1)))
    (1, (1, 2), ((0, 1), (0, 1)))
    """
    if any(before != after for before, after in border):
        return border
    return alike([before for before, _ in border])


def pairs(given: Sizes, rank: int) -> Pads:
    """An operator's pads, first all before and then all behind, as a pair an axis."""
    if len(given) != 2 * rank:
        refuse(f"{len(given)} pads for {rank} axes")
    return tuple(zip(map(int, given[:rank]), map(int, given[rank:]), strict=True))


def border(
    x: Shape, kernel: Sizes, strides: Sizes, dilations: Sizes, given: Sizes, auto_pad: str
) -> Padding:
    """The padding that a window's operator lays on a map x, by its `pads` and `auto_pad`.

    SAME_UPPER is our "same", with the odd pixel behind; SAME_LOWER has it in front.
    """
    if auto_pad in {"NOTSET", ""}:
        return simplest(pairs(given, x.rank)) if given else 0
    if auto_pad == "VALID":
        return 0
    if auto_pad not in {"SAME_UPPER", "SAME_LOWER"}:
        refuse(f'auto_pad "{auto_pad}" is none of NOTSET, VALID, SAME_UPPER and SAME_LOWER')
    laid = pads("same", x, *map(tuple, (kernel, strides, dilations)))
    if auto_pad == "SAME_UPPER" or all(before == after for before, after in laid):
        return "same"
    return tuple((after, before) for before, after in laid)


def kernel_of(weight: Constant, given: Sizes) -> list[int]:
    """A window's sides, which are its weights', and the operator's own where it states them."""
    kernel = list(weight.shape[2:])
    if given and list(given) != kernel:
        refuse(f"its kernel is {list(given)}, and that of its weights {kernel}")
    return kernel


def each(given: Sizes, rank: int) -> tuple[int, ...]:
    """One number an axis; 1 where the attribute is left out."""
    if given and len(given) != rank:
        refuse(f"{len(given)} numbers for {rank} axes")
    return tuple(map(int, given)) or (1,) * rank


def flat_pads(border: Pads) -> list[int]:
    """A border as an operator has it: all before, then all behind."""
    return [before for before, _ in border] + [after for _, after in border]


def sample_axis(axis: int, x: Shape) -> int:
    """An operator's axis, which counts the batch, as an axis of one sample's shape.

    >>> sample_axis(1, Shape((3, 8, 8))), sample_axis(-1, Shape((3, 8, 8)))
    (0, 2)
    """
    ranks = len(x) + 1
    if not -ranks <= axis < ranks:
        refuse(f"there is no axis {axis} in N×{x}")
    place = axis % ranks
    if place == 0:
        refuse("it works over the batch, and mixes its samples")
    return place - 1


def plain(weight: Constant, bias: Constant) -> bool:
    """Whether a norm's γ is 1 and its β 0, and neither is a tensor that somebody trains."""
    given = not weight.stored and not bias.stored
    return given and {1.0} == set(weight.numbers()) and {0.0} == set(bias.numbers())


def resized(
    x: Shape, scales: Constant | None, sizes: Constant | None, axes: Sizes
) -> tuple[int, ...]:
    """The size that a `Resize` makes of a map, by factors or as it says; channels must stay."""
    ranks = len(x) + 1
    chosen = [axis % ranks for axis in axes] or list(range(ranks))
    factors = () if scales is None else scales.numbers()
    wanted = () if sizes is None else sizes.numbers()
    if len(factors or wanted) != len(chosen):
        refuse(f"it has {len(factors or wanted)} numbers for {len(chosen)} axes")
    whole = [1, *x]
    for axis, number in zip(chosen, factors or wanted, strict=True):
        if axis:
            whole[axis] = int(x[axis - 1] * number) if factors else int(number)
        elif factors and number != 1:
            refuse("it makes more or fewer samples")
    if whole[1] != x.channels or min(whole) < 1:
        refuse(f"it makes {x} {'×'.join(map(str, whole[1:]))}")
    return tuple(whole[2:])


def same_rank(*xs: Shape) -> None:
    """Refuse maps of unlike axes: operators count them from the last, a layer from the first."""
    if len({x.rank for x in xs}) > 1:
        refuse(f"it joins {', '.join(map(str, xs))}, which have unlike axes")


def level(onnx: Any, *xs: Shape) -> list[Any]:
    """A row's inputs with axes of 1 behind those that have fewer, so that all have as many."""
    rank = max(x.rank for x in xs)
    return [
        value
        if x.rank == rank
        else onnx.Unsqueeze(value, onnx.numbers(range(2 + x.rank, 2 + rank)))
        for value, x in zip(onnx.xs, xs, strict=True)
    ]


def complement(share: float) -> float:
    """1 − share, in decimals: 0.9 gives 0.1 and not 0.09999999999999998."""
    return float(1 - Decimal(repr(float(share))))


def quotient(number: float, divisor: int) -> float:
    """A decimal divided: 0.0001 by 5 is 0.00002, and no digit more than was given."""
    return float(f"{number / divisor:.7g}")
