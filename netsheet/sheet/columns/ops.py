"""Operations, by the convention in use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netsheet.core.convention import Term
from netsheet.core.graph import Node
from netsheet.sheet.column import Column, Explanation, added, whole_sum
from netsheet.sheet.quantities import added_up, row_total

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


def values(sheet: "Accounts") -> Sequence[int]:
    """Operations of every row."""
    terms = sheet.convention.terms
    if len(terms) == 1 and terms[0] == Term("multiply-adds", terms[0].each):  # the common ones
        each = terms[0].each
        return [each * facts.macs for facts in sheet.facts]
    return [row_total(sheet, terms, place) for place in range(len(sheet.graph.rows))]


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """What is counted, and how much each counts."""
    merged = added_up(sheet, sheet.convention.terms, node.first, node.last)
    terms = " + ".join(
        f"{each}·{count:,}" if each != 1 else f"{count:,}" for (_, each), count in merged.items()
    )
    formula = " + ".join(f"{each}·{name}" if each != 1 else name for name, each in merged)
    whole = sum(count * each for (_, each), count in merged.items())
    return Explanation(
        f"{node.name}.ops",
        f"{whole:,}",
        terms,
        formula,
        notes=(f"convention {sheet.convention.name}: {sheet.convention.sentence}",),
    )


COLUMN = Column(
    name="ops",
    title="ops",
    unit="operations",
    meaning="operations by the convention in use, which is printed with them",
    headings=("flops", "#ops", "operations", "gflops", "mflops"),
    values=values,
    fold=added,
    total=whole_sum,
    explain=explain,
)
