"""Operations, by the convention in use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from netsheet.core.graph import Node
from netsheet.layers.base import Whole
from netsheet.sheet.column import Column, Explanation, added, whole_sum

if TYPE_CHECKING:
    from netsheet.core.convention import Convention
    from netsheet.layers.base import Facts
    from netsheet.sheet.accounts import Accounts

FAMILIES = {
    "norm": ("norm",),
    "activation": ("activation",),
    "pool": ("max pool", "average pool", "adaptive pool"),
    "add": ("add", "multiply"),
}
"""Layer families that each part of a convention takes in."""


def _terms(facts: "Facts", layer: Any, convention: "Convention") -> list[tuple[str, int, int]]:  # noqa: ANN401 a layer
    """What a row counts: name, how many, and how much each counts."""
    terms = [("multiply-adds", facts.macs, convention.per_mac)] if facts.macs else []
    parts = convention.parts
    if "bias" in parts and facts.bias_adds:
        terms.append(("bias additions", facts.bias_adds, parts["bias"]))
    for part, families in FAMILIES.items():
        if part in parts and layer.family in families:
            count = _reads(facts) if part == "pool" else facts.values
            terms.append((f"{part} values", count, parts[part]))
    return terms


def _reads(facts: "Facts") -> int:
    """Values that pooling windows read; a window that reads everything reads the input once."""
    reads = facts.values
    for window in facts.windows:
        if isinstance(window, Whole):
            return facts.inputs
        reads *= window.reads
    return reads


def values(sheet: "Accounts") -> Sequence[int]:
    """Operations of every row."""
    convention = sheet.convention
    if not convention.parts:
        each = convention.per_mac
        return [each * facts.macs for facts in sheet.facts]
    return [
        sum(count * each for _, count, each in _terms(facts, row.layer, convention))
        for facts, row in zip(sheet.facts, sheet.graph.rows, strict=True)
    ]


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """What is counted, and how much each counts."""
    merged: dict[tuple[str, int], int] = {}
    for place in range(node.first, node.last + 1):
        for name, count, each in _terms(
            sheet.facts[place], sheet.graph.rows[place].layer, sheet.convention
        ):
            merged[name, each] = merged.get((name, each), 0) + count
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
