"""The channels of branches that are joined add up to the printed channels."""

from collections.abc import Iterator

from netsheet.audit.checks import Claimed
from netsheet.audit.verdict import Check
from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape


def check(claimed: Claimed) -> Iterator[Check]:
    """Each row that ends in a concat and prints its output."""
    sheet = claimed.sheet
    for claim in claimed.claims:
        node = sheet.graph.nodes.get(claim.row)
        if claim.column != "output" or node is None or not node.children:
            continue
        row = sheet.graph.rows[node.last]
        if row.layer.kind != "concat":
            continue
        parts = [int(sheet.facts[read].output.channels) for read in row.reads]
        try:
            printed = [int(size) for size in Shape.parse(claim.text)]
        except RuleError:
            continue
        if len(printed) <= len(sheet.facts[node.last].output.size):
            continue  # without its channels
        holds = sum(parts) in {printed[0], printed[-1]}
        yield Check(
            "branches add up",
            (f"{claim.row}.output",),
            f"{' + '.join(map(str, parts))} = {sum(parts)}, printed {claim.text}",
            holds,
            "" if holds else "the branches' channels don't add up to the printed ones",
        )


CHECK = check
