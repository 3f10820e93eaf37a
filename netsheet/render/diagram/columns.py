"""A tall sequence broken into columns, so that a long network fits a page.

Requirements met here: a sequence is broken only where no outer lane runs; columns are as even as
that allows; as few columns as give a page no taller than a sheet of paper held upright.
"""

from collections.abc import Iterator
from collections.abc import Sequence as Listed
from itertools import pairwise
from typing import NamedTuple

from netsheet.render.diagram.extent import Measure
from netsheet.render.diagram.tree import Branches, Frame, Item, Sequence, single

TALLEST = 1400
"""What fits on a screen with little scrolling is never broken, in pixels."""

UPRIGHT = 1.45
"""Height by width of a sheet of paper."""

GUTTER = 44
"""Between two columns; the wire from the foot of one to the head of the next runs here."""

TURN = 13
"""Above and below columns: the wire that turns around."""

WORTH = 0.85
"""More columns must make a drawing lower than this part of its height."""

NEARLY = 1.12
"""Columns that begin where something new does may be higher than others by this factor."""

FULL = 0.55
"""Columns must be filled by this part, or they are only disorder."""

MOST = 40
"""Columns, at most."""


class Column(NamedTuple):
    """Items `first` up to `end`, and the room they take to both sides of their axis."""

    first: int
    end: int
    left: float
    right: float
    height: float


def columns(measure: Measure, tree: Sequence, widest: float | None) -> list[Column]:
    """The columns of a tree; not wider than asked for, unless one column is."""
    breaking = _Breaking(measure, tree)
    best = [breaking.column(0, len(tree.items))]
    for count in range(2, MOST + 1):
        width, height = size(best)
        if height <= max(TALLEST, UPRIGHT * width):
            break
        found = breaking.into(count)
        if widest is not None and size(found)[0] > widest:
            break
        if size(found)[1] < WORTH * height and _filled(found) > FULL:
            best = found
    return best


def size(found: Listed[Column]) -> tuple[float, float]:
    """Width and height of some columns side by side."""
    width = sum(column.left + column.right for column in found) + GUTTER * (len(found) - 1)
    turns = 2 * TURN if len(found) > 1 else 0
    return width, max(column.height for column in found) + turns


def _filled(found: Listed[Column]) -> float:
    """How much of the columns' height is in use, of all of it."""
    return sum(column.height for column in found) / len(found) / max(c.height for c in found)


class _Breaking:
    """A sequence that is broken into columns in several ways, to be compared."""

    def __init__(self, measure: Measure, tree: Sequence) -> None:
        self.measure = measure
        self.tree = tree
        self.rows = measure.rows[tree]
        self.extents = [measure.extents[item] for item in tree.items]
        self.may = self._breaks()
        self.should = [may and new for may, new in zip(self.may, self._seams(), strict=True)]

    def column(self, first: int, end: int) -> Column:
        """Items in one column."""
        left = max(extent.left for extent in self.extents[first:end])
        right = max(self.rows.reach[2 * first + 1 : 2 * end + 1])
        bottom = self.rows.tops[end - 1] + self.extents[end - 1].height
        return Column(first, end, left, right, bottom - self.rows.tops[first])

    def into(self, count: int) -> list[Column]:
        """So many columns, even; or nearly so, if each then begins where something new does."""
        even, sensible = (
            [self.column(*span) for span in self._even(breaks, count)]
            for breaks in (self.may, self.should)
        )
        return sensible if size(sensible)[1] <= NEARLY * size(even)[1] else even

    def _breaks(self) -> list[bool]:
        """Whether the sequence may be broken before each item: no lane runs past."""
        past = [0] * (len(self.tree.items) + 1)
        for wire in self.tree.wires:
            if not wire.straight:
                past[wire.source.place + 1] += 1
                past[wire.target.place + 1] -= 1
        running = 0
        found = []
        for step in past[:-1]:
            running += step
            found.append(not running)
        return found

    def _seams(self) -> list[bool]:
        """Whether something new begins at each item: a group, or what follows a group or pool."""
        items = self.tree.items
        return [False, *(self._is_group(b) or self._ends(a) for a, b in pairwise(items))]

    def _is_group(self, item: Item) -> bool:
        return not isinstance(item, Branches) and isinstance(single(item), Frame)

    def _ends(self, item: Item) -> bool:
        if isinstance(item, Branches) or self._is_group(item):
            return not isinstance(item, Branches)
        return self.measure.faces[single(item).part.first].card.family == "pool"

    def _even(self, breaks: list[bool], count: int) -> Iterator[tuple[int, int]]:
        """Spans of at most so many columns whose tallest is as low as can be."""
        tops = self.rows.tops
        ends = [top + extent.height for top, extent in zip(tops, self.extents, strict=True)]
        low, high = 0.0, ends[-1]
        while high - low > 1:
            middle = (low + high) / 2
            fits = len(list(_spans(tops, ends, breaks, middle))) <= count
            low, high = (low, middle) if fits else (middle, high)
        return _spans(tops, ends, breaks, high)


def _spans(
    tops: list[float], ends: list[float], breaks: list[bool], height: float
) -> Iterator[tuple[int, int]]:
    """Spans filled one after the other to a height; higher only where nothing may be broken."""
    first, last_break = 0, 0
    for place in range(1, len(tops)):
        if breaks[place]:
            last_break = place
        if ends[place] - tops[first] > height and last_break > first:
            yield first, last_break
            first = last_break
    yield first, len(tops)
