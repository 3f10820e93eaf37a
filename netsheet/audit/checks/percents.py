"""Shares of one whole add up to 100 %."""

from collections.abc import Iterator

from netsheet.audit.checks import Claimed
from netsheet.audit.checks.sums import added, complete
from netsheet.audit.printed import Interval
from netsheet.audit.verdict import Check

OF = {"share": "params", "macs_share": "macs"}
HUNDRED = Interval(100, 100)  # type: ignore[arg-type]  # whole numbers are fractions


def check(claimed: Claimed) -> Iterator[Check]:
    """Each column of shares in which every row that counts prints its cell."""
    for column, of in OF.items():
        cells = {row: n for (row, name), n in claimed.numbers.items() if name == column and row}
        if len(cells) < 2 or not complete(claimed, of, set(cells)):  # noqa: PLR2004 a sum has terms
            continue
        found = added(cells.values())
        holds = found.meets(HUNDRED)
        middle = sum(float(number.value) for number in cells.values())
        yield Check(
            "shares add up to 100 %",
            tuple(f"{row}.{column}" for row in cells),
            f"{' + '.join(number.text.strip() for number in cells.values())} = {middle:.2f} %",
            holds,
            "" if holds else "the printed shares don't add up to 100 %",
        )


CHECK = check
