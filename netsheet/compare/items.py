"""What became of each line, and of whole groups that one network lacks.

Requirements met here: a layer and what follows it in place are one item, if both networks have
them as one; every row that differs is in one item.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from netsheet.compare.difference import (
    ADDED,
    CHANGED,
    FOLLOWS,
    REMOVED,
    SAME,
    Change,
    Delta,
    Difference,
    RowDifference,
)
from netsheet.compare.lines import Line, Lines, is_then
from netsheet.core.graph import Node
from netsheet.layers.base import Layer
from netsheet.layers.conv import window_text
from netsheet.sheet.sheet import Sheet


class Item(NamedTuple):
    """What became of one line, of a row that follows in one, or of a whole group.

    label: its name inside its block. was: its name before, where that differs, its block's name
    left away. status: added, removed, changed or follows. what: the line in words; kind and then:
    its first word and what follows it. window: kind and window of a line that slides one, where
    these stayed: `conv 1×1`. changes: what it says otherwise. moved: behind which line
    it stands now, where its place changed. rows: all that it is about. block: the one it stands
    in, by name; words: what that is called before and now.
    """

    label: str
    was: str
    status: str
    what: str
    kind: str
    then: tuple[str, ...]
    changes: tuple[Change, ...]
    moved: str
    rows: tuple[RowDifference, ...]
    block: str
    words: tuple[str, str]
    window: str = ""

    @property
    def only_renamed(self) -> bool:
        """Whether it is the same under another name."""
        return self.status == CHANGED and not self.changes and not self.moved

    @property
    def name(self) -> str:
        """Its name in the network."""
        return f"{self.block}.{self.label}" if self.block else self.label

    @property
    def parent(self) -> str:
        """The group that it stands in."""
        return self.label.rpartition(".")[0]

    def effect(self, column: str) -> int:
        """What it does to a total that rows add up to."""
        return sum(row.columns[column].difference for row in self.rows)

    def figure(self, column: str) -> Delta:
        """A column that doesn't add up: of its fullest row for memory, else of its last one."""
        old = [row.columns[column].old for row in self.rows if row.old is not None]
        new = [row.columns[column].new for row in self.rows if row.new is not None]
        if column == "memory":
            return Delta(max(old, default=None), max(new, default=None))
        return Delta(old[-1] if old else None, new[-1] if new else None)


def items(difference: Difference) -> list[Item]:
    """Every line or group that differs, in the order of the rows."""
    return list(_Work(difference).items())


class _Side(NamedTuple):
    """One of the two networks."""

    sheet: Sheet
    lines: Lines
    status: str

    def place(self, row: RowDifference) -> int | None:
        """Where a row stands in it."""
        return row.new if self.status == ADDED else row.old


