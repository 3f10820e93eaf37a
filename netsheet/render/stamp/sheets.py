"""A map as a sheet seen from the side: several lie above each other, and a skewer goes through.

It answers as `netsheet.render.stamp.grid.Grid` does; its cells are slanted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from netsheet.render.stamp.grid import Cell
from netsheet.render.stamp.scene import Item, Line, Patch, Point, Ring, When, Words

FLAT, SLANT = 0.66, 0.5
"""How high a row is seen, and how far it is shifted, in sides of a cell."""


class Sheet(NamedTuple):
    """Where a map lies: corner of what it takes, side of a cell, rows and columns, padding."""

    x: float
    y: float
    cell: float
    rows: int
    columns: int
    before: Cell = (0, 0)
    after: Cell = (0, 0)

    @property
    def _tall(self) -> int:
        return self.before[0] + self.rows + self.after[0]

    @property
    def width(self) -> float:
        """With what the slant adds."""
        broad = self.before[1] + self.columns + self.after[1]
        return self.cell * (broad + SLANT * self._tall)

    @property
    def height(self) -> float:
        """As seen."""
        return self.cell * FLAT * self._tall

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def corner(self, cell: Cell) -> Point:
        """A cell's upper left corner; the upper rows lie further back, to the right."""
        row, column = cell[0] + self.before[0], cell[1] + self.before[1]
        return (
            self.x + self.cell * (column + SLANT * (self._tall - row)),
            self.y + self.cell * FLAT * row,
        )

    def middle(self, cell: Cell) -> Point:
        """A cell's middle."""
        (x0, y0), (x1, y1) = self.corner(cell), self.corner((cell[0] + 1, cell[1] + 1))
        return (x0 + x1) / 2, (y0 + y1) / 2

    def box(self, cell: Cell, role: str, when: When = None) -> Patch:
        """A cell."""
        return self.around([cell], role, when)

    def around(self, cells: Iterable[Cell], role: str, when: When = None) -> Patch:
        """A surface over cells."""
        listed = list(cells)
        rows, columns = [row for row, _ in listed], [column for _, column in listed]
        top, left, low, far = min(rows), min(columns), max(rows) + 1, max(columns) + 1
        corners = ((top, left), (top, far), (low, far), (low, left))
        return Patch(tuple(self.corner(corner) for corner in corners), role, when)

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
        """A text in a cell."""
        x, y = self.middle(cell)
        return [Words(x, y + 4, text, {"number": "small", "faint": "tiny"}[role], "middle", when)]

    def words(self, texts: Mapping[Cell, str], role: str = "number") -> list[Item]:
        """A text in each cell."""
        return [item for cell, text in texts.items() for item in self.word(cell, text, None, role)]

    def ring(self, cell: Cell, role: str, when: When = None) -> Ring:
        """A ring in a cell."""
        return Ring(*self.middle(cell), self.cell * FLAT / 2 - 1, role, when)

    def strike(self, cell: Cell, when: When = None) -> list[Item]:
        """A cell struck out."""
        row, column = cell
        a, b = self.corner(cell), self.corner((row + 1, column + 1))
        c, d = self.corner((row, column + 1)), self.corner((row + 1, column))
        return [Line((a, b), "struck", when), Line((c, d), "struck", when)]
