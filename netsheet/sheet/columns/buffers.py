"""Buffers, such as the running statistics of batch norm."""

from netsheet.core.numbers import total
from netsheet.sheet.column import counting

COLUMN = counting(
    name="buffers",
    title="buffers",
    unit="values",
    meaning="stored with the network but not changed by the gradient",
    headings=("#buffers",),
    value=lambda facts: facts.buffers,
    rule=lambda row: total(w.count for w in row.own if w.role == "buffer"),
)
