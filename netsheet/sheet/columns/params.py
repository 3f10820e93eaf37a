"""Parameters: weights and biases."""

from netsheet.core.numbers import total
from netsheet.sheet.column import counting

COLUMN = counting(
    name="params",
    title="params",
    unit="values",
    meaning="what training changes: weights and biases",
    headings=(
        "#params",
        "#parameter",
        "#parameters",
        "# params",
        "param",
        "parameter",
        "parameters",
        "param #",
        "# parameters",
        "number of parameters",
        "weights and biases",
    ),
    value=lambda facts: facts.weights + facts.biases,
    rule=lambda row: total(w.count for w in row.own if w.role != "buffer"),
)
