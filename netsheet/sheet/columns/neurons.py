"""Neurons: units that add up weighted inputs."""

from netsheet.core.numbers import product
from netsheet.layers.base import SUMMING
from netsheet.sheet.column import counting

COLUMN = counting(
    name="neurons",
    title="neurons",
    unit="units",
    meaning="outputs of layers that add up weighted inputs: convolutions and dense layers",
    headings=(
        "#neurons",
        "units count",
    ),
    value=lambda facts: facts.values if facts.macs else 0,
    rule=lambda row: (
        product((*row.output.size, row.output.channels)) if row.layer.family in SUMMING else 0
    ),
)
