"""What differs between two networks: in each row, and in each total.

Requirements met here: every row of both networks is in one record, so that the differences of the
rows add up to that of the total; a row that says the same and only counts otherwise is told from
one that was changed; compared the other way round, everything is the other way round.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from netsheet.compare.lines import Lines
from netsheet.compare.match import Matched, Pair, match, seen
from netsheet.core.graph import OWN, Graph
from netsheet.core.shape import Shape
from netsheet.sheet.columns import columns
from netsheet.sheet.sheet import Sheet

ADDED, REMOVED, CHANGED, FOLLOWS, SAME = "added", "removed", "changed", "follows", "same"
"""What became of a row: only in the second, only in the first, says something else, says the same
and counts otherwise, or nothing at all."""

COUNTS = ("params", "weights", "biases", "buffers", "macs", "ops", "neurons", "connections", "kept")
"""Columns whose totals are the sums of their rows."""

FOLLOWED = ("output", *COUNTS)
"""Columns that a row follows in, where what it reads, or what reads it, was changed."""


class Change(NamedTuple):
    """One thing that a row says otherwise: an attribute, or `layer`, `from`, `shares`, `name`."""

    what: str
    old: Any
    new: Any


class Delta(NamedTuple):
    """A figure of both networks; None where one has no such row."""

    old: Any
    new: Any

    @property
    def difference(self) -> Any:  # noqa: ANN401 a number, or None
        """The second less the first, for numbers; of a row that one lacks, all of it."""
        old, new = self.old, self.new
        if not isinstance(old, int | None) or not isinstance(new, int | None):
            return None
        return (new or 0) - (old or 0)

    @property
    def percent(self) -> float | None:
        """The difference in percent of the first; None of nothing, or where it is no number."""
        return None if not self.old or self.difference is None else 100 * self.difference / self.old


class RowDifference(NamedTuple):
    """One row of either network, or of both.

    old, new: its place in each, None where it lacks it. status: what became of it. changes: what
    it says otherwise. moved: whether it stands elsewhere among its neighbours. columns: every
    computed column of both.
    """

    name: str
    old: int | None
    new: int | None
    status: str
    changes: tuple[Change, ...]
    moved: bool
    columns: Mapping[str, Delta]


@dataclass(frozen=True)
class Difference:
    """Two networks compared, `before` with `after`."""

    before: Sheet
    after: Sheet
    display: Callable[["Difference"], str] | None = field(default=None, compare=False, repr=False)
    """How a notebook shows it: handed in, for a comparison knows no format."""
    tell: Callable[["Difference"], str] | None = field(default=None, compare=False, repr=False)
    """How it is told in lines of text."""

    @property
    def equal(self) -> bool:
        """Whether the networks are one, row for row, names included.

        A number for all axes and as many equal ones say the same.
        """
        if self.before.graph.rows == self.after.graph.rows:
            return True
        return all(row.status == SAME for row in self.rows)

    @cached_property
    def matched(self) -> Matched:
        """The rows that belong together, by their places."""
        sides = [
            seen(lines, [facts.output for facts in sheet.facts])
            for lines, sheet in zip(self.lines, (self.before, self.after), strict=True)
        ]
        return match(*sides)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The rows that belong together, in the order of the first network."""
        return self.matched.pairs

    @cached_property
    def lines(self) -> tuple[Lines, Lines]:
        """The lines of both."""
        return Lines(self.before.graph), Lines(self.after.graph)

    @cached_property
    def rows(self) -> tuple[RowDifference, ...]:
        """Every row of both networks, in the order of the second; what it lacks where it stood."""
        return tuple(_Rows(self).all())

    @cached_property
    def totals(self) -> Mapping[str, Delta]:
        """Every column's total in both."""
        return {
            name: Delta(
                column.total(self.before, self.before.column(name)),
                column.total(self.after, self.after.column(name)),
            )
            for name, column in columns().items()
        }

    @cached_property
    def peaks(self) -> Delta:
        """The rows that run while the most memory is held."""
        return Delta(*(_peak(sheet) for sheet in (self.before, self.after)))

    def __str__(self) -> str:
        return repr(self) if self.tell is None else self.tell(self)

    def _repr_html_(self) -> str | None:
        return None if self.display is None else self.display(self)


def _peak(sheet: Sheet) -> str:
    """The row while which the most memory is held; of several, the first."""
    held = sheet.column("memory")
    return sheet.graph.rows[held.index(max(held))].name


