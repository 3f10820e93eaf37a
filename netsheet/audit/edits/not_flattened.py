"""Dense layers applied at each position of a map, as 1×1 convolutions, instead of to all of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from netsheet.audit.edit import Edit, Target, without
from netsheet.audit.edits.skipped_pool import POOLS
from netsheet.core.graph import Graph
from netsheet.layers.conv import Conv
from netsheet.layers.dense import Dense


def edits(target: Target) -> Iterator[Edit]:
    """All dense layers of a whole network at once; and with the pool above them skipped."""
    graph = target.sheet.graph
    dense = [place for place, row in target.rows() if isinstance(row.layer, Dense)]
    if not target.whole or not dense:
        return
    words = "the dense layers applied at each position, without flattening"
    yield Edit(words, _spread, 2)
    above = graph.rows[dense[0]].reads
    pools = [graph.rows[read].name for read in above if graph.rows[read].layer.family in POOLS]
    for name in pools:
        yield Edit(f"{words}, and {name} skipped", _without(name), 3)


def _spread(graph: Graph) -> Graph:
    rows = []
    for row in graph.rows:
        if isinstance(row.layer, Dense):
            layer = Conv(out=row.layer.out, kernel=1, bias=row.layer.bias)
            rows.append(row._replace(layer=layer))
        else:
            rows.append(row)
    return replace(graph, rows=tuple(rows))


def _without(name: str) -> Callable[[Graph], Graph]:
    def change(graph: Graph) -> Graph:
        return without(_spread(graph), name)

    return change


EDITS = edits
