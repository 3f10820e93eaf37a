"""Share of the network's parameters."""

from netsheet.sheet.shares import sharing

COLUMN = sharing(
    name="share",
    of="params",
    title="% params",
    meaning="share of the network's parameters",
    headings=("share of params", "params share", "params %", "% of params", "% of parameters"),
)
