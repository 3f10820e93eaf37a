"""A small edit of a network, and what every kind of edit is made with.

Requirements met here: an edit names what it changes in words that a reader of the table knows, and
is applied by the names of rows, so that one edit serves a part of a network and the whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from netsheet.core.errors import RuleError
from netsheet.core.graph import Graph, Node, Row
from netsheet.core.shape import Shape
from netsheet.layers.input import Input
from netsheet.sheet.sheet import Sheet


class Edit(NamedTuple):
    """One change: in words, and as a function of a graph, which may refuse (RuleError).

    rank: how unusual a change it is; of equally good ones the smaller comes first. wide: whether
    it changes rows outside the line, so that it can't be tried on the line alone.
    """

    words: str
    change: Callable[[Graph], Graph]
    rank: int = 1
    wide: bool = False


class Target(NamedTuple):
    """What is searched: a sheet, and the line (or the whole network) whose cells disagree."""

    sheet: Sheet
    node: Node

    @property
    def whole(self) -> bool:
        """Whether it is the whole network, of which only totals are printed."""
        return not self.node.name

    def rows(self) -> Iterator[tuple[int, Row]]:
        """The rows of the line with their places."""
        for place in range(self.node.first, self.node.last + 1):
            yield place, self.sheet.graph.rows[place]

    def reads(self, row: Row) -> Shape:
        """The shape that a row reads first."""
        return self.sheet.facts[row.reads[0]].output


def with_layer(name: str, **changes: Any) -> Callable[[Graph], Graph]:  # noqa: ANN401 attributes' values
    """Change attributes of the layer of one row."""

    def change(graph: Graph) -> Graph:
        rows = tuple(
            row._replace(layer=replace(row.layer, **changes)) if row.name == name else row
            for row in graph.rows
        )
        return replace(graph, rows=rows)

    return change


def put_before(graph: Graph, place: int, new: Row) -> Graph:
    """A graph with one more row at a place; what read rows from there on reads them still."""

    def moved(read: int) -> int:
        return read + (read >= place)

    rows = [row._replace(reads=tuple(map(moved, row.reads))) for row in graph.rows]
    return replace(graph, rows=(*rows[:place], new, *rows[place:]))


def without(graph: Graph, name: str) -> Graph:
    """A graph without a row: its readers read what it read."""
    place = graph.index[name]
    above = graph.rows[place].reads[0]

    def moved(read: int) -> int:
        read = above if read == place else read
        return read - (read > place)

    rows = [
        row._replace(reads=tuple(map(moved, row.reads)))
        for at, row in enumerate(graph.rows)
        if at != place
    ]
    return replace(graph, rows=tuple(rows))


def part(sheet: Sheet, node: Node) -> Graph:
    """The rows of a line alone, what they read from outside as inputs of the same shapes."""
    rows: list[Row] = []
    at: dict[int, int] = {}
    for place in range(node.first, node.last + 1):
        row = sheet.graph.rows[place]
        for read in row.reads:
            if read not in at:
                at[read] = len(rows)
                shape = Shape(sheet.facts[read].output)
                rows.append(Row(sheet.graph.rows[read].name, Input(shape=shape), ()))
        at[place] = len(rows)
        rows.append(row._replace(reads=tuple(at[read] for read in row.reads)))
    return Graph(node.name or sheet.graph.name, tuple(rows))


def edited(edit: Edit, graph: Graph) -> Graph | None:
    """The graph with an edit; None if it refuses."""
    try:
        return edit.change(graph)
    except (RuleError, KeyError, TypeError):
        return None


def near_counts(count: int) -> list[int]:
    """Counts near one that a network might have instead: from half to twice, in steps of 4."""
    step = 4 if count % 4 == 0 else 1
    low, high = max(step, count // 2 // step * step), 2 * count
    return [value for value in range(low, high + 1, step) if value != count]
