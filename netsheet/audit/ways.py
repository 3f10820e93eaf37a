"""How a printed cell can be read: which counts could print so, and which way suits a whole column.

Requirements met here: a convention holds for a cell, as papers mix them in one column; of several
that fit a cell the simplest is taken, and of equally simple ones that which fits most of the
column; a cell that needs to be cut, in a column that is seen to be rounded, is off by rounding.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netsheet.audit.printed import Form, Printed, fitting
from netsheet.audit.reading import DEAREST, Reading
from netsheet.audit.verdict import ColumnNote

ENOUGH = 3
"""So many cells that can't be cut show that a column is rounded."""


MANY = 10_000
"""A count of five digits and more does not fit to the unit by chance."""


class Way(NamedTuple):
    """What is unusual in how a cell is read: what is counted, the unit, whether it is cut."""

    words: tuple[str, ...] = ()
    binary: bool = False
    cut: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing is."""
        return self == Way()

    def said(self) -> tuple[str, ...]:
        """In words."""
        unit = ("K = 1024",) * self.binary
        return (*self.words, *unit, *(("cut instead of rounded",) * self.cut))


class Fit(NamedTuple):
    """A reading in a form that prints as the cell does; `up` if it was rounded upwards."""

    reading: Reading
    form: Form
    up: bool = False

    @property
    def cost(self) -> int:
        """How far it is from the plain way."""
        return self.reading.cost + self.form.cost

    @property
    def exact(self) -> bool:
        """Whether it fits to the unit, in so many digits that this is no chance."""
        return self.form == Form() and self.reading.value >= MANY

    @property
    def way(self) -> Way:
        """The way it is read in."""
        return Way(self.reading.words, self.form.binary, self.form.cut)


def _spread(column: Sequence[Sequence[Fit]]) -> Counter[Way]:
    """How many cells each way fits, in the order in which they come."""
    return Counter(way for cell in column for way in dict.fromkeys(fit.way for fit in cell))


def fits(readings: Iterable[Reading], printed: Printed) -> list[Fit]:
    """Every reading of a cell that could print so, the simplest first, each way once."""
    found: dict[tuple[Way, int], Fit] = {}
    for reading in readings:
        for form in fitting(reading.value, printed):
            fit = Fit(reading, form, up=reading.value < printed.value * form.scale)
            if fit.cost <= DEAREST:
                found.setdefault((fit.way, form.places), fit)
    return sorted(found.values(), key=lambda fit: (fit.cost, fit.form.places))


def choose(column: Sequence[Sequence[Fit]]) -> list[Fit | None]:
    """For each cell of a column the simplest fit; of equals, the one that fits most cells.

    One in which every digit is meant comes first.
    """
    spread = _spread(column)
    return [
        min(cell, key=lambda fit: (fit.cost, fit.form.places > 0, -spread[fit.way]))
        if cell
        else None
        for cell in column
    ]


def in_company(column: Sequence[Sequence[Fit]]) -> list[list[Fit]]:
    """A column's fits without a tool's rule that fits one cell alone, where there are others.

    There are many tools, and among them one that fits by chance; who counts with one counts all.
    To the unit none fits by chance.
    """
    if len(column) < ENOUGH:
        return [list(cell) for cell in column]
    spread = _spread(column)
    return [
        [fit for fit in cell if not fit.reading.tool or fit.exact or spread[fit.way] > 1]
        for cell in column
    ]


def of_one_network(column: Sequence[Sequence[Fit]]) -> list[list[Fit]]:
    """The fits of one network's rows without a related network's, unless it fits more of them.

    A column is of one network; of its many relatives one fits a single cell by chance, though not
    to the unit.
    """
    count = Counter(name for cell in column for name in {fit.reading.network for fit in cell})
    return [
        [
            fit
            for fit in cell
            if not fit.reading.network or fit.exact or count[fit.reading.network] > count[""]
        ]
        for cell in column
    ]


def rounded_column(column: Sequence[Sequence[Fit]], way: Way) -> int:
    """How many cells of a column show that it is rounded: they fit the way, rounded upwards."""
    uncut = way._replace(cut=False)
    return sum(any(fit.way == uncut and fit.up for fit in cell) for cell in column)


def must_be_rounded(column: Sequence[Sequence[Fit]], chosen: Sequence[Fit | None]) -> set[int]:
    """Places of cells that would have to be cut, where many more cells show rounding."""
    cut: dict[Way, list[int]] = {}
    for place, fit in enumerate(chosen):
        if fit is not None and fit.form.cut:
            cut.setdefault(fit.way, []).append(place)
    found: set[int] = set()
    for way, places in cut.items():
        if rounded_column(column, way) >= max(ENOUGH, ENOUGH * len(places)):
            found.update(places)
    return found


def best_way(
    name: str, subjects: Sequence[str], column: Sequence[Sequence[Fit]]
) -> ColumnNote | None:
    """The one way that explains most of a column; of equals, the simplest. None if none does.

    Further ways are listed with the cells that the best one leaves and they explain.
    """
    costs = {fit.way: fit.cost for cell in column for fit in reversed(cell)}
    spread = _spread(column)
    if not spread:
        return None
    best = min(spread, key=lambda way: (-spread[way], costs[way]))
    left = [place for place, cell in enumerate(column) if best not in {fit.way for fit in cell}]
    others: dict[Way, list[str]] = {}
    for place in left:
        if column[place]:
            others.setdefault(column[place][0].way, []).append(subjects[place])
    further = tuple((way.said(), tuple(names)) for way, names in others.items())
    return ColumnNote(name, best.said(), spread[best], len(column), further)
