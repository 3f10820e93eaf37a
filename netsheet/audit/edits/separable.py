"""A convolution split into a depthwise one with a multiplier, and a 1×1 behind it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from netsheet.audit.edit import Edit, Target, put_before
from netsheet.core.graph import Graph, Row
from netsheet.layers.conv import Conv

MULTIPLIERS = (1, 2, 3, 4, 6, 8, 16, 32)


def edits(target: Target) -> Iterator[Edit]:
    """Each plain convolution of the line, with each multiplier."""
    if target.whole:
        return
    for _, row in target.rows():
        layer = row.layer
        if not isinstance(layer, Conv) or layer.groups != 1 or layer.kernel == 1:
            continue
        channels = target.reads(row).channels
        for times in MULTIPLIERS:
            words = f"{row.name} depthwise separable, with multiplier {times}"
            yield Edit(words, _split(row.name, channels, times), 2)


def _split(name: str, channels: int, times: int) -> Callable[[Graph], Graph]:
    def change(graph: Graph) -> Graph:
        place = graph.index[name]
        row = graph.rows[place]
        depthwise = replace(row.layer, out=channels * times, groups=channels)
        pointwise = replace(row.layer, kernel=1, stride=1, padding=0, dilation=1)
        # A line of one row becomes one of two: what its name says is counted in both.
        first, second = (f"{name}_depthwise", name) if "." in name else (f"{name}.dw", f"{name}.pw")
        rows = list(graph.rows)
        rows[place] = row._replace(name=second)  # first: no name may be a row's and a group's
        wide = put_before(replace(graph, rows=tuple(rows)), place, Row(first, depthwise, row.reads))
        behind = wide.rows[place + 1]._replace(layer=pointwise, reads=(place,))
        return replace(wide, rows=(*wide.rows[: place + 1], behind, *wide.rows[place + 2 :]))

    return change


EDITS = edits
