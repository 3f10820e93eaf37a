"""What the kinds that read several maps share: which shapes go together."""

from typing import NoReturn

from netsheet.core.errors import RuleError
from netsheet.core.shape import AXIS_WORDS, Shape


def same_size(kind: str, xs: tuple[Shape, ...]) -> None:
    """Refuse maps whose axes differ; channels may."""
    for x in xs[1:]:
        if x.size != xs[0].size:
            need = "the same size" if x.rank == xs[0].rank else "the same axes"
            _refuse(kind, xs, need, _size_hint(xs[0], x))


def same_shape(kind: str, xs: tuple[Shape, ...]) -> None:
    """Refuse maps whose shapes differ in channels or axes."""
    for x in xs[1:]:
        if x.size != xs[0].size:
            _refuse(kind, xs, "the same shape", _size_hint(xs[0], x))
        if x != xs[0]:
            change = f"{int(x.channels)} channels to {int(xs[0].channels)}"
            hint = f"a 1×1 convolution on one of them can bring {change}"
            _refuse(kind, xs, "the same number of channels", hint)


def stretched(kind: str, xs: tuple[Shape, ...]) -> Shape:
    """The shape that all go together in, where axes of 1 are stretched; refuses others.

    Each axis has the size that is not 1. A shape with fewer axes has 1 on those it lacks.
    """
    largest: Shape = max(xs, key=lambda x: (x.rank, x.values))
    sizes = list(largest)
    for x in xs:
        for place, (letter, size) in enumerate(zip(("C", *largest.axes), x, strict=False)):
            if sizes[place] == 1:
                sizes[place] = size
            elif size not in {1, sizes[place]}:
                word, most = AXIS_WORDS[letter], int(sizes[place])
                hint = f"in {word}, {int(size)} is neither 1 nor {most}"
                _refuse(kind, xs, "the same shape, or axes of 1 to stretch", hint)
    return Shape(sizes)


def _size_hint(one: Shape, other: Shape) -> str:
    """What to do about two maps whose axes differ."""
    if one.rank != other.rank:
        return "a map has axes, and a vector has none; flatten makes a vector of a map"
    axes = zip(one.axes, one.size, other.size, strict=True)
    word = next(AXIS_WORDS[letter] for letter, a, b in axes if a != b)
    return f"their {word} differs: stride and padding of the branches must leave maps of one size"


def _refuse(kind: str, xs: tuple[Shape, ...], need: str, hint: str) -> NoReturn:
    shown = ", ".join(str(x) for x in xs[:8]) + (", …" if len(xs) > 8 else "")  # noqa: PLR2004 enough to see
    what = f"{kind} can't join {shown}: they need {need}"
    raise RuleError(what, hint=hint, attribute="from")
