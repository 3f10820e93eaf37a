"""Which rows' values lie in one and the same memory."""

from typing import TYPE_CHECKING, NamedTuple

from netsheet.core.graph import PARAMETER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netsheet.core.graph import Graph
    from netsheet.layers.base import Facts
    from netsheet.sheet.accounts import Accounts


class Storages(NamedTuple):
    """of: the storage of each row. born: the row that made each storage. values: its size."""

    of: list[int]
    born: list[int]
    values: list[int]


def overwrites(
    graph: "Graph", facts: "Sequence[Facts]", *, everywhere: bool = False
) -> frozenset[int]:
    """The rows that overwrite what they read; `everywhere` asks it of every activation.

    A row that is asked to work in place does so unless somebody else needs what would be lost:
    another row, the caller (a network's input or output), or the backward pass of the row above.
    """
    if not everywhere and not any(row.layer.in_place for row in graph.rows):
        return frozenset()
    found: set[int] = set()
    sharing: list[list[int]] = []  # for each row, the rows so far whose values lie where its do
    for place, (_, layer, reads, *_) in enumerate(graph.rows):
        together = [] if not reads else sharing[reads[0]]
        asked = layer.in_place or (everywhere and layer.family == "activation")
        if asked and all(_given_up(graph, facts, row, {place, *together}) for row in together):
            found.add(place)
        if place in found or (reads and layer.shares_storage != "never"):
            together.append(place)
            sharing.append(together)
        else:
            sharing.append([place])
    return frozenset(found)


def _given_up(graph: "Graph", facts: "Sequence[Facts]", place: int, among: set[int]) -> bool:
    """Whether nobody needs a row's values but these rows."""
    readers = graph.readers[place]
    return (
        bool(graph.rows[place].reads)
        and bool(readers)
        and among.issuperset(readers)
        and not facts[place].keeps.output
    )


def storages(sheet: "Accounts", *, training: bool) -> Storages:
    """Storages of a network: views and in-place layers share their input's.

    A parameter's values are weights, and no activations: its storage holds none.
    """
    of: list[int] = []
    born: list[int] = []
    values: list[int] = []
    in_place = overwrites(sheet.graph, sheet.facts, everywhere=sheet.memory.in_place)
    for place, (facts, (_, layer, reads, *_)) in enumerate(
        zip(sheet.facts, sheet.graph.rows, strict=True)
    ):
        shares = layer.shares_storage
        if place in in_place or (
            reads and shares != "never" and (shares == "always" or not training)
        ):
            of.append(of[reads[0]])
            continue
        of.append(len(born))
        born.append(place)
        values.append(facts.values if layer.kind != PARAMETER else 0)
    return Storages(of, born, values)