@dataclass
class _Rows:
    """The records of all rows in the making."""

    whole: Difference

    def all(self) -> list[RowDifference]:
        """Matched rows, and among them those that one network lacks."""
        old, new = self.whole.before.graph, self.whole.after.graph
        partner = {theirs: mine for mine, theirs in self.whole.pairs}
        matched = {mine for mine, _ in self.whole.pairs}
        moved = {theirs for _, theirs in self.whole.matched.moved}
        waiting = 0
        found = []
        for place in range(len(new.rows)):
            mine = partner.get(place)
            if mine is not None and place not in moved:
                found += [
                    self._alone(other, None)
                    for other in range(waiting, mine)
                    if other not in matched
                ]
                waiting = max(waiting, mine + 1)
            found.append(
                self._alone(None, place) if mine is None else self._both(mine, place, moved)
            )
        rest = range(waiting, len(old.rows))
        return [*found, *(self._alone(other, None) for other in rest if other not in matched)]

    def _columns(self, old: int | None, new: int | None) -> dict[str, Delta]:
        before, after = self.whole.before, self.whole.after
        return {
            name: Delta(
                None if old is None else before.column(name)[old],
                None if new is None else after.column(name)[new],
            )
            for name in columns()
        }

    def _alone(self, old: int | None, new: int | None) -> RowDifference:
        """A row that only one network has."""
        graph = self.whole.after.graph if old is None else self.whole.before.graph
        name = graph.rows[old if new is None else new].name  # type: ignore[index]
        status = ADDED if old is None else REMOVED
        given = self._columns(old, new)
        return RowDifference(name, old, new, status, (), moved=False, columns=given)

    def _both(self, old: int, new: int, moved: set[int]) -> RowDifference:
        """A row that both have."""
        changes = tuple(self._changes(old, new))
        given = self._columns(old, new)
        name = self.whole.after.graph.rows[new].name
        elsewhere = new in moved
        if changes or elsewhere:
            status = CHANGED
        else:
            status = FOLLOWS if any(given[c].old != given[c].new for c in FOLLOWED) else SAME
        return RowDifference(name, old, new, status, changes, elsewhere, given)

    def _changes(self, old: int, new: int) -> list[Change]:
        """What a row says otherwise."""
        before, after = self.whole.before.graph, self.whole.after.graph
        mine, theirs = before.rows[old], after.rows[new]
        found = []
        if mine.name != theirs.name:
            found.append(Change("name", mine.name, theirs.name))
        if type(mine.layer) is not type(theirs.layer):
            found.append(Change("layer", mine.layer, theirs.layer))
        else:
            for declared in mine.layer.attributes():
                values = [getattr(row.layer, declared.name) for row in (mine, theirs)]
                if _plain(values[0]) != _plain(values[1]):
                    found.append(Change(declared.name, *values))
        if not self._read_the_same(old, new):
            found.append(Change("from", _names(before, mine.reads), _names(after, theirs.reads)))
        owner = OWN if mine.shares == OWN else self._partner.get(mine.shares)
        if (owner, mine.tied) != (theirs.shares, theirs.tied):
            found.append(Change("shares", _shares(before, mine), _shares(after, theirs)))
        return found

    @cached_property
    def _partner(self) -> dict[int, int]:
        return dict(self.whole.pairs)

    def _read_the_same(self, old: int, new: int) -> bool:
        """Whether a row reads what it read, or what stands in its place in the other network.

        That is the row above it; or what its block reads, if another row of the block does so
        before it, and so tells what has become of that.
        """
        graphs = self.whole.before.graph, self.whole.after.graph
        mine, theirs = graphs[0].rows[old].reads, graphs[1].rows[new].reads
        if mine == (old - 1,) and theirs == (new - 1,):
            return True
        if len(mine) != len(theirs):
            return False
        before, after = self.whole.lines
        for one, other in zip(mine, theirs, strict=True):
            source = before.source(old, one)
            if self._partner.get(one) != other and (
                source is None or source != after.source(new, other)
            ):
                return False
        return True


def _plain(value: Any) -> Any:  # noqa: ANN401 any attribute's value
    """A value with equal numbers for all axes, or before and after, as one: 3×3 is 3."""
    if not isinstance(value, tuple) or isinstance(value, Shape) or not value:
        return value
    items = tuple(map(_plain, value))
    return items[0] if len(set(items)) == 1 else items


def _names(graph: Graph, places: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(graph.rows[place].name for place in places)


def _shares(graph: Graph, row: Any) -> str:  # noqa: ANN401 a row
    return "" if row.shares == OWN else ", ".join([graph.rows[row.shares].name, *row.tied])


def compare(before: Sheet, after: Sheet) -> Difference:
    """Two networks compared."""
    return Difference(before, after)
