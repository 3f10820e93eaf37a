"""A line that reads another number of channels than the line above puts out."""

from collections.abc import Callable, Iterator

from netsheet.audit.edit import Edit, Target, near_counts, put_before
from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.input import Input


def edits(target: Target) -> Iterator[Edit]:
    """The line with each near number of channels at its input."""
    if target.whole:
        return
    inside = range(target.node.first, target.node.last + 1)
    outside = {read for _, row in target.rows() for read in row.reads if read not in inside}
    if len(outside) != 1:
        return
    (place,) = outside
    shape = target.sheet.facts[place].output
    if not shape.rank:
        return
    source = target.sheet.graph.rows[place].name
    names = [row.name for _, row in target.rows()]
    for count in near_counts(shape.channels):
        words = f"{target.node.name} reading {count} channels instead of {shape.channels}"
        given = Shape((count, *shape.size))
        yield Edit(words, _reading(source, names, given), 3)


def _reading(source: str, names: list[str], shape: Shape) -> Callable[[Graph], Graph]:
    """Let rows read an input of this shape wherever they read the source."""

    def change(graph: Graph) -> Graph:
        first = min(graph.index[name] for name in names)
        new = f"instead_of_{source.replace('.', '_')}"
        wide = put_before(graph, first, Row(new, Input(shape=shape), ()))
        old = graph.index[source]
        rows = tuple(
            row._replace(reads=tuple(first if read == old else read for read in row.reads))
            if row.name in names
            else row
            for row in wide.rows
        )
        return Graph(graph.name, rows, graph.groups)

    return change


EDITS = edits
