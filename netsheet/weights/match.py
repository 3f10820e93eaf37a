"""Which tensor of a file belongs where in a network.

Requirements met here: names and shapes come first; where names are others, order and shapes must
determine the match, and no name may speak against it; what may be left out, because it changes
nothing, is told apart from what is missing. No value is looked at.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from netsheet.core.graph import Graph
from netsheet.weights.fit import Turning, change, doubt, turning
from netsheet.weights.modules import STATISTICS, WEIGHTED, Module, Place, modules, places
from netsheet.weights.order import match as in_order
from netsheet.weights.registering import name_parts
from netsheet.weights.report import Different, Given, Match, Report
from netsheet.weights.slots import Slot, Slots, slots
from netsheet.weights.table import Entry, Table, shown

WRAPPERS = frozenset({"module", "_orig_mod"})
"""What torch puts before every name when it runs a module on several devices, or compiles it."""

DEEPEST_PREFIX = 4

BY_NAME = "by name"


def match(graph: Graph, table: Table) -> Report:
    """The match of a network and a file's tensors; RuleError where a layer refuses its input."""
    known = slots(graph)
    entries, prefix = _without_prefix(table.entries, known)
    notes = [*table.notes, *([f'names are taken without "{prefix}"'] if prefix else [])]
    matching = _Matching(known, entries, table.ordered, turning(known.by_name.values(), entries))
    matching.find()
    return matching.report(table, notes)


def _without_prefix(entries: Sequence[Entry], known: Slots) -> tuple[list[Entry], str]:
    """The tensors without what stands before all their names, or before most that fit by name."""
    now, prefix, whole = list(entries), "", True
    best = (_named(now, known), 0, now, prefix)
    for depth in range(1, DEEPEST_PREFIX + 1):
        heads = Counter(e.name.partition(".")[0] for e in now if "." in e.name)
        if not heads:
            break
        head, count = heads.most_common(1)[0]
        whole &= count == len(now)
        now = [e._replace(name=e.name.removeprefix(f"{head}.")) for e in now]
        prefix = f"{prefix}{head}."
        if len({e.name for e in now}) < len(now):
            break
        score = _named(now, known)
        if score > best[0] or (score == best[0] and whole and (not score or head in WRAPPERS)):
            best = (score, depth, now, prefix)
    return best[2], best[3]


def _named(entries: Sequence[Entry], known: Slots) -> int:
    """How many tensors have the name and the shape of a place."""
    own = known.by_name
    return sum(e.name in own and e.shape == own[e.name].shape for e in entries)


