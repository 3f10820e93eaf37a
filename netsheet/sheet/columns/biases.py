"""Biases."""

from netsheet.core.numbers import total
from netsheet.sheet.column import counting

COLUMN = counting(
    name="biases",
    title="biases",
    unit="values",
    meaning="trained values that are added",
    headings=("#biases",),
    value=lambda facts: facts.biases,
    rule=lambda row: total(w.count for w in row.own if w.role == "bias"),
)
