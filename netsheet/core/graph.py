"""A network as a value: an immutable, ordered graph of named rows.

Requirements met here: rows read only rows above them, so a graph has no cycle by construction;
names are unique; nested names (`conv2.relu`) form the outline that a person sees; a graph knows
no torch, no text and no column.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from netsheet.core.errors import ChoiceError, RuleError
from netsheet.core.shape import Shape
from netsheet.core.span import shorten

LONGEST_NAME = 200

INPUT, PARAMETER = "input", "parameter"
"""The kinds that read nothing: what the network is given, and a trained tensor by itself."""

OWN = -1
"""What a row shares that has weights of its own, or none."""


class Operation(Protocol):
    """What a graph asks of a layer; `netsheet.layers.base.Layer` is one."""

    @property
    def kind(self) -> str:
        """Name of the layer kind."""

    @property
    def inputs(self) -> tuple[int, int]:
        """Least and greatest number of rows it reads."""

    def facts(self, *xs: Shape) -> Any:  # noqa: ANN401 the record is the layers' own
        """Its numbers on input shapes; RuleError if it refuses them."""


class Row(NamedTuple):
    """One layer in its place: name (nested by dots), layer, and the rows it reads, by index.

    shares: the row whose weights it uses instead of its own, by index; OWN if it has its own.
    tied: which of them, by name (`weight`); all of them where none is named.
    """

    name: str
    layer: Any
    reads: tuple[int, ...]
    shares: int = OWN
    tied: tuple[str, ...] = ()


class Group(NamedTuple):
    """Rows that a person wrote as one: `style` is "then", "block" or "repeat"; `word` its name."""

    style: str
    word: str


LISTS = frozenset({"", "Sequential", "ModuleList", "ModuleDict"})
"""Words that say of a group only that it is one."""


class Node(NamedTuple):
    """A part of the outline: one row, or a group of nodes; rows `first` to `last`, both in."""

    name: str
    first: int
    last: int
    children: tuple["Node", ...]
    group: Group | None

    @property
    def label(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, top to bottom."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Graph:
    """Named rows, each reading rows above it. Two graphs are equal if their rows are.

    groups: what a person wrote as one, by name. given: the values of a block's parameters, by the
    group's name. title: the heading of the sheet, of which the network may be one of several.
    """

    name: str
    rows: tuple[Row, ...]
    groups: dict[str, Group] = field(default_factory=dict, compare=False, hash=False)
    notes: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
    given: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False, hash=False)
    title: str = field(default="", compare=False, hash=False)

    def __post_init__(self) -> None:
        """Check names, order and number of inputs; RuleError says which row is at fault."""
        seen: set[str] = set()
        for index, row in enumerate(self.rows):
            check_name(row.name)
            if row.name in seen:
                what = f'two rows are called "{row.name}"'
                raise RuleError(what, hint="give one of them another name", attribute="name")
            seen.add(row.name)
            if any(not 0 <= read < index for read in row.reads):
                what = f'"{row.name}" reads itself or a row below'
                raise RuleError(what, hint="a row can only read rows above it", attribute="from")
            check_count(row.layer, len(row.reads))
            if row.shares != OWN:
                self._check_sharing(row, index)
        for name in seen:
            prefix = name.rpartition(".")[0]
            while prefix:
                if prefix in seen:
                    what = f'"{prefix}" is both a row and a group, for there is a row "{name}"'
                    raise RuleError(what, hint="rename one of them", attribute="name")
                prefix = prefix.rpartition(".")[0]
        if not self.rows:
            what = "the network has no rows"
            raise RuleError(what, hint="a network needs an input and a layer")

    def _check_sharing(self, row: Row, index: int) -> None:
        """Refuse weights of a row that is not above, or that has none of its own."""
        if not 0 <= row.shares < index:
            what = f'"{row.name}" shares the weights of itself or a row below'
            raise RuleError(
                what, hint="a row can only share with rows above it", attribute="shares"
            )
        owner = self.rows[row.shares]
        if owner.shares != OWN:
            first = self.rows[owner.shares].name
            what = f'"{row.name}" shares the weights of "{owner.name}", which are "{first}"\'s'
            raise RuleError(what, hint=f"name the row that owns them: {first}", attribute="shares")

    @cached_property
    def index(self) -> dict[str, int]:
        """Place of each row, by name."""
        return {row.name: place for place, row in enumerate(self.rows)}

    @cached_property
    def readers(self) -> tuple[tuple[int, ...], ...]:
        """For each row, the rows that read it."""
        found: list[list[int]] = [[] for _ in self.rows]
        for place, row in enumerate(self.rows):
            for read in row.reads:
                if not found[read] or found[read][-1] != place:
                    found[read].append(place)
        return tuple(tuple(places) for places in found)

    @property
    def inputs(self) -> tuple[int, ...]:
        """The network's inputs."""
        return tuple(place for place, row in enumerate(self.rows) if row.layer.kind == INPUT)

    @property
    def outputs(self) -> tuple[int, ...]:
        """The rows that nobody reads, the last row last: the network's outputs.

        A parameter that nobody reads is no output, but unused.
        """
        return tuple(
            place
            for place, readers in enumerate(self.readers)
            if not readers and self.rows[place].layer.kind != PARAMETER
        )

    @property
    def unused(self) -> tuple[int, ...]:
        """The parameters that nobody reads."""
        return tuple(
            place
            for place, readers in enumerate(self.readers)
            if not readers and self.rows[place].layer.kind == PARAMETER
        )

    @property
    def input_shape(self) -> Shape:
        """Shape of the first input, C×H×W."""
        shape: Shape = self.rows[self.inputs[0]].layer.facts().output
        return shape

    def with_input(self, shape: Sequence[int]) -> "Graph":
        """The same network on an input of another size."""
        place = self.inputs[0]
        row = self.rows[place]
        layer = replace(row.layer, shape=Shape.of(shape))
        rows = (*self.rows[:place], row._replace(layer=layer), *self.rows[place + 1 :])
        return replace(self, rows=rows)

    @cached_property
    def outline(self) -> tuple[Node, ...]:
        """The rows as a person wrote them: names that share a beginning form one node."""
        return _outline(self, 0, len(self.rows), "")

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every node of the outline, by name; of two with one name, the first."""
        found: dict[str, Node] = {}
        for top in self.outline:
            for node in top.walk():
                found.setdefault(node.name, node)
        return found

    def node(self, name: str) -> Node:
        """A row or group by name; ChoiceError with the nearest names otherwise."""
        found = self.nodes.get(name)
        if found is None:
            from difflib import get_close_matches

            near = get_close_matches(name[:LONGEST_NAME], self.nodes, n=3, cutoff=0.5)
            hint = (
                f"; did you mean {' or '.join(near)}?"
                if near
                else f"; there is {_listing(self.outline)}"
            )
            message = f'{self.name} has no row "{shorten(name)}"{hint}'
            raise ChoiceError(message)
        return found


def _listing(nodes: Sequence[Node]) -> str:
    names = [node.name for node in nodes[:12]]
    return ", ".join(names) + (", …" if len(nodes) > 12 else "")  # noqa: PLR2004 enough to see


def _outline(graph: Graph, first: int, end: int, prefix: str) -> tuple[Node, ...]:
    """Nodes of rows `first` to `end` (excluded) below a prefix that all of them share."""
    nodes: list[Node] = []
    place, depth = first, len(prefix)
    while place < end:
        head, dot, _ = graph.rows[place].name[depth:].partition(".")
        name = prefix + head
        if not dot:
            nodes.append(Node(name, place, place, (), None))
            place += 1
            continue
        inside = name + "."
        stop = place + 1
        while stop < end and graph.rows[stop].name.startswith(inside):
            stop += 1
        children = _outline(graph, place, stop, inside)
        group = graph.groups.get(name, Group("block", ""))
        nodes.append(Node(name, place, stop - 1, children, group))
        place = stop
    return tuple(nodes)


_PART = r"[+#×_-]*[^\W_][\w+#×-]*"
_NAME = re.compile(rf"{_PART}(?:\.{_PART})*")


def check_name(name: str) -> None:
    """Refuse a name that could not be a module's: empty parts, blanks, brackets, bars, dashes."""
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        what = f'"{shorten(name)}" can\'t be the name of a row'
        signs = "letters and digits, and with them _, -, +, # and ×"
        hint = f"{signs}, at most {LONGEST_NAME} characters; dots nest names"
        raise RuleError(what, hint=hint, attribute="name")


def check_count(layer: Any, count: int) -> None:  # noqa: ANN401 an Operation
    """Refuse a number of inputs that the layer can't read."""
    least, most = layer.inputs
    if least <= count <= most:
        return
    what = f"{layer.kind} reads {_counted(least, most)}, not {count}"
    hint = (
        "join them before, in a row of concat or add"
        if count > most
        else 'name them in the column "from"'
    )
    raise RuleError(what, hint=hint, attribute="from")


def _counted(least: int, most: int) -> str:
    if least == most:
        return f"{('no', 'one', 'two')[least]} row{'s' * (least != 1)}"
    return f"{least} rows or more"


def chain(name: str, layers: Iterable[tuple[str, Any]]) -> Graph:
    """A network without branches: each row reads the one above."""
    rows: list[Row] = []
    for place, (row, layer) in enumerate(layers):
        rows.append(Row(row, layer, (place - 1,) if place else ()))
    return Graph(name, tuple(rows))
