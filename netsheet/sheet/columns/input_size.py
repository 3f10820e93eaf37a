"""The shape that a row reads."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netsheet.core.graph import Node
from netsheet.core.shape import Shape
from netsheet.sheet.column import Column, Explanation

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


def values(sheet: "Accounts") -> Sequence[Shape]:
    """C×H×W of the first map that each row reads; of an input, its own."""
    facts = sheet.facts
    return [
        facts[row.reads[0] if row.reads else place].output
        for place, row in enumerate(sheet.graph.rows)
    ]


def first(sheet: "Accounts", node: Node, found: Sequence[Shape]) -> Shape:  # noqa: ARG001 a fold
    """Fold: what the group's first row reads."""
    return found[node.first]


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """The row that it comes from."""
    row = sheet.graph.rows[node.first]
    source = sheet.graph.rows[row.reads[0]].name if row.reads else row.name
    shape = sheet.column("input_size")[node.first]
    note = f"the output of {source}" if row.reads else "given"
    return Explanation(f"{node.name}.input_size", str(shape), notes=(note,))


COLUMN = Column(
    name="input_size",
    title="input size",
    unit="C×H×W",
    meaning="shape of what the row reads, without the batch; of several, the first",
    headings=("input shape", "input dim", "size in"),
    values=values,
    fold=first,
    total=lambda sheet, found: found[0],  # noqa: ARG005 a total
    explain=explain,
)
