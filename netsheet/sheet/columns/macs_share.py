"""Share of the network's multiply-adds."""

from netsheet.sheet.shares import sharing

COLUMN = sharing(
    name="macs_share",
    of="macs",
    title="% macs",
    meaning="share of the network's multiply-adds",
    headings=("share of macs", "macs %", "% of macs", "% ops", "% of ops"),
)