@dataclass
class _Work:
    """Items of a comparison in the making."""

    whole: Difference

    @cached_property
    def sides(self) -> tuple[_Side, _Side]:
        """Both networks; what only one has was removed from the first or added to the second."""
        old, new = self.whole.lines
        return _Side(self.whole.before, old, REMOVED), _Side(self.whole.after, new, ADDED)

    def items(self) -> Iterator[Item]:
        """Every line or group that differs."""
        rows = self.whole.rows
        place = {id(row): at for at, row in enumerate(rows)}
        lone = dict(pair for side in self.sides for pair in self._groups(side, place))
        lines = self._lines()
        done: set[int] = set()
        for at, row in enumerate(rows):
            if at in done or row.status == SAME:
                continue
            if at in lone:
                item = lone[at]
            else:
                own = lines.get(self._line(row))
                item = self._rest(row) if own is None else self._both(own)
            done.update(place[id(each)] for each in item.rows)
            yield item

    def _line(self, row: RowDifference) -> tuple[int, int] | None:
        """The line that a row belongs to in both networks, by the places of its layer."""
        old, new = (
            None if at is None else side.lines.of[at].first
            for side, at in zip(self.sides, (row.old, row.new), strict=True)
        )
        if old is None and new is not None:
            old = self._partners[1].get(new)
        elif new is None and old is not None:
            new = self._partners[0].get(old)
        if old is None or new is None or self._partners[0].get(old) != new:
            return None
        both = (old, self.sides[0]), (new, self.sides[1])
        return (old, new) if all(side.lines.of[at].first == at for at, side in both) else None

    @cached_property
    def _partners(self) -> tuple[dict[int, int], dict[int, int]]:
        pairs = self.whole.pairs
        return dict(pairs), {new: old for old, new in pairs}

    def _lines(self) -> dict[tuple[int, int] | None, list[RowDifference]]:
        """The rows of each line that both networks have."""
        found: dict[tuple[int, int] | None, list[RowDifference]] = {}
        for row in self.whole.rows:
            line = self._line(row)
            if line is not None:
                found.setdefault(line, []).append(row)
        return found

    def _groups(self, side: _Side, places: dict[int, int]) -> Iterator[tuple[int, Item]]:
        """The largest groups and lines that only this network has, by their first row's place."""
        own = {side.place(row): row for row in self.whole.rows if row.status == side.status}
        waiting = list(side.sheet.graph.outline)
        while waiting:
            node = waiting.pop()
            inside = [own.get(place) for place in range(node.first, node.last + 1)]
            there = [row for row in inside if row is not None]
            if len(there) == len(inside) and side.lines.of[node.first].first == node.first:
                yield min(places[id(row)] for row in there), self._alone(side, node, there)
            elif there and not is_then(node):
                waiting += node.children

    def _alone(self, side: _Side, node: Node, rows: list[RowDifference]) -> Item:
        """A line or a group that only one network has."""
        block, word = side.lines.around(node.name)
        label = node.name[len(block) + 1 :] if block else node.name
        followers = side.sheet.graph.rows[node.first + 1 : node.last + 1] if is_then(node) else ()
        then = tuple(short(row.layer) for row in followers)
        what = _described(side.sheet, node)
        kind = side.sheet.word(node)
        words = (word, word)
        return Item(label, "", side.status, what, kind, then, (), "", tuple(rows), block, words)

    def _both(self, rows: list[RowDifference]) -> Item:
        """A line that both networks have."""
        base = next(row for row in rows if row.old is not None and row.new is not None)
        assert base.old is not None  # noqa: S101 as found
        assert base.new is not None  # noqa: S101 as found
        old, new = self.sides[0].lines.of[base.old], self.sides[1].lines.of[base.new]
        changes = [self._by_lines(change, base) for change in base.changes if change.what != "name"]
        then = self._then(0, old, new), self._then(1, new, old)
        if then[0] != then[1]:
            changes.append(Change("then", *then))
        called = "" if old.name == new.name else old.name
        rows_called = [side.sheet.graph.rows[at].name for side, at in self._at(base)]
        if not called and rows_called[0] != rows_called[1]:
            called = rows_called[0]
        moved = self._behind(base) if base.moved else ""
        node = self.whole.after.graph.node(new.name)
        told = tuple(row for row in rows if row.status != SAME)
        status = CHANGED if changes or moved or called else FOLLOWS
        return Item(
            new.label,
            called,
            status,
            _described(self.whole.after, node),
            self.whole.after.word(node),
            then[1],
            tuple(changes),
            moved,
            told,
            new.block,
            (old.word, new.word),
            self._window(base),
        )

    def _rest(self, row: RowDifference) -> Item:
        """A row by itself: its line is not one in both networks."""
        side = self.sides[row.new is not None]
        place = side.place(row)
        assert place is not None  # noqa: S101 the side that has it
        line = side.lines.of[place]
        name = side.sheet.graph.rows[place].name
        label = name[len(line.block) + 1 :] if line.block else name
        layer = side.sheet.graph.rows[place].layer
        was = next((change.old for change in row.changes if change.what == "name"), "")
        changes = [self._by_lines(change, row) for change in row.changes if change.what != "name"]
        word = line.word
        if row.old is not None and row.new is not None:
            word = self.sides[0].lines.of[row.old].word
        return Item(
            label,
            was,
            row.status,
            layer.describe(),
            layer.kind,
            (),
            tuple(changes),
            self._behind(row) if row.moved else "",
            (row,),
            line.block,
            (word, line.word),
        )

    def _by_lines(self, change: Change, row: RowDifference) -> Change:
        """What a row reads, by the names of lines inside its block."""
        if change.what != "from" or row.old is None or row.new is None:
            return change
        old, new = (
            tuple(side.lines.read(at, read) for read in side.sheet.graph.rows[at].reads)
            for side, at in zip(self.sides, (row.old, row.new), strict=True)
        )
        return Change("from", old, new)

    def _then(self, side: int, line: Line, other: Line) -> tuple[str, ...]:
        """What follows in a line in place, but for what is a row elsewhere in the other network."""
        graph, partners = self.sides[side].sheet.graph, self._partners[side]
        return tuple(
            short(graph.rows[place].layer)
            for place in range(line.first + 1, line.last + 1)
            if other.first <= partners.get(place, other.first) <= other.last
        )

    def _at(self, row: RowDifference) -> list[tuple[_Side, int]]:
        """Where a row stands in each network that has it."""
        both = zip(self.sides, (row.old, row.new), strict=True)
        return [(side, at) for side, at in both if at is not None]

    def _window(self, row: RowDifference) -> str:
        """Kind and window of a row that slides one, where these stayed."""
        assert row.new is not None  # noqa: S101 the second network has it
        layer = self.whole.after.graph.rows[row.new].layer
        kernel = getattr(layer, "kernel", None)
        changed = {"layer", "kernel"} & {change.what for change in row.changes}
        return "" if kernel is None or changed else f"{layer.kind} {window_text(kernel, 1)}"

    def _behind(self, row: RowDifference) -> str:
        """The line above a row."""
        return self.sides[1].lines.of[row.new - 1].name if row.new else ""


def short(layer: Layer) -> str:
    """A layer as short as papers write it where nothing else is said of it: bn, dropout 40%."""
    return layer.nickname() if layer.describe() == layer.kind else layer.describe()


def _described(sheet: Sheet, node: Node) -> str:
    """A line or group in words: `conv 3×3, 64 → relu`, `basic`."""
    then = ", ".join(sheet.layer(child).nickname() for child in node.children[1:])
    what = sheet.describe(node)
    return f"{what} → {then}" if is_then(node) and then else what
