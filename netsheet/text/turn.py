"""A row of a table as it is written, and on its way into the network.

Requirements met here: a row knows how messages name it, where each of its cells stands, and what
the names in its cells mean at the place where it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from netsheet.core.span import Span, shorten
from netsheet.layers.input import Input
from netsheet.text.builder import Place
from netsheet.text.cells import Cell, tidy
from netsheet.text.headings import Headings
from netsheet.text.parts import BlockTable
from netsheet.text.phrase import Phrase
from netsheet.text.values import UNKNOWN, Value, value_text

if TYPE_CHECKING:
    from netsheet.text.work import Work

SHOWN_VALUES = 6

NOTHING = -1
"""What stands above the first row of a table: no row."""


@dataclass(slots=True)
class Line:
    """One row of a table as it is written: its cells by what they are.

    cells: parts of the language. values: attributes and parameters, by column. claims: computed
    columns. total: whether it says totals, and is no layer. unread: whether it has a cell that
    can't be read, which was noted. then: the pieces of its cell `then`, once they are asked for.
    """

    number: int
    name: str
    cells: dict[str, Cell]
    values: dict[int, Cell]
    claims: dict[str, Cell]
    headings: Headings
    span: Span
    total: bool = False
    unread: bool = False
    then: list[Cell] | None = None

    def column(self, place: int) -> str:
        """A column's heading."""
        return shorten(self.headings.cells[place].text)


@dataclass(slots=True)
class Scope:
    """What names mean inside one table, at one place of the network.

    rows: rows by name, None for one that was refused. alike: names with ×, by their spelling
    with x. made: rows of the table by the name they have. later: names that stand in the table.
    above: what the next row reads, if it doesn't say. before: repetitions made so far, of all rows
    of the table. sources: how many rows a block reads.
    """

    prefix: str
    values: dict[str, Value]
    rows: dict[str, Place] = field(default_factory=dict)
    above: Place = NOTHING
    block: BlockTable | None = None
    blocks: tuple[str, ...] = ()
    later: frozenset[str] = frozenset()
    alike: dict[str, str] = field(default_factory=dict)
    made: dict[str, Line] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    before: Fraction = Fraction(0)
    sources: int = 0

    def full(self, name: str) -> str:
        """A row's name with the names of the blocks around it."""
        return f"{self.prefix}.{name}" if self.prefix else name

    def set(self, name: str, place: Place) -> None:
        """Let a name stand for a row."""
        self.rows[name] = place
        if "×" in name:
            self.alike[name.replace("×", "x")] = name

    def name(self, phrase: Phrase) -> str:
        """A name for a row that has none: its layer's, with its label or a number."""
        stem = phrase.stem
        if phrase.label and phrase.kind is not Input:
            return f"{stem}_{tidy(phrase.label)}"
        while True:
            count = self.counts[stem] = self.counts.get(stem, 0) + 1
            name = f"{stem}{count}"
            if name not in self.later and name not in self.rows:
                return name


@dataclass(slots=True)
class Turn:
    """One row on its way into the network.

    name: its name in its table. full: in the network. follows: the layer it stands for, if it
    is one that follows in place.
    """

    line: Line
    scope: Scope
    phrase: Phrase
    name: str
    full: str
    reads: tuple[Place, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    index: int = 0
    follows: str = ""

    @property
    def words(self) -> str:
        """The row as messages name it: `row 7 "conv4"`."""
        text = f"row {self.line.number}" + (f' "{shorten(self.name)}"' if self.name else "")
        if self.scope.block is not None:
            text += f" of block {shorten(self.scope.block.name)}"
        return f"{text}, then {self.follows}" if self.follows else text

    @property
    def known(self) -> str:
        """Inside a block, which of its uses this is."""
        if self.scope.block is None:
            return ""
        given = [
            f"{name} = {shorten(value_text(value))}"
            for name, value in self.scope.values.items()
            if name in self.scope.block.params and value is not UNKNOWN
        ]
        text = f"here it is {shorten(self.full, 80)}"
        return f"{text}, with {', '.join(given[:SHOWN_VALUES])}" if given else text

    @property
    def cell(self) -> Cell:
        """The cell that says what its layer is."""
        return self.line.cells["layer"]

    def placed(self, cells: Mapping[str, Cell]) -> "Written":
        """How it is written; `cells` has those of its attributes."""
        return Written(self, cells)

    def reading(self, reads: tuple[Place, ...], work: "Work") -> "Turn":
        """The same row reading these rows, with the values that cells compute with then."""
        values = work.values(self.scope, reads)
        at = (self.line, self.scope, self.phrase, self.name, self.full)
        return Turn(*at, reads, values, self.index, self.follows)

    def again(self, index: int, name: str, reads: tuple[Place, ...], work: "Work") -> "Turn":
        """The same row once more, as a part of itself."""
        turn = self.reading(reads, work)
        turn.index, turn.full = index, f"{self.full}.{name}"
        return turn

    def part(self, name: str) -> "Turn":
        """A part of the row, with a name of its own."""
        return replace(self, full=f"{self.full}.{name}")

    def follower(self, cell: Cell, phrase: Phrase, place: Place, work: "Work") -> "Turn":
        """A layer that follows the row in place, written in a cell or a part of one."""
        line = Line(self.line.number, "", {"layer": cell}, {}, {}, self.line.headings, cell.span)
        turn = self.reading((place,), work)
        turn.line, turn.phrase, turn.follows = line, phrase, phrase.word
        return turn


class Written(NamedTuple):
    """How a row is written, with the cells of its attributes."""

    turn: Turn
    cells: Mapping[str, Cell]

    @property
    def words(self) -> str:
        """The row as messages name it."""
        return self.turn.words

    @property
    def known(self) -> str:
        """Inside a block, which of its uses this is."""
        return self.turn.known

    def at(self, attribute: str) -> Span:
        """The place of an attribute's cell, or of the row where it has none."""
        cell = self.cells.get(attribute) or self.turn.line.cells.get(attribute)
        return self.turn.line.span if cell is None else cell.span
