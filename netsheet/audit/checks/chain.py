"""What a row prints as its output is what the next one prints as its input."""

from collections.abc import Iterator
from itertools import pairwise

from netsheet.audit.checks import Claimed
from netsheet.audit.verdict import Check
from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape


def check(claimed: Claimed) -> Iterator[Check]:
    """Each pair of a printed output and the printed input of the row that reads it."""
    shapes: dict[tuple[str, str], tuple[str, list[int]]] = {}
    for claim in claimed.claims:
        if claim.column in {"output", "input_size"} and claim.text:
            try:
                sizes = sorted(int(size) for size in Shape.parse(claim.text))
            except RuleError:
                continue
            shapes[claim.row, claim.column] = claim.text, sizes
    lines = [node.name for node in claimed.sheet.graph.outline]
    for above, below in pairwise(lines):
        out, read = shapes.get((above, "output")), shapes.get((below, "input_size"))
        if out is None or read is None:
            continue
        holds = out[1] == read[1]
        yield Check(
            "output = next input",
            (f"{above}.output", f"{below}.input_size"),
            f"{above} puts out {out[0]}, {below} reads {read[0]}",
            holds,
            "" if holds else "a row's printed output is not the next one's printed input",
        )


CHECK = check
