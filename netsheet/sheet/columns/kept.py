"""What training keeps for the backward pass, as torch does.

It is counted as if the gradient went back to the network's input; torch leaves out what only that
would need, such as the input of a pool that reads the picture itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netsheet.core.graph import Node
from netsheet.sheet.column import Column, Explanation, added, whole_sum
from netsheet.sheet.storage import storages

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


def values(sheet: "Accounts") -> Sequence[int]:
    """Bytes that each row is the first to keep, for one sample."""
    stores = storages(sheet, training=True)
    each = sheet.memory.value_bytes
    kept = bytearray(len(stores.born))
    found = []
    for place, (facts, row) in enumerate(zip(sheet.facts, sheet.graph.rows, strict=True)):
        keeps = facts.keeps
        size = keeps.extra_bytes
        if keeps.input:
            for read in row.reads:
                store = stores.of[read]
                if not kept[store]:
                    kept[store] = 1
                    size += each * stores.values[store]
        if keeps.output:
            store = stores.of[place]
            if not kept[store]:
                kept[store] = 1
                size += each * stores.values[store]
        found.append(size)
    return found


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """What the row keeps, and what others keep already."""
    found = sheet.column("kept")
    whole = added(sheet, node, found)
    notes = []
    for place in range(node.first, node.last + 1):
        keeps = sheet.facts[place].keeps
        what = ["its input"] * keeps.input + ["its output"] * keeps.output
        if keeps.extra_bytes:
            what.append(f"{keeps.extra_bytes:,} bytes of its own")
        if what:
            already = "" if found[place] else ", which a row above keeps already"
            notes.append(f"{sheet.graph.rows[place].name} keeps {' and '.join(what)}{already}")
    return Explanation(f"{node.name}.kept", f"{whole:,}", notes=tuple(notes))


COLUMN = Column(
    name="kept",
    title="kept",
    unit="bytes",
    meaning="bytes that training keeps for the backward pass, first kept by this row; one sample",
    headings=("saved", "saved for backward", "training memory", "kept for backward"),
    values=values,
    fold=added,
    total=whole_sum,
    explain=explain,
)
