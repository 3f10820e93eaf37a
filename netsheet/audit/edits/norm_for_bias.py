"""Batch norm behind every convolution, in place of its biases; in some kernels changed besides."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from netsheet.audit.edit import Edit, Target
from netsheet.audit.edits import kernel
from netsheet.core.graph import Graph, Row
from netsheet.layers.batch_norm import BatchNorm
from netsheet.layers.conv import Conv


def edits(target: Target) -> Iterator[Edit]:
    """Of a whole network that has biases in its convolutions and no batch norm."""
    layers = [row.layer for _, row in target.rows()]
    if not target.whole or any(isinstance(layer, BatchNorm) for layer in layers):
        return
    if not any(isinstance(layer, Conv) and layer.bias for layer in layers):
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
    rows: list[Row] = []
    at: list[int] = []
    for row in graph.rows:
        reads = tuple(at[read] for read in row.reads)
        if isinstance(row.layer, Conv) and row.layer.bias:
            rows.append(Row(f"{row.name}_plain", replace(row.layer, bias=False), reads))
            rows.append(Row(row.name, BatchNorm(), (len(rows) - 1,)))
        else:
            rows.append(row._replace(reads=reads))
        at.append(len(rows) - 1)
    return replace(graph, rows=tuple(rows))


EDITS = edits
