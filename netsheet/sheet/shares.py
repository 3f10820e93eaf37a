"""Columns that are a share of another column's total."""

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from netsheet.core.graph import Node
from netsheet.sheet.column import Column, Explanation, Share

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


def sharing(*, name: str, of: str, title: str, meaning: str, headings: tuple[str, ...]) -> Column:
    """A column of shares of the column `of`, kept as exact pairs (part, whole)."""

    def values(sheet: "Accounts") -> Sequence[Share]:
        counts = sheet.column(of)
        whole = sum(counts)
        return list(map(Share._make, zip(counts, repeat(whole), strict=False)))

    def fold(sheet: "Accounts", node: Node, found: Sequence[Share]) -> Share:
        counts = sheet.column(of)
        return Share(sum(counts[node.first : node.last + 1]), found[0].whole)

    def total(sheet: "Accounts", found: Sequence[Share]) -> Share:  # noqa: ARG001 a total
        return Share(found[0].whole, found[0].whole)

    def explain(sheet: "Accounts", node: Node) -> Explanation:
        share = fold(sheet, node, sheet.column(name))
        shown = f"{share.part:,}/{share.whole:,}"
        return Explanation(
            f"{node.name}.{name}",
            f"{share.percent:.2f} %",
            shown,
            f"{of} of the row/{of} of the network",
        )

    return Column(name, title, "%", meaning, headings, values, fold, total, explain)
