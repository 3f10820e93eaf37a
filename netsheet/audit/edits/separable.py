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
        wide = put_before(graph, place, Row(f"{name}_depthwise", depthwise, row.reads))
        rows = list(wide.rows)
        rows[place + 1] = Row(name, pointwise, (place,))
        return replace(wide, rows=tuple(rows))

    return change


EDITS = edits
