"""What a column is, and how a cell explains itself.

Requirements met here: a column declares title, unit and meaning once; it gives a value for each
row, folds the values of a group into one, and gives the total; the explanation of a cell is
data made by the rule that computed it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from netsheet.core.graph import OWN
from netsheet.core.numbers import Number
from netsheet.sheet.remember import Remembered, remember

if TYPE_CHECKING:
    from netsheet.core.graph import Node
    from netsheet.layers.base import Facts
    from netsheet.sheet.accounts import Accounts


class Explanation(NamedTuple):
    """How one cell came about.

    subject: `conv2.params`. formula: the sum in symbols. sum: the same with numbers put in.
    value: the result as written in a sum. parts: explanations of its terms. notes: sentences.
    """

    subject: str
    value: str
    sum: str = ""
    formula: str = ""
    parts: tuple["Explanation", ...] = ()
    notes: tuple[str, ...] = ()

    def line(self) -> str:
        """`conv2.params = 5·5·(96/2)·256 + 256 = 307,456`."""
        middle = f"{self.sum} = " if self.sum and self.sum != self.value else ""
        return f"{self.subject} = {middle}{self.value}"

    def lines(self, indent: int = 0) -> list[str]:
        """The whole explanation, a line each, terms and notes set in."""
        pad = "  " * indent
        found = [pad + self.line()]
        if self.formula and self.formula != self.sum:
            found.append(f"{pad}  by the rule {self.formula}")
        for part in self.parts:
            found += part.lines(indent + 1)
        found += [f"{pad}  {note}" for note in self.notes]
        return found

    def __str__(self) -> str:
        """All lines."""
        return "\n".join(self.lines())


class Share(NamedTuple):
    """A part of a whole, kept exact."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """The share in percent; of nothing, 0."""
        return 100 * self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Column:
    """A computed column: what it says, and the functions that compute and explain it."""

    name: str
    title: str
    unit: str
    meaning: str
    headings: tuple[str, ...]
    values: Callable[["Accounts"], Sequence[Any]]
    fold: Callable[["Accounts", "Node", Sequence[Any]], Any]
    total: Callable[["Accounts", Sequence[Any]], Any]
    explain: Callable[["Accounts", "Node"], Explanation]
    explain_total: Callable[["Accounts"], Explanation] | None = None


def added(sheet: "Accounts", node: "Node", values: Sequence[Any]) -> Any:  # noqa: ANN401, ARG001 a fold
    """Fold: the sum over the rows of a group."""
    return sum(values[node.first : node.last + 1])


def last(sheet: "Accounts", node: "Node", values: Sequence[Any]) -> Any:  # noqa: ANN401, ARG001 a fold
    """Fold: the value of the group's last row."""
    return values[node.last]


def largest(sheet: "Accounts", node: "Node", values: Sequence[Any]) -> Any:  # noqa: ANN401, ARG001 a fold
    """Fold: the largest value in the group."""
    return max(values[node.first : node.last + 1])


def whole_sum(sheet: "Accounts", values: Sequence[Any]) -> Any:  # noqa: ANN401, ARG001 a total
    """Total: the sum over all rows."""
    return sum(values)


def at_end(sheet: "Accounts", values: Sequence[Any]) -> Any:  # noqa: ANN401, ARG001 a total
    """Total: the value of the last row."""
    return values[-1]


STORED = frozenset({"params", "weights", "biases", "buffers"})
"""Columns that count stored tensors, which a row may share with another."""


def _shared(sheet: "Accounts", place: int) -> tuple[str, ...]:
    """Where the weights are counted that a row uses and doesn't own."""
    row = sheet.graph.rows[place]
    if row.shares == OWN:
        return ()
    what = " and ".join(row.tied) or "weights"
    verb = "is" if len(row.tied) == 1 else "are"
    return (f"its {what} {verb} {sheet.graph.rows[row.shares].name}'s, and counted there",)


def counting(  # noqa: PLR0913 one declaration holds all there is to say of a column
    *,
    name: str,
    title: str,
    unit: str,
    meaning: str,
    headings: tuple[str, ...],
    value: Callable[["Facts"], int],
    rule: Callable[[Remembered], int],
    note: Callable[["Accounts", int], tuple[str, ...]] | None = None,
) -> Column:
    """A column of counts that add up.

    value: the count of one row from its facts, plain and fast. rule: the same count
    from numbers that remember, for the explanation.
    """

    def values(sheet: "Accounts") -> Sequence[int]:
        return [value(facts) for facts in sheet.facts]

    def explain_row(sheet: "Accounts", place: int, subject: str) -> Explanation:
        made = rule(remember(sheet, place))
        notes = note(sheet, place) if note is not None and made else ()
        if name in STORED:
            notes = (*notes, *_shared(sheet, place))
        if not isinstance(made, Number):
            return Explanation(subject, f"{made:,}", notes=notes)
        plain = f"{int(made):,}"
        if not made.expression.operator:
            return Explanation(subject, plain, formula=made.formula(), notes=notes)
        return Explanation(subject, plain, made.sum(), made.formula(), notes=notes)

    def explain(sheet: "Accounts", node: "Node") -> Explanation:
        subject = f"{node.name}.{name}"
        if not node.children:
            return explain_row(sheet, node.first, subject)
        counts = sheet.column(name)
        counted = [c for c in node.children if any(counts[c.first : c.last + 1])]
        if len(counted) == 1 and not counted[0].children:
            return explain_row(sheet, counted[0].first, subject)
        if len(counted) == 1:
            return explain(sheet, counted[0])._replace(subject=subject)
        parts = tuple(explain(sheet, child) for child in counted)
        whole = sum(counts[node.first : node.last + 1])
        terms = " + ".join(part.value for part in parts)
        return Explanation(subject, f"{whole:,}", terms, parts=parts)

    return Column(name, title, unit, meaning, headings, values, added, whole_sum, explain)
