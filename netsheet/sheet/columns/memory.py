"""Activation memory while the network is used."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from netsheet.core.graph import Node
from netsheet.sheet.column import Column, Explanation, largest
from netsheet.sheet.storage import Storages, storages

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


def _last_use(sheet: "Accounts", stores: Storages) -> list[int]:
    """For each storage, the last row while which it must be held."""
    graph = sheet.graph
    until = list(stores.born)
    for place, row in enumerate(graph.rows):
        for read in row.reads:
            until[stores.of[read]] = place
    end = len(graph.rows) - 1
    for place in graph.outputs:
        until[stores.of[place]] = end
    if sheet.memory.held_inputs:
        for place in graph.inputs:
            until[stores.of[place]] = end
        for top in graph.outline:
            for node in top.walk():
                for read in _given_to(sheet, node):
                    store = stores.of[read]
                    until[store] = max(until[store], node.last)
    return until


def _lives(sheet: "Accounts") -> tuple[Storages, list[int]]:
    """The storages in use, and for each the last row while which it must be held."""
    stores = storages(sheet, training=False)
    return stores, _last_use(sheet, stores)


def _given_to(sheet: "Accounts", node: Node) -> Iterator[int]:
    """The rows outside a group that it reads; its caller holds them until it is done."""
    if node.children:
        for row in sheet.graph.rows[node.first : node.last + 1]:
            yield from (read for read in row.reads if read < node.first)


def values(sheet: "Accounts") -> Sequence[int]:
    """Bytes held while each row runs; the network's inputs are there from the start."""
    stores, until = sheet.once("memory", _lives)
    each = sheet.memory.value_bytes
    scratch = sheet.memory.scratch
    freed: list[list[int]] = [[] for _ in sheet.graph.rows]
    for store, place in enumerate(until):
        freed[place].append(store)
    live, found = sum(sheet.facts[place].values * each for place in sheet.graph.inputs), []
    for place, (facts, row) in enumerate(zip(sheet.facts, sheet.graph.rows, strict=True)):
        if row.reads and stores.born[stores.of[place]] == place:
            live += stores.values[stores.of[place]] * each
        found.append(live + facts.scratch_bytes if scratch else live)
        for store in freed[place]:
            live -= stores.values[store] * each
    return found


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """What is held while the row runs; of a group, while its fullest row runs."""
    found = sheet.column("memory")
    place = max(range(node.first, node.last + 1), key=lambda p: found[p])
    rows, each = sheet.graph.rows, sheet.memory.value_bytes
    parts = []
    for born, count, why in _held(sheet, place):
        shown = f"{count * each:,}"
        parts.append(Explanation(rows[born].name, shown, f"{count:,}·{each}", notes=(why,)))
    extra = sheet.facts[place].scratch_bytes if sheet.memory.scratch else 0
    if extra:
        parts.append(Explanation(f"what {rows[place].name} lays out beside them", f"{extra:,}"))
    notes = [f"bytes held while {rows[place].name} runs"]
    if place == _peak(found):
        notes.append("this is the network's peak")
    terms = " + ".join(part.value for part in parts)
    subject = f"{node.name}.memory"
    return Explanation(subject, f"{found[place]:,}", terms, parts=tuple(parts), notes=tuple(notes))


def _held(sheet: "Accounts", place: int) -> Iterator[tuple[int, int, str]]:
    """Each storage held while a row runs: the row that made it, its values, and why it is held."""
    stores, until = sheet.once("memory", _lives)
    rows = sheet.graph.rows
    read = {stores.of[above] for above in rows[place].reads}
    last_read = sheet.once("last read", _last_reads)
    for store, born in enumerate(stores.born):
        if not stores.values[store]:
            continue
        if place <= until[store] and (born <= place or not rows[born].reads):
            yield (
                born,
                stores.values[store],
                "its output"
                if stores.of[place] == store
                else "its input"
                if store in read
                else "needed below"
                if last_read[store] > place
                else "held by its caller",
            )


def _last_reads(sheet: "Accounts") -> list[int]:
    """For each storage, the last row that reads it."""
    stores, _ = sheet.once("memory", _lives)
    found = [-1] * len(stores.born)
    for place, row in enumerate(sheet.graph.rows):
        for above in row.reads:
            found[stores.of[above]] = place
    return found


def _peak(found: Sequence[int]) -> int:
    return max(range(len(found)), key=lambda place: found[place])


def explain_total(sheet: "Accounts") -> Explanation:
    """The peak, where it lies, and what is held there."""
    name = sheet.graph.rows[_peak(sheet.column("memory"))].name
    inner = explain(sheet, sheet.graph.node(name))
    notes = (f"the peak lies at {name}", f"counted: {sheet.memory.sentence}")
    return inner._replace(notes=notes)


COLUMN = Column(
    name="memory",
    title="memory",
    unit="bytes",
    meaning="activations held while the row runs: its input, its output, and what is needed below",
    headings=("activation memory", "activations memory", "memory (bytes)", "mem"),
    values=values,
    fold=largest,
    total=lambda sheet, found: max(found),  # noqa: ARG005 a total
    explain=explain,
    explain_total=explain_total,
)
