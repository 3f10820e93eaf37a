"""What a diagram shows: one box for each line, groups around them, equal groups only once.

Requirements met here: every row of the graph belongs to exactly one box, counted with its
repeats; every reading of one box by another is one link; a group that only passes on what the
one before it made, row for row the same but for its name, is folded into that one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from netsheet.core.graph import Graph, Node
from netsheet.core.shape import Shape
from netsheet.sheet.sheet import Sheet

DEEPEST = 16
"""Groups inside groups that are opened, at most; what lies deeper is a closed box."""

MANY = 500
"""Boxes that a diagram may have before groups are kept closed, if nobody asks for a depth."""

Link = tuple[int, int]
"""A box that is read and the box that reads it, by index."""


class Box(NamedTuple):
    """One line as a box: its node, and how many times it stands in the network."""

    node: Node
    times: int


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A box or a group of parts; boxes `first` up to `end`, which is not one of them.

    node: the line or group that is drawn, for all `times` that it follows itself. named: the
    nodes it is named after, first and last; a group that holds nothing else lends its name.
    """

    node: Node
    first: int
    end: int
    times: int
    named: tuple[Node, Node]
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The boxes in the network's order, the parts they form, and the links between them."""

    boxes: tuple[Box, ...]
    parts: tuple[Part, ...]
    links: tuple[Link, ...]


def make_plan(sheet: Sheet, depth: int | None = None, *, fold: bool = True) -> Plan:
    """The plan at a depth, as `Sheet.lines` counts it; without one, as deep as stays legible."""
    if depth is not None:
        return _Planner(sheet, min(depth, DEEPEST), fold=fold).plan()
    deepest = min(_depth(sheet.graph.outline), DEEPEST)
    while True:
        plan = _Planner(sheet, deepest, fold=fold).plan()
        if len(plan.boxes) <= MANY or deepest <= 1:
            return plan
        deepest -= 1


def _depth(nodes: Sequence[Node]) -> int:
    return max((1 + _depth(node.children) for node in nodes if node.children), default=1)


class _Form(NamedTuple):
    """What two groups must have in common to be drawn as one, and how each is tied in.

    rows: layer and output, readings inside, and name inside, for each row. source: the one row
    outside that is read, None if there are more. gives: places inside that are read from outside.
    """

    rows: tuple[tuple[int, tuple[int, ...], str], ...]
    takes: Shape | None
    source: int | None
    gives: tuple[int, ...]


@dataclass
class _Planner:
    sheet: Sheet
    depth: int
    fold: bool
    boxes: list[Box] = field(default_factory=list)
    box_of: dict[int, int] = field(default_factory=dict)
    shift: dict[int, int] = field(default_factory=dict)
    kinds: dict[object, int] = field(default_factory=dict)

    def plan(self) -> Plan:
        parts = tuple(self._parts(self.sheet.graph.outline, 1, 1, repeated=False))
        return Plan(tuple(self.boxes), parts, tuple(self._links()))

    def _parts(
        self, nodes: Sequence[Node], level: int, times: int, *, repeated: bool
    ) -> Iterator[Part]:
        for run in self._runs(nodes, repeated=repeated):
            first, last = run[0], run[-1]
            for node in run[1:]:
                for place in range(node.first, node.last + 1):
                    self.shift[place] = node.first - first.first
            yield self._part(first, last, level, (times, len(run)))

    def _part(self, node: Node, last: Node, level: int, times: tuple[int, int]) -> Part:
        start, every = len(self.boxes), times[0] * times[1]
        if level >= self.depth or not node.children or follows_in_place(self.sheet.graph, node):
            for place in range(node.first, node.last + 1):
                self.box_of[place] = start
            self.boxes.append(Box(node, every))
            return Part(node, start, start + 1, times[1], (node, last))
        repeat = node.group is not None and node.group.style == "repeat"
        parts = tuple(self._parts(node.children, level + 1, every, repeated=repeat))
        if len(parts) == 1 and 1 in {times[1], parts[0].times}:
            return _only(parts[0], node, last, times[1])
        return Part(node, start, len(self.boxes), times[1], (node, last), parts)

    def _runs(self, nodes: Sequence[Node], *, repeated: bool) -> Iterator[list[Node]]:
        """The nodes in order, those that are drawn as one together."""
        run: list[Node] = []
        before: _Form | None = None
        for node in nodes:
            form = self._form(node) if self.fold and (repeated or _is_block(node)) else None
            if (
                run
                and before is not None
                and form is not None
                and self._continues(run, before, form)
            ):
                run.append(node)
            else:
                if run:
                    yield run
                run = [node]
            before = form
        if run:
            yield run

    def _form(self, node: Node) -> _Form | None:
        """How a group is made; None if it reads or is read in more than one place."""
        graph, facts = self.sheet.graph, self.sheet.facts
        sources: set[int] = set()
        gives: list[int] = []
        rows = []
        for place in range(node.first, node.last + 1):
            row = graph.rows[place]
            inside = []
            for read in row.reads:
                if read < node.first:
                    sources.add(read)
                inside.append(read - node.first if read >= node.first else -1)
            if any(reader > node.last for reader in graph.readers[place]):
                gives.append(place - node.first)
            drawn = row.layer.drawn(), facts[place].output
            kind = self.kinds.setdefault(drawn, len(self.kinds))
            rows.append((kind, tuple(inside), row.name[len(node.name) :]))
        if len(sources) > 1 or len(gives) > 1:
            return None
        source = next(iter(sources), None)
        takes = None if source is None else facts[source].output
        return _Form(tuple(rows), takes, source, tuple(gives))

    def _continues(self, run: list[Node], before: _Form, form: _Form) -> bool:
        """Whether a group does once more what the run does, and reads nothing but its end."""
        if form.takes != before.takes or form.rows != before.rows:
            return False
        if before.gives != (form.gives or before.gives) or not before.gives:
            return False
        source = run[-1].first + before.gives[0]
        readers = self.sheet.graph.readers[source]
        end = run[-1].last + len(form.rows)
        return source == form.source and all(reader <= end for reader in readers)

    def _links(self) -> list[Link]:
        graph = self.sheet.graph
        shown = list(range(len(graph.rows)))
        for place, shift in sorted(self.shift.items()):
            shown[place] = shown[place - shift]
        found: set[Link] = set()
        for place, row in enumerate(graph.rows):
            if place not in self.shift:
                reader = self.box_of[place]
                found.update((self.box_of[shown[read]], reader) for read in row.reads)
        return sorted(link for link in found if link[0] != link[1])


def _only(part: Part, node: Node, last: Node, times: int) -> Part:
    """The one part of a group: the group is not drawn around it, but names what is repeated."""
    named = part.named if times == part.times == 1 else (node, last)
    return replace(part, times=times * part.times, named=named)


def follows_in_place(graph: Graph, node: Node) -> bool:
    """Whether a group is one line of layers, each reading the one before and nothing else."""
    if node.group is None or node.group.style != "then" or any(c.children for c in node.children):
        return False
    return all(
        graph.readers[place] == (place + 1,) and graph.rows[place + 1].reads == (place,)
        for place in range(node.first, node.last)
    )


def _is_block(node: Node) -> bool:
    return node.group is not None and node.group.style != "then"
