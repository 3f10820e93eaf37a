"""Batch norm behind every convolution, in place of its biases; in some kernels changed besides."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from netsheet.audit.edit import Edit, Target, put_before
from netsheet.audit.edits import kernel
from netsheet.core.graph import Graph, Row
from netsheet.layers.batch_norm import BatchNorm
from netsheet.layers.conv import Conv


def edits(target: Target) -> Iterator[Edit]:
    """Of a whole network that has biases in its convolutions."""
    layers = [row.layer for _, row in target.rows()]
    if not target.whole or not any(isinstance(layer, Conv) and layer.bias for layer in layers):
        return
    words = "batch norm in place of the convolutions' biases"
    yield Edit(words, _normed, 2)
    for edit in kernel.edits(target):
        yield Edit(f"{edit.words}, and {words}", _both(edit), 3)


def _both(edit: Edit) -> Callable[[Graph], Graph]:
    def change(graph: Graph) -> Graph:
        return _normed(edit.change(graph))

    return change


def _normed(graph: Graph) -> Graph:
    """Every biased convolution without its biases and with a batch norm behind it."""
    names = [r.name for r in graph.rows if isinstance(r.layer, Conv) and r.layer.bias]
    for name in names:
        place = graph.index[name]
        row = graph.rows[place]
        plain = Row(f"{name}_plain", replace(row.layer, bias=False), row.reads)
        wide = put_before(graph, place, plain)
        rows = list(wide.rows)
        rows[place + 1] = Row(name, BatchNorm(), (place,))
        graph = replace(graph, rows=tuple(rows))
    return graph


EDITS = edits
