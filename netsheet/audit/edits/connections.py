"""A sparse convolution taken for a full one, or for one in which each map reads one map."""

from collections.abc import Iterator

from netsheet.audit.edit import Edit, Target, with_layer
from netsheet.layers.sparse_conv import SparseConv


def edits(target: Target) -> Iterator[Edit]:
    """Each sparse convolution of the line, both ways."""
    if target.whole:
        return
    for _, row in target.rows():
        if not isinstance(row.layer, SparseConv):
            continue
        maps = tuple(range(target.reads(row).channels))
        count = len(row.layer.links)
        full = with_layer(row.name, links=(maps,) * count)
        yield Edit(f"{row.name} reading every map, not those of its table", full, 1)
        lone = with_layer(row.name, links=((0,),) * count)
        yield Edit(f"{row.name} reading one map for each of its own: the others forgotten", lone, 1)


EDITS = edits
