"""Shares of one whole add up to 100 %."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from netsheet.audit.checks import Claimed
from netsheet.audit.checks.sums import added, complete
from netsheet.audit.printed import Interval, Printed
from netsheet.audit.verdict import Check

OF = {"share": "params", "macs_share": "macs"}
HUNDRED = Interval(Fraction(100), Fraction(100))


def check(claimed: Claimed) -> Iterator[Check]:
    """Each column of shares in which every row that counts prints its cell."""
    for column, of in OF.items():
        cells = {row: n for (row, name), n in claimed.numbers.items() if name == column and row}
        if len(cells) > 1 and complete(claimed, of, set(cells)):
            subjects = [f"{row}.{column}" for row in cells]
            yield hundred(column, subjects, list(cells.values()))


def hundred(column: str, subjects: Sequence[str], numbers: Sequence[Printed]) -> Check:
    """Whether shares that cover a whole add up to 100 %, each within what rounding leaves."""
    holds = added(numbers).meets(HUNDRED)
    middle = sum(float(number.value) for number in numbers)
    return Check(
        "shares add up to 100 %",
        tuple(subjects),
        f"{' + '.join(number.text.strip() for number in numbers)} = {middle:.2f} %",
        holds,
        "" if holds else f"the printed {column} do not add up to 100 %",
    )


CHECK = check
