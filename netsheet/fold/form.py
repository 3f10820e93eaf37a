"""How a group is built: its rows by their names inside it, what they are, and what they read.

Requirements met here: two groups have one form exactly if they differ in nothing but numbers and
words of their layers' attributes, and in what stands outside them; a group that no block could
stand for has no form.
"""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from netsheet.core.errors import RuleError
from netsheet.core.graph import INPUT, OWN, Graph, Node
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer

Shapes = Sequence[Shape | None]

RESERVED = re.compile(r"input\d*|inputs|above|none|nothing")
"""What no row of a block is called, as it means something else there."""


class Built(NamedTuple):
    """One row of a group as it is built.

    name: inside the group. fixed: of its attributes what no parameter can stand for. reads:
    places inside the group, and ~n for the n-th row outside that the group reads. shares: a place
    inside, or OWN.
    """

    name: str
    kind: type[Layer]
    fixed: tuple[Any, ...]
    reads: tuple[int, ...]
    shares: int = OWN
    tied: tuple[str, ...] = ()


Form = tuple[Built, ...]


class Use(NamedTuple):
    """A group of the network that has a form: where it stands, and what it reads outside.

    first, last: its rows, both in. outside: rows that it reads, in the order of first mention.
    owner: the group or row above whose weights it uses, and `tied` which of them.
    """

    name: str
    first: int
    last: int
    outside: tuple[int, ...]
    owner: str = ""
    tied: tuple[str, ...] = ()


def shapes_of(graph: Graph) -> list[Shape | None]:
    """The output of each row; None where a layer refuses its input, and below."""
    found: list[Shape | None] = []
    for row in graph.rows:
        xs = [found[read] for read in row.reads]
        known = [x for x in xs if x is not None]
        try:
            found.append(row.layer.facts(*known).output if len(known) == len(xs) else None)
        except RuleError:
            found.append(None)
    return found


def fixed(layer: Layer) -> tuple[Any, ...]:
    """Of a layer's attributes what no parameter can stand for: their sort, or all of them."""
    return tuple(
        _sort(getattr(layer, declared.name), declared.form) for declared in layer.attributes()
    )


def _sort(value: Any, form: str) -> Any:  # noqa: ANN401 any attribute's
    """What two values must have in common if one parameter is to stand for both."""
    if form in {"links", "shape"} or isinstance(value, Fraction):
        return ("=", value)
    if isinstance(value, tuple):
        return tuple(_sort(item, form) for item in value)
    if isinstance(value, str):
        return "word" if value.replace(" ", "").isalpha() else ("=", value)
    if form == "decimal":
        return form
    return type(value).__name__


def form_of(
    graph: Graph, node: Node, shapes: Shapes, signature: Callable[[Layer], tuple[Any, ...]]
) -> tuple[Form, Use] | None:
    """How a group is built, and where it stands; None if no block could stand for it."""
    first, depth = node.first, len(node.name) + 1
    outside: dict[int, int] = {}
    rows: list[Built] = []
    borrowing: list[int] = []
    for place in range(first, node.last + 1):
        name, layer, reads, shares, tied = graph.rows[place]
        if layer.kind == INPUT or RESERVED.fullmatch(name, depth):
            return None
        inner = tuple(
            [r - first if r >= first else ~outside.setdefault(r, len(outside)) for r in reads]
        )
        if shares == OWN or shares >= first:
            at = shares if shares == OWN else shares - first
            rows.append(Built(name[depth:], type(layer), signature(layer), inner, at, tied))
        else:
            borrowing.append(place)
            rows.append(Built(name[depth:], type(layer), signature(layer), inner))
    if not outside:
        return None
    use = Use(node.name, first, node.last, tuple(outside))
    if borrowing:
        owner = _owner(graph, node, shapes, borrowing)
        if not owner:
            return None
        use = use._replace(owner=owner, tied=graph.rows[borrowing[0]].tied)
    return tuple(rows), use


def stores(graph: Graph, place: int, shapes: Shapes) -> bool:
    """Whether a row's layer stores any tensor; None of its input's shapes may be unknown."""
    row = graph.rows[place]
    xs = [shapes[read] for read in row.reads]
    return bool(row.layer.weights(*xs))


def _owner(graph: Graph, node: Node, shapes: Shapes, borrowing: list[int]) -> str:
    """The group or row whose weights all of a group's rows use, one by one; empty if none is."""
    if any(shape is None for shape in shapes[: node.last + 1]):
        return ""
    rows = graph.rows
    places = range(node.first, node.last + 1)
    if [place for place in places if stores(graph, place, shapes)] != borrowing:
        return ""
    if len({rows[place].tied for place in borrowing}) > 1:
        return ""
    roots = [rows[place].shares for place in borrowing]
    name = _around([rows[root].name.split(".") for root in roots])
    owner = graph.nodes.get(name)
    if owner is None or owner.last >= node.first:
        return ""
    inside = [p for p in range(owner.first, owner.last + 1) if stores(graph, p, shapes)]
    theirs = [p if rows[p].shares == OWN else rows[p].shares for p in inside]
    return name if theirs == roots else ""


def _around(names: Sequence[Sequence[str]]) -> str:
    """The innermost group, or the row, that has all of some rows in it."""
    common: list[str] = []
    for parts in zip(*names, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return ".".join(common)
