"""Parameters, by the convention in use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netsheet.core.graph import Node
from netsheet.sheet.column import Column, Explanation, added, whole_sum
from netsheet.sheet.quantities import added_up, row_total

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


def values(sheet: "Accounts") -> Sequence[int]:
    """Parameters of every row."""
    terms = sheet.convention.params
    return [row_total(sheet, terms, place) for place in range(len(sheet.graph.rows))]


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """What is counted."""
    merged = added_up(sheet, sheet.convention.params, node.first, node.last)
    whole = sum(count * each for (_, each), count in merged.items())
    return Explanation(
        f"{node.name}.counted_params",
        f"{whole:,}",
        " + ".join(f"{count:,}" for count in merged.values()),
        " + ".join(name for name, _ in merged),
        notes=(f"convention {sheet.convention.name}: {sheet.convention.sentence}",),
    )


COLUMN = Column(
    name="counted_params",
    title="counted params",
    unit="values",
    meaning="parameters by the convention in use; what training changes, unless a tool counts more",
    headings=("total params", "parameters counted"),
    values=values,
    fold=added,
    total=whole_sum,
    explain=explain,
)
