"""Depth: weighted layers one behind the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netsheet.core.graph import Node
from netsheet.layers.base import WEIGHTED
from netsheet.sheet.column import Column, Explanation

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


def values(sheet: "Accounts") -> Sequence[int]:
    """1 for each row that is a weighted layer, 0 for the others."""
    return [1 if layer.family in WEIGHTED else 0 for _, layer, *_ in sheet.graph.rows]


def longest(sheet: "Accounts", first: int, end: int) -> list[int]:
    """Weighted layers on the longest way from `first` down to each row before `end`."""
    found: list[int] = []
    for _, layer, reads, *_ in sheet.graph.rows[first:end]:
        above = 0
        for read in reads:
            if read >= first and found[read - first] > above:
                above = found[read - first]
        found.append(above + 1 if layer.family in WEIGHTED else above)
    return found


def fold(sheet: "Accounts", node: Node, found: Sequence[int]) -> int:  # noqa: ARG001 a fold
    """Weighted layers on the longest way through a group."""
    return max(longest(sheet, node.first, node.last + 1))


def total(sheet: "Accounts", found: Sequence[int]) -> int:
    """Weighted layers on the longest way through the network."""
    return max(longest(sheet, 0, len(found)))


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """The rows on the longest way through the row or group."""
    counts = longest(sheet, node.first, node.last + 1)
    place = node.first + max(range(len(counts)), key=lambda index: counts[index])
    way: list[str] = []
    while place >= node.first:
        row = sheet.graph.rows[place]
        if row.layer.family in WEIGHTED:
            way.insert(0, row.name)
        inside = [read for read in row.reads if read >= node.first]
        if not inside:
            break
        place = max(inside, key=lambda read: counts[read - node.first])
    if len(way) > SHOWN:
        way = [*way[: SHOWN // 2], f"({len(way) - SHOWN + 1} more)", *way[1 - SHOWN // 2 :]]
    notes = (f"the longest way: {' → '.join(way)}",) if way else ("no weighted layer",)
    return Explanation(f"{node.name}.depth", str(max(counts)), notes=notes)


def explain_total(sheet: "Accounts") -> Explanation:
    """The rows on the longest way through the network."""
    return explain(sheet, Node("", 0, len(sheet.graph.rows) - 1, (), None))


SHOWN = 6
"""Rows of the way that an explanation names."""

COLUMN = Column(
    name="depth",
    title="depth",
    unit="layers",
    meaning="weighted layers (convolutions, dense) on the longest way; of a row, its own",
    headings=("#layers",),
    values=values,
    fold=fold,
    total=total,
    explain=explain,
    explain_total=explain_total,
)
