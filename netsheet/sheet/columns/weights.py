"""Weights, without biases."""

from netsheet.core.numbers import total
from netsheet.sheet.column import counting

COLUMN = counting(
    name="weights",
    title="weights",
    unit="values",
    meaning="trained values that multiply",
    headings=(
        "#weights",
        "weights only",
    ),
    value=lambda facts: facts.weights,
    rule=lambda row: total(w.count for w in row.own if w.role == "weight"),
)
