"""A block taken for one convolution from its input to its output."""

from collections.abc import Callable, Iterator

from netsheet.audit.edit import Edit, Target
from netsheet.core.graph import Graph, Row
from netsheet.layers.conv import Conv

SIDES = (1, 3, 5)


def edits(target: Target) -> Iterator[Edit]:
    """A line of several rows as one convolution with each kernel."""
    node = target.node
    if target.whole or not node.children or node.group is None or node.group.style == "then":
        return
    shape = target.sheet.facts[node.last].output
    if not shape.rank:
        return
    for side in SIDES:
        words = f"{node.name} taken for one convolution {side}×{side}, {shape.channels}"
        yield Edit(
            words, _as_one(target, Conv(out=shape.channels, kernel=side, padding=side // 2)), 3
        )


def _as_one(target: Target, layer: Conv) -> Callable[[Graph], Graph]:
    names = [row.name for _, row in target.rows()]

    def change(graph: Graph) -> Graph:
        first, last = graph.index[names[0]], graph.index[names[-1]]
        gone = last - first
        read = graph.rows[first].reads[0]
        rows = [*graph.rows[:first], Row(names[-1], layer, (read,))]
        for row in graph.rows[last + 1 :]:
            reads = tuple(at - gone if at >= last else at for at in row.reads)
            rows.append(row._replace(reads=reads))
        return Graph(graph.name, tuple(rows), graph.groups)

    return change


EDITS = edits
