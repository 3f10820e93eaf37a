"""Multiply-adds."""

from netsheet.sheet.column import counting

COLUMN = counting(
    name="macs",
    title="macs",
    unit="multiply-adds",
    meaning="multiply-adds of convolution and dense layers; biases left out, one per multiply-add",
    headings=(
        "mult-adds",
        "multadds",
        "multiply-adds",
        "madds",
        "mult adds",
        "multiply adds",
        "multiplications",
    ),
    value=lambda facts: facts.macs,
    rule=lambda row: row.layer.macs(*row.inputs, row.output),
)
