"""Tensors taken together by the layer that they belong to, on both sides.

Requirements met here: a network's rows and a file's modules are told by the same words: what they
hold, and the shape of what is first in it; a convolution's bias may be there or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from netsheet.weights.fit import Turning, change
from netsheet.weights.slots import Slot, Slots
from netsheet.weights.table import Entry

STATISTICS = "running_mean"

WEIGHTED = frozenset({"conv", "dense"})
"""Families whose bias may be left out, on either side."""


@dataclass(frozen=True, eq=False)
class Place:
    """A row's places for tensors, by their names in it."""

    name: str
    slots: dict[str, Slot]

    @property
    def first(self) -> Slot:
        """The one that tells a row from others."""
        return self.slots.get("weight") or next(iter(self.slots.values()))

    @property
    def kind(self) -> str:
        """What sort of layer it is; rows of one kind are ordered among themselves."""
        return f"{self.first.family} {'with' if STATISTICS in self.slots else 'without'} statistics"

    @property
    def roles(self) -> set[str]:
        """What it needs, counters aside."""
        return {role for role, slot in self.slots.items() if not slot.is_counter}


@dataclass(frozen=True, eq=False)
class Module:
    """What a file has of one layer, by role."""

    name: str
    entries: dict[str, Entry]

    @property
    def first(self) -> Entry:
        """The one that tells it from others."""
        return self.entries.get("weight") or next(iter(self.entries.values()))


def places(slots: Slots, left: set[str]) -> list[Place]:
    """The rows with places that are left, in order; a counter needs no tensor."""
    found = []
    for name, own in slots.rows.items():
        wanted = {slot.tensor: slot for slot in own if slot.name in left}
        if any(not slot.is_counter for slot in wanted.values()):
            found.append(Place(name, wanted))
    return found


def modules(entries: Sequence[Entry]) -> list[Module] | None:
    """A file's tensors by the layers that they belong to; None where names don't tell."""
    found: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        own = found.setdefault(entry.told_module, {})
        role = entry.told_role or entry.last
        if role in own or not (entry.told_role or entry.told_module):
            return None
        own[role] = entry
    return [Module(name, own) for name, own in found.items()]


def fits(place: Place, module: Module, turning: Turning) -> bool:
    """Whether a module may be a row's: its first tensor's shape, and what else it holds."""
    if (STATISTICS in place.slots) != (STATISTICS in module.entries):
        return False
    if place.first.family not in WEIGHTED and STATISTICS not in place.slots:
        lone = len(place.roles) == len(module.entries) == 1
        if not lone and place.roles != set(module.entries):
            return False
    return change(place.first, module.first, turning) is not None
