"""A column's printed cells add up to its printed total."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from netsheet.audit.checks import Claimed
from netsheet.audit.printed import Interval, Printed, interval
from netsheet.audit.verdict import Check

SUMMED = ("params", "weights", "biases", "macs", "ops", "connections", "neurons", "depth")


def check(claimed: Claimed) -> Iterator[Check]:
    """Each column of counts that prints a total, and all of whose counting rows print a cell."""
    for column in SUMMED:
        total = claimed.numbers.get(("", column))
        cells = {row: n for (row, name), n in claimed.numbers.items() if name == column and row}
        if total is None or len(cells) < 2 or not complete(claimed, column, set(cells)):  # noqa: PLR2004 a sum has terms
            continue
        found = added(cells.values())
        holds = found.meets(interval(total))
        shown = f"{float(found.low):,.0f}" if found.low == found.high else _range(found)
        yield Check(
            "a column adds up to its total",
            (f"total.{column}",),
            f"{len(cells)} cells of {column} add up to {shown}, printed {total.text}",
            holds,
            "" if holds else "the printed cells don't add up to the printed total",
        )


def complete(claimed: Claimed, column: str, rows: set[str]) -> bool:
    """Whether each row that counts for something prints its cell."""
    for node in claimed.sheet.graph.outline:
        if node.name not in rows and claimed.sheet.value(column, node):
            return False
    return True


def added(cells: Iterable[Printed]) -> Interval:
    """The interval of a sum of printed numbers."""
    found = Interval(Fraction(0), Fraction(0))
    for number in cells:
        found = found.plus(interval(number))
    return found


def _range(found: Interval) -> str:
    return f"{float(found.low):,.0f} to {float(found.high):,.0f}"


CHECK = check
