"""What a cell of a block holds: a value, a parameter, something computed from one, a condition.

Requirements met here: a term is a plain record, free of how it is written; whoever writes tables
or programs writes it in their own way.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

IN, INPUT = "in", "input"
"""Names that every block knows: the channels that a row reads first, and that the block reads."""


class Constant(NamedTuple):
    """The same everywhere, as the layer holds it: 3, 0.5, `same`, True, (1, 7)."""

    value: Any


class Named(NamedTuple):
    """A parameter, or one of the names that every block knows."""

    name: str


class Times(NamedTuple):
    """So many times what a name stands for."""

    name: str
    factor: int


class Over(NamedTuple):
    """What a name stands for, divided; `floor` where the rest is dropped."""

    name: str
    divisor: int
    floor: bool = False


class Axes(NamedTuple):
    """A term for each axis, or for before and after."""

    items: tuple["Term", ...]


class Turns(NamedTuple):
    """In a repeated row: what it is the first time, the second, and so on; the last stays."""

    items: tuple["Term", ...]


Term = Constant | Named | Times | Over | Axes | Turns


class Is(NamedTuple):
    """A comparison: `left = right`, or `left ≠ right` where `equal` is false."""

    left: Term
    right: Term
    equal: bool


class Holds(NamedTuple):
    """A parameter that is yes or no; `yes` says which is wanted."""

    name: str
    yes: bool = True


class Several(NamedTuple):
    """Conditions of which all must hold, or any."""

    parts: tuple["Condition", ...]
    all: bool


Condition = Is | Holds | Several


class Parameter(NamedTuple):
    """A parameter of a block, with its default where it has one.

    attribute: of a layer, that it was found for; empty for a condition. form: of that attribute.
    """

    name: str
    attribute: str
    form: str
    default: Constant | None = None


def names_in(terms: Sequence[Any]) -> set[str]:
    """The names that terms and conditions speak of."""
    found: set[str] = set()
    for term in terms:
        if isinstance(term, Named | Times | Over | Holds):
            found.add(term.name)
        elif isinstance(term, Axes | Turns):
            found |= names_in(term.items)
        elif isinstance(term, Is):
            found |= names_in((term.left, term.right))
        elif isinstance(term, Several):
            found |= names_in(term.parts)
    return found


def renamed(term: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 a term or a condition of the same sort
    """A term or condition with other names in it."""
    if isinstance(term, Named | Times | Over | Holds):
        return term._replace(name=names.get(term.name, term.name))
    if isinstance(term, Axes | Turns):
        return type(term)(tuple(renamed(item, names) for item in term.items))
    if isinstance(term, Is):
        return term._replace(left=renamed(term.left, names), right=renamed(term.right, names))
    if isinstance(term, Several):
        return term._replace(parts=tuple(renamed(part, names) for part in term.parts))
    return term
