"""Checks of claims against each other, which need no ground truth: one a file, found by folder.

Requirements met here: each file holds one check (`CHECK`), which compares printed cells alone, with
the interval that rounding leaves to each; what it can't tell it leaves out.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from netsheet.audit.printed import Printed
from netsheet.audit.verdict import Check
from netsheet.core.claim import Claim
from netsheet.sheet.sheet import Sheet


class Claimed(NamedTuple):
    """What a sheet's text claims: its network, the claims, and the number that each prints."""

    sheet: Sheet
    claims: Sequence[Claim]
    numbers: dict[tuple[str, str], Printed]

    def printed(self, row: str, *columns: str) -> tuple[str, Printed] | None:
        """The first of these columns that a row prints, with its number."""
        for column in columns:
            number = self.numbers.get((row, column))
            if number is not None:
                return column, number
        return None


Checking = Callable[[Claimed], Iterator[Check]]


@cache
def checks() -> tuple[Checking, ...]:
    """Every check, in the order of files."""
    paths = sorted(Path(__file__).parent.glob("*.py"))
    return tuple(
        import_module(f"{__name__}.{path.stem}").CHECK for path in paths if path.stem != "__init__"
    )
