"""Shapes and counts of every row of a graph, top to bottom.

Requirements met here: one pass; each distinct layer is computed once for each input shape; the
totals alone, which a search over designs asks for again and again, need no sheet.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from netsheet.core.errors import RuleError
from netsheet.core.graph import OWN, Graph, Row
from netsheet.layers.base import Facts, Weight
from netsheet.layers.sharing import own

if TYPE_CHECKING:
    from netsheet.core.shape import Shape


def infer(graph: Graph) -> list[Facts]:
    """The facts of each row; RuleError, naming the row, where a layer refuses its input."""
    found: list[Facts] = []
    append = found.append
    shapes: tuple[Shape, ...]
    for row in graph.rows:
        name, layer, reads, shares, _ = row
        if len(reads) == 1:
            shape = found[reads[0]].output
            facts = layer.memo.get(shape)
            if facts is not None and shares == OWN:
                append(facts)
                continue
            shapes = (shape,)
        else:
            shapes = tuple([found[read].output for read in reads])
        try:
            facts = layer.facts(*shapes)
            append(facts if shares == OWN else _sharing(graph, row, found, facts))
        except RuleError as error:
            what = f'"{name}": {error.what}'
            raise RuleError(
                what, sums=error.sums, hint=error.hint, attribute=error.attribute
            ) from error
    return found


def _sharing(graph: Graph, row: Row, found: list[Facts], facts: Facts) -> Facts:
    """The facts of a row that uses another's weights, which are counted there."""
    counts = dict.fromkeys(("weight", "bias", "buffer"), 0)
    for weight in own_weights(graph, row, found):
        counts[weight.role] += weight.count
    return facts._replace(weights=counts["weight"], biases=counts["bias"], buffers=counts["buffer"])


def own_weights(graph: Graph, row: Row, found: Sequence[Facts]) -> tuple[Weight, ...]:
    """The stored tensors that are a row's own: all, but for those it shares."""
    stored: tuple[Weight, ...] = row.layer.weights(*(found[read].output for read in row.reads))
    if row.shares == OWN:
        return stored
    owner = graph.rows[row.shares]
    theirs = owner.layer.weights(*(found[read].output for read in owner.reads))
    return own(stored, theirs, row.tied, owner=owner.name)


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
