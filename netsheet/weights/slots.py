"""The places for tensors in a network: what its rows store, in the order of the rows.

Requirements met here: a tensor that several rows share has one place, and the names that it has
in each; what may be left out of a file, because it follows or is only a count, is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import NamedTuple

from netsheet.core.graph import OWN, Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.base import Facts
from netsheet.sheet.infer import infer, own_weights

COUNTER = "num_batches_tracked"


class Slot(NamedTuple):
    """A place for a tensor: `row.tensor`, its shape, and its row.

    family: of the row's layer. laid: the map that the row reads laid flat, if it does.
    """

    name: str
    row: str
    tensor: str
    shape: tuple[int, ...]
    family: str
    laid: Shape | None = None
    role: str = "weight"

    @property
    def size(self) -> int:
        """How many values it takes."""
        return prod(self.shape)

    @property
    def is_counter(self) -> bool:
        """Whether it only counts batches."""
        return self.tensor == COUNTER


@dataclass(frozen=True)
class Slots:
    """The places of a network, by name. aliases: other names of a place, of rows that share it."""

    network: str
    by_name: dict[str, Slot]
    aliases: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, list[Slot]]:
        """The places of each row that has any."""
        found: dict[str, list[Slot]] = {}
        for slot in self.by_name.values():
            found.setdefault(slot.row, []).append(slot)
        return found


def slots(graph: Graph) -> Slots:
    """The places for tensors in a network; RuleError where a layer refuses its input."""
    facts = infer(graph)
    found: dict[str, Slot] = {}
    aliases: dict[str, str] = {}
    for row in graph.rows:
        xs = [facts[read].output for read in row.reads]
        stored = row.layer.weights(*xs)
        own = {weight.name for weight in own_weights(graph, row, facts)}
        for weight in stored:
            name = f"{row.name}.{weight.name}"
            if weight.name in own:
                shape = tuple(int(size) for size in weight.shape)
                laid = _laid(graph, facts, row)
                given = (name, row.name, weight.name, shape, row.layer.family, laid, weight.role)
                found[name] = Slot(*given)
            elif row.shares != OWN:
                aliases[name] = f"{graph.rows[row.shares].name}.{weight.name}"
    return Slots(graph.name, found, aliases)


def _laid(graph: Graph, facts: Sequence[Facts], row: Row) -> Shape | None:
    """The map of several positions that a dense row reads laid flat, here or above."""
    if row.layer.family != "dense":
        return None
    while row.reads:
        x = facts[row.reads[0]].output
        if x.rank:
            return x if x.values > x.channels > 1 else None
        row = graph.rows[row.reads[0]]
        if row.layer.family == "dense":
            return None
    return None
