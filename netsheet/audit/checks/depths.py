"""The depths of rows in a chain add up to the stated depth."""

from collections.abc import Iterator

from netsheet.audit.checks import Claimed
from netsheet.audit.verdict import Check


def check(claimed: Claimed) -> Iterator[Check]:
    """A depth column against the printed depth, or else against the network's."""
    cells = {row: n for (row, name), n in claimed.numbers.items() if name == "depth" and row}
    if len(cells) < 2 or ("", "depth") in claimed.numbers:  # noqa: PLR2004 a sum has terms
        return
    outline = claimed.sheet.graph.outline
    weighted = [node.name for node in outline if claimed.sheet.value("depth", node)]
    if not set(weighted) <= set(cells):
        return
    whole = sum(int(number.value) for number in cells.values())
    depth = int(claimed.sheet.total.depth)
    yield Check(
        "depths add up",
        tuple(f"{row}.depth" for row in cells),
        f"{len(cells)} cells of depth add up to {whole}; the network has {depth} weighted layers "
        "one behind the other",
        whole == depth,
        "" if whole == depth else "the depth column does not add up to the network's depth",
    )


CHECK = check
