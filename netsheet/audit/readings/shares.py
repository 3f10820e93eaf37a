"""Shares in percent: of parameters, of multiply-adds."""

from collections.abc import Iterator
from fractions import Fraction

from netsheet.audit.reading import Grounds, Reading, distinct
from netsheet.audit.readings import Reader
from netsheet.audit.readings.operations import countings
from netsheet.audit.readings.params import COUNTINGS

OF = {"share": COUNTINGS, "macs_share": countings()}


def readings(grounds: Grounds, row: str, column: str) -> Iterator[Reading]:
    """The part over the whole, both counted alike, times 100."""
    found = []
    for counting in OF[column]:
        part, whole = (grounds.count(0, counting.terms, name) for name in (row, ""))
        if part is not None and whole:
            found.append(Reading(Fraction(100 * part, whole), counting.words, counting.cost))
    return distinct(found)


READER = Reader(tuple(OF), readings)
