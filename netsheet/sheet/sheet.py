"""The sheet of a network: each column computed when it is first asked for.

Requirements met here: values are exact and plain; a cell handed out can explain itself; the
sheet shows rows as a person wrote them, and each row inside on request.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from netsheet.core.errors import ChoiceError
from netsheet.core.graph import INPUT, Node
from netsheet.core.shape import Shape
from netsheet.sheet.accounts import Accounts
from netsheet.sheet.column import Column, Explanation
from netsheet.sheet.columns import columns, find_column


class Count(int):
    """An exact count that can say how it came about."""

    why: Any

    def explain(self) -> str:
        """The sum with its numbers put in, and its terms."""
        return str(self.why())


class Sized(Shape):
    """A shape that can say how it came about."""

    why: Any

    def explain(self) -> str:
        """The rule of each axis with its numbers put in, and what the rounding dropped."""
        return str(self.why())


def _explaining(value: Any, why: Any) -> Any:  # noqa: ANN401 any column's value
    """A value that carries its explanation, where its type allows."""
    if type(value) is int:
        count = Count(value)
        count.why = why
        return count
    if isinstance(value, Shape):
        sized = Sized(value)
        sized.why = why
        return sized
    return value


@dataclass(frozen=True)
class SheetRow:
    """One line of the sheet: a row or a group, with every column as an attribute."""

    sheet: "Sheet"
    node: Node

    @property
    def name(self) -> str:
        """The row's name."""
        return self.node.name

    @property
    def layer(self) -> str:
        """What it is, in a word: the kind's name, or the block's."""
        return self.sheet.word(self.node)

    @property
    def description(self) -> str:
        """What it is, with what matters most: `conv 5×5, 256, groups 2`."""
        return self.sheet.describe(self.node)

    @property
    def then(self) -> tuple[str, ...]:
        """Kinds of the layers that follow in place."""
        return self.sheet.then(self.node)

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the lines it reads."""
        return self.sheet.reads(self.node)

    @property
    def rows(self) -> tuple["SheetRow", ...]:
        """The lines inside it, if it is a group."""
        return tuple(SheetRow(self.sheet, child) for child in self.node.children)

    def explain(self, column: str = "") -> str:
        """How this row's cells came about: one column's, or all."""
        return self.sheet.explain(self.name, column)

    def _repr_html_(self) -> str | None:
        return None if self.sheet.display is None else self.sheet.display(self)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 any column's value
        """The value of a column."""
        if name.startswith("_"):
            raise AttributeError(name)
        column = _column(name)
        value = self.sheet.value(column.name, self.node)
        return _explaining(value, lambda: column.explain(self.sheet, self.node))


@dataclass(frozen=True)
class TotalRow:
    """The totals, with every column as an attribute."""

    sheet: "Sheet"

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 any column's value
        """The total of a column."""
        if name.startswith("_"):
            raise AttributeError(name)
        column = _column(name)
        value = column.total(self.sheet, self.sheet.column(column.name))
        return _explaining(value, lambda: self.sheet.explanation_of_total(column.name))


def _column(name: str) -> Column:
    try:
        return find_column(name)
    except ChoiceError as error:
        raise AttributeError(str(error)) from error


@dataclass(frozen=True)
class Sheet(Accounts):
    """Every number of a network, for one sample; ChoiceError for names that are not there."""

    display: Callable[["Sheet | SheetRow"], str] | None = field(
        default=None, compare=False, repr=False
    )
    """How a notebook shows the sheet and its rows: handed in, for a sheet knows no format."""

    @cached_property
    def _columns(self) -> dict[str, Sequence[Any]]:
        return {}

    def column(self, name: str) -> Sequence[Any]:
        """The values of one column, one for each row of the graph, plain."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = columns()[name].values(self)
        return found

    def compute(self) -> "Sheet":
        """Compute every column now."""
        for name in columns():
            self.column(name)
        return self

    def value(self, column: str, node: Node) -> Any:  # noqa: ANN401 any column's value
        """One cell, plain: a row's own value, or the fold over a group."""
        values = self.column(column)
        if not node.children:
            return values[node.first]
        return columns()[column].fold(self, node, values)

    @property
    def rows(self) -> tuple[SheetRow, ...]:
        """The lines as a person wrote them, without the input."""
        return tuple(
            SheetRow(self, node) for node in self.graph.outline if not self._is_input(node)
        )

    def lines(self, depth: int = 1) -> Iterator[tuple[int, SheetRow]]:
        """Lines with their depth: `depth` 1 is as written, 2 opens groups once, and so on."""

        def walk(nodes: Sequence[Node], level: int) -> Iterator[tuple[int, SheetRow]]:
            for node in nodes:
                if not self._is_input(node):
                    yield level, SheetRow(self, node)
                    if level + 1 < depth:
                        yield from walk(node.children, level + 1)

        yield from walk(self.graph.outline, 0)

    def _is_input(self, node: Node) -> bool:
        return not node.children and self.graph.rows[node.first].layer.kind == INPUT

    def __getitem__(self, name: str) -> SheetRow:
        """A line by name: a row, a row inside (`conv2.relu`), or a group."""
        return SheetRow(self, self.graph.node(name))

    @property
    def total(self) -> TotalRow:
        """The totals of every column."""
        return TotalRow(self)

    def _repr_html_(self) -> str | None:
        return None if self.display is None else self.display(self)

    def explain(self, name: str = "", column: str = "") -> str:
        """How cells came about: a row's (one column or all), or the totals' for an empty name."""
        from netsheet.sheet.explain import explain

        return explain(self, name, column)

    def explanation_of_total(self, name: str) -> Explanation:
        """How one total came about."""
        from netsheet.sheet.explain import explain_total

        return explain_total(self, columns()[name])
