"""Depth: weighted layers on the longest way, or counted otherwise."""

from collections.abc import Callable, Iterator

from netsheet.audit.reading import Grounds, Reading, distinct, span_of
from netsheet.audit.readings import Reader
from netsheet.core.graph import Graph, Node
from netsheet.sheet.columns.depth import longest
from netsheet.sheet.sheet import Sheet

POOLS = frozenset({"max pool", "average pool", "adaptive pool"})


def readings(grounds: Grounds, row: str, column: str) -> Iterator[Reading]:
    """Weighted layers one behind the other; with pools; every layer with parameters."""
    found = []
    for basis in grounds.bases:
        sheet, node = basis.sheet, span_of(basis.sheet, row)
        if node is None or basis.cost > 1:
            continue
        plain = sheet.value(column, node) if row else int(sheet.total.depth)
        pools = _longest(sheet.graph, node, lambda layer: layer.family in POOLS)
        found += [
            Reading(plain, basis.words, basis.cost),
            Reading(pools, (*basis.words, "pooling counted too"), basis.cost + 1),
            Reading(
                _trained(sheet, node), (*basis.words, "every layer with parameters"), basis.cost + 1
            ),
            Reading(_listed(sheet, node), (*basis.words, AS_LISTED), basis.cost + 2),
        ]
    return distinct(sorted(found, key=lambda reading: reading.cost))


def _longest(graph: Graph, node: Node, also: Callable[..., bool]) -> int:
    """Layers on the longest way that are weighted, or that `also` counts."""
    weighted = longest_with(graph, node.first, node.last + 1, also)
    return max(weighted, default=0)


def longest_with(graph: Graph, first: int, end: int, also: Callable[..., bool]) -> list[int]:
    """For each row, how many counted layers lie on the longest way to it."""
    found: list[int] = []
    for _, layer, reads, *_ in graph.rows[first:end]:
        above = max((found[read - first] for read in reads if read >= first), default=0)
        found.append(above + (layer.family in {"conv", "dense"} or also(layer)))
    return found


def _trained(sheet: Sheet, node: Node) -> int:
    """Rows that own parameters."""
    return sum(1 for facts in sheet.facts[node.first : node.last + 1] if facts.params)


AS_LISTED = "every layer of a program's list: pools, the input and the flattening too"


def _listed(sheet: Sheet, node: Node) -> int:
    """Rows but for activations and dropout, with the input, and a flattening for dense layers."""
    rows = sheet.graph.rows[node.first : node.last + 1]
    counted = [r for r in rows if r.layer.family in {"conv", "dense", "norm", *POOLS}]
    flattened = any(
        row.layer.family == "dense" and sheet.facts[row.reads[0]].output.rank for row in rows
    )
    return len(counted) + flattened + (not node.name)


READER = Reader(("depth",), readings)

__all__ = ["READER", "longest", "readings"]
