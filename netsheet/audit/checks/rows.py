"""A row's parameters, each used at every position of its map, make its operations."""

from collections.abc import Iterator
from fractions import Fraction
from math import prod

from netsheet.audit.checks import Claimed
from netsheet.audit.printed import Interval, interval
from netsheet.audit.verdict import Check
from netsheet.core.graph import Node
from netsheet.sheet.sheet import Sheet


def check(claimed: Claimed) -> Iterator[Check]:
    """Each row that prints both, and whose layers all work on one size of map."""
    for node in claimed.sheet.graph.outline:
        params = claimed.printed(node.name, "params", "weights")
        ops = claimed.printed(node.name, "ops", "macs")
        size = one_size(claimed.sheet, node)
        if params is None or ops is None or size is None:
            continue
        positions = prod(size)
        biases = sum(f.biases for f in claimed.sheet.facts[node.first : node.last + 1])
        said = [interval(ops[1], scale=scale) for scale in ops[1].scales]
        made = []
        for scale in params[1].scales:
            whole = interval(params[1], scale=scale)
            made.append(Interval(max(Fraction(0), whole.low - biases), whole.high).times(positions))
        holds = any(
            a.meets(b.times(Fraction(1, each))) for a in made for b in said for each in (1, 2)
        )
        times = "·".join(map(str, size)) if size else "1"
        found = " or ".join(_millions(each) for each in made)
        yield Check(
            "params × positions = ops",
            (f"{node.name}.{params[0]}", f"{node.name}.{ops[0]}"),
            f"{params[1].text}·{times} = {found}, printed {ops[1].text}",
            holds,
            "" if holds else "whatever the filters, the two cells contradict each other",
        )


def one_size(sheet: Sheet, node: Node) -> tuple[int, ...] | None:
    """The size of the map that all weighted layers of a line put out; None if they differ."""
    found = set()
    for place in range(node.first, node.last + 1):
        row, facts = sheet.graph.rows[place], sheet.facts[place]
        if facts.macs and row.layer.kind not in {"conv", "dense"}:
            return None
        if facts.macs:
            found.add(tuple(int(n) for n in facts.output.size))
    return found.pop() if len(found) == 1 else None


def _millions(found: Interval) -> str:
    """`90.7–93.0M`; small counts in full."""
    low, high = float(found.low), float(found.high)
    if high < 10**5:
        return f"{low:,.0f}–{high:,.0f}"
    return f"{low / 10**6:,.1f}–{high / 10**6:,.1f}M"


CHECK = check
