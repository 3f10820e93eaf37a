"""Shapes and counts of every row of a graph, top to bottom.

Requirements met here: one pass; each distinct layer is computed once for each input shape; the
totals alone, which a search over designs asks for again and again, need no sheet.
"""

from typing import TYPE_CHECKING, NamedTuple

from netsheet.core.errors import RuleError
from netsheet.core.graph import Graph
from netsheet.layers.base import Facts

if TYPE_CHECKING:
    from netsheet.core.shape import Shape


def infer(graph: Graph) -> list[Facts]:
    """The facts of each row; RuleError, naming the row, where a layer refuses its input."""
    found: list[Facts] = []
    append = found.append
    shapes: tuple[Shape, ...]
    for name, layer, reads in graph.rows:
        if len(reads) == 1:
            shape = found[reads[0]].output
            facts = layer.memo.get(shape)
            if facts is not None:
                append(facts)
                continue
            shapes = (shape,)
        else:
            shapes = tuple([found[read].output for read in reads])
        try:
            append(layer.facts(*shapes))
        except RuleError as error:
            what = f'"{name}": {error.what}'
            raise RuleError(
                what, sums=error.sums, hint=error.hint, attribute=error.attribute
            ) from error
    return found


class Totals(NamedTuple):
    """Exact totals of a network, for one sample."""

    params: int
    weights: int
    biases: int
    buffers: int
    macs: int
    neurons: int


def totals(graph: Graph) -> Totals:
    """Parameters, buffers, multiply-adds and neurons of a network, and nothing else."""
    weights = biases = buffers = macs = neurons = 0
    for facts in infer(graph):
        if facts.weights or facts.buffers:
            weights += facts.weights
            biases += facts.biases
            buffers += facts.buffers
        if facts.macs:
            macs += facts.macs
            neurons += facts.values
    return Totals(weights + biases, weights, biases, buffers, macs, neurons)
