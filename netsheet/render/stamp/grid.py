"""Grids of numbers: a map with its padding hatched, what is never read struck out, taps ringed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from netsheet.render.stamp.scene import Box, Item, Line, Ring, When, Words

Cell = tuple[int, int]
"""Row and column; padding has negative ones, and such behind the map."""

MOST = 1e6
"""Whole numbers below this one are written out."""

SIGN = {True: "−", False: ""}


def number(value: float) -> str:
    """A number as it stands in a cell: whole where it is, else with three digits.

    >>> number(-3.0), number(0.123456), number(1.5)
    ('−3', '0.123', '1.5')
    """
    whole = value == round(value) if abs(value) < MOST else False
    text = f"{abs(value):.0f}" if whole else f"{abs(value):.3g}"
    return SIGN[value < 0 and float(text) != 0] + text


def factor(value: float) -> str:
    """A number as it stands in a product: negative ones in brackets."""
    return f"({number(value)})" if value < 0 else number(value)


class Grid(NamedTuple):
    """Where a map lies: its corner, the side of a cell, its rows and columns, padding left off.

    before: rows above and columns to the left that are padding. after: the same at the other end.
    """

    x: float
    y: float
    cell: float
    rows: int
    columns: int
    before: Cell = (0, 0)
    after: Cell = (0, 0)

    @property
    def width(self) -> float:
        """With padding."""
        return self.cell * (self.before[1] + self.columns + self.after[1])

    @property
    def height(self) -> float:
        """With padding."""
        return self.cell * (self.before[0] + self.rows + self.after[0])

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def corner(self, cell: Cell) -> tuple[float, float]:
        """A cell's upper left corner."""
        row, column = cell
        return (
            self.x + (column + self.before[1]) * self.cell,
            self.y + (row + self.before[0]) * self.cell,
        )

    def middle(self, cell: Cell) -> tuple[float, float]:
        """A cell's middle."""
        x, y = self.corner(cell)
        return x + self.cell / 2, y + self.cell / 2

    def box(self, cell: Cell, role: str, when: When = None) -> Box:
        """A cell."""
        return Box(*self.corner(cell), self.cell, self.cell, role, when)

    def around(self, cells: Iterable[Cell], role: str, when: When = None) -> Box:
        """A box around cells."""
        listed = list(cells)
        rows, columns = [row for row, _ in listed], [column for _, column in listed]
        x, y = self.corner((min(rows), min(columns)))
        wide, high = max(columns) - min(columns) + 1, max(rows) - min(rows) + 1
        return Box(x, y, wide * self.cell, high * self.cell, role, when)

    def within(self) -> Iterator[Cell]:
        """The map's cells."""
        yield from ((row, column) for row in range(self.rows) for column in range(self.columns))

    def border(self) -> Iterator[Cell]:
        """The cells of the padding."""
        for row in range(-self.before[0], self.rows + self.after[0]):
            for column in range(-self.before[1], self.columns + self.after[1]):
                if not (0 <= row < self.rows and 0 <= column < self.columns):
                    yield row, column

    def ground(self, role: str, padding: str = "padding") -> list[Item]:
        """Every cell, without numbers."""
        laid: list[Item] = [self.box(cell, padding) for cell in self.border()]
        return laid + [self.box(cell, role) for cell in self.within()]

    def word(self, cell: Cell, text: str, when: When = None, role: str = "number") -> list[Item]:
        """A text in a cell, where there is room for one; `small` as a role keeps it small."""
        if self.cell < ROOM or not text:
            return []
        small = role == "small" or not self.holds(text)
        role = {"number": "small", "faint": "tiny"}.get(role, role) if small else role
        x, y = self.middle(cell)
        return [Words(x, y + (3.5 if small else 4.5), text, role, "middle", when)]

    def holds(self, text: str) -> bool:
        """Whether a cell holds a text of usual size."""
        return self.cell >= COMFORTABLE and len(text) * 8 <= self.cell

    def words(self, texts: Mapping[Cell, str], role: str = "number") -> list[Item]:
        """A text in each cell."""
        return [item for cell, text in texts.items() for item in self.word(cell, text, None, role)]

    def ring(self, cell: Cell, role: str, when: When = None) -> Ring:
        """A ring in a cell."""
        return Ring(*self.middle(cell), self.cell / 2 - 2, role, when)

    def strike(self, cell: Cell, when: When = None) -> list[Item]:
        """A cell struck out."""
        x, y = self.corner(cell)
        inset, far = 4.0, self.cell - 4
        one = ((x + inset, y + inset), (x + far, y + far))
        other = ((x + inset, y + far), (x + far, y + inset))
        return [Line(one, "struck", when), Line(other, "struck", when)]


ROOM, COMFORTABLE = 15, 23
"""Sides of the smallest cell that holds a number, and one of usual size."""


def cell_for(longest: int, room: float) -> float:
    """The side of a cell, so that so many fit a room."""
    return float(max(8, min(32, int(room // max(1, longest)))))


def plane(size: tuple[int, ...]) -> Cell:
    """Rows and columns of a map: a line is one row."""
    return (1, size[0]) if len(size) == 1 else (size[0], size[1])


def cell_of(place: tuple[int, ...]) -> Cell:
    """A position as row and column."""
    return (0, place[0]) if len(place) == 1 else (place[0], place[1])


def edges(pads: tuple[tuple[int, int], ...]) -> tuple[Cell, Cell]:
    """Padding as rows and columns before, and behind."""
    both = ((0, 0), *pads) if len(pads) == 1 else pads
    (above, below), (left, right) = both
    return (above, left), (below, right)