@dataclass
class _Matching:
    """One match in the making."""

    slots: Slots
    entries: list[Entry]
    ordered: bool
    turning: Turning
    matches: dict[str, Match] = field(default_factory=dict)
    different: dict[str, Different] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def find(self) -> None:
        """Names first; order where few names are the network's, or for what is left."""
        self._by_name()
        found = len(self.matches) + len(self.different)
        if 2 * found >= len(self._wanted()):
            taken = self._taken()
            self._by_order([entry for entry in self.entries if entry.name not in taken])
            return
        named, self.matches, self.different = (self.matches, self.different), {}, {}
        why = self._by_order(self.entries)
        self._against_names()
        if why:
            self.matches, self.different = named
            self.doubts.append(why)

    def _wanted(self) -> list[str]:
        """The places that need a tensor."""
        return [name for name, slot in self.slots.by_name.items() if not slot.is_counter]

    def _taken(self) -> set[str]:
        """The tensors that have a place."""
        matched = {each.entry.name for each in self.matches.values()}
        return matched | {each.entry.name for each in self.different.values()}

    def _by_name(self) -> None:
        """Tensors that are called as a place is, or as one that shares it."""
        names = {entry.name for entry in self.entries}
        for entry in self.entries:
            owner = self.slots.aliases.get(entry.name, "")
            name = entry.name if entry.name in self.slots.by_name else owner
            if name and (name == entry.name or name not in names) and name not in self.matches:
                self._put(self.slots.by_name[name], entry, BY_NAME)

    def _put(self, slot: Slot, entry: Entry, how: str) -> None:
        """A tensor in a place, if it fits."""
        made = change(slot, entry, self.turning)
        why = ""
        if made is None:
            why = f"{shown(entry.shape)} in the file, and the network has {shown(slot.shape)}"
        elif entry.sort != "float" and not (slot.is_counter and entry.sort == "int"):
            why = f"of {entry.dtype} in the file, which no weight is"
        else:
            why = doubt(slot, entry, made, self.turning)
        if why or made is None:
            self.different[slot.name] = Different(slot, entry, why)
        else:
            self.matches[slot.name] = Match(slot, entry, how, made)

    def _by_order(self, entries: Sequence[Entry]) -> str:
        """What is left, by order and shapes; gives why that can't be."""
        done = {*self.matches, *self.different}
        rows = places(self.slots, set(self.slots.by_name) - done)
        if not rows or not entries:
            return "" if entries else "it holds no tensor that fits"
        layers = modules(entries)
        if layers is None:
            return self._one_by_one(entries)
        told = in_order(rows, layers, self.turning, ordered=self.ordered)
        for place, module in told.pairs:
            self._put_row(place, module, told.how)
        return told.why

    def _put_row(self, place: Place, module: Module, how: str) -> None:
        """A module's tensors in a row's places."""
        lone = len(place.roles) == len(module.entries) == 1
        for role, slot in place.slots.items():
            entry = module.first if lone and not slot.is_counter else module.entries.get(role)
            if entry is not None:
                self._put(slot, entry, how)

    def _one_by_one(self, entries: Sequence[Entry]) -> str:
        """Tensors whose names say nothing, in the order of the places."""
        every = list(self.slots.by_name.values())
        if not self.ordered:
            return "its names don't tell what the tensors are for, and it keeps no order"
        for some in (every, [slot for slot in every if not slot.is_counter]):
            pairs = list(zip(some, entries, strict=False))
            if len(some) == len(entries) and all(
                change(*p, self.turning) is not None for p in pairs
            ):
                for slot, entry in pairs:
                    self._put(slot, entry, "by order")
                return ""
        return "in its order its tensors don't have the network's shapes"

    def _against_names(self) -> None:
        """Refuse an order in which two rows of one block had better change tensors, by name."""
        alike: dict[tuple[int, ...], dict[tuple[str, str], None]] = {}
        for made in self.matches.values():
            if not made.slot.is_counter:
                pair = (made.slot.row, made.entry.told_module)
                alike.setdefault(made.entry.shape, {})[pair] = None
        for some in alike.values():
            parts = [(pair, name_parts(pair[0]), name_parts(pair[1])) for pair in some]
            for (one, row, own), (other, row2, own2) in combinations(parts, 2):
                if _block(one[0]) != _block(other[0]):
                    continue
                if len(row & own2) + len(row2 & own) > len(row & own) + len(row2 & own2):
                    told = f"{one[1]} would be {one[0]}, and {other[1]} {other[0]}"
                    self.doubts.append(f"by order {told}; their names say the opposite")

    def report(self, table: Table, notes: Sequence[str]) -> Report:
        """All that was found."""
        given = {each.slot.name: each for each in self._given()}
        done = {*self.matches, *self.different, *given}
        taken = self._taken()
        return Report(
            table.path,
            self.slots.network,
            tuple(self.matches.values()),
            tuple(given.values()),
            tuple(slot for name, slot in self.slots.by_name.items() if name not in done),
            tuple(entry for entry in self.entries if entry.name not in taken),
            tuple(self.different.values()),
            tuple(dict.fromkeys(self.doubts)),
            tuple(notes),
        )

    def _given(self) -> Iterator[Given]:
        """Places that may be left out: counters, and what changes nothing at 0 or 1.

        A bias may, if no row of its family has one in the file.
        """
        biased = {m.slot.family for m in self.matches.values() if m.slot.tensor == "bias"}
        for own in self.slots.rows.values():
            open_ = {s.tensor: s for s in own if s.name not in {*self.matches, *self.different}}
            found = {s.tensor for s in own if s.name in self.matches}
            for tensor, slot in open_.items():
                plain = tensor == "bias" and slot.family in WEIGHTED - biased and "weight" in found
                norm = STATISTICS in found and {"weight", "bias"} <= open_.keys()
                if slot.is_counter or plain:
                    yield Given(slot, 0)
                elif norm and tensor in {"weight", "bias"}:
                    yield Given(slot, 1 if tensor == "weight" else 0)


def _block(row: str) -> tuple[int, tuple[str, ...]]:
    """What rows have in common that stand in one block: depth, and all but the last two labels."""
    labels = row.split(".")
    return len(labels), tuple(labels[:-2])
