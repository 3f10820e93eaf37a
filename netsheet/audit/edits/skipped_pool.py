"""A pool that is skipped: what reads it reads what it read.

Of a whole network only pools that alone read what they read: a pool of a gate or of a branch is not
skipped by mistake.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from netsheet.audit.edit import Edit, Target, without
from netsheet.core.graph import Graph

POOLS = frozenset({"max pool", "average pool", "adaptive pool"})


def edits(target: Target) -> Iterator[Edit]:
    """Each pool right above the line; of a whole network, each pool."""
    graph = target.sheet.graph
    if target.whole:
        readers = Counter(read for row in graph.rows for read in row.reads)
        names = [
            row.name
            for _, row in target.rows()
            if row.layer.family in POOLS and readers[row.reads[0]] == 1
        ][::-1]
    else:
        reads = graph.rows[target.node.first].reads
        names = [graph.rows[read].name for read in reads if graph.rows[read].layer.family in POOLS]
    for name in names:
        yield Edit(f"{name} skipped", _skipping(name), 1, wide=True)


def _skipping(name: str) -> Callable[[Graph], Graph]:
    def change(graph: Graph) -> Graph:
        return without(graph, name)

    return change


EDITS = edits
