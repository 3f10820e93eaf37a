"""Connections, as LeNet-5's paper counts them."""

from netsheet.core.numbers import product
from netsheet.layers.base import WEIGHTED
from netsheet.sheet.column import counting
from netsheet.sheet.remember import Remembered


def _rule(row: Remembered) -> int:
    """Multiply-adds, and the biases' wires."""
    wires: int = row.layer.macs(*row.inputs, row.output)
    biased = any(w.role == "bias" for w in row.layer.weights(*row.inputs))
    if biased and row.layer.family in WEIGHTED:
        return wires + product((*row.output.size, row.output.channels))
    return wires


COLUMN = counting(
    name="connections",
    title="connections",
    unit="wires",
    meaning="wires into neurons: one for each multiply-add, and one for each output with a bias",
    headings=("number of connections",),
    value=lambda facts: facts.macs + facts.bias_adds,
    rule=_rule,
)
