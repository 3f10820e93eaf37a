"""The order in which a file's modules were registered, where the file doesn't keep it.

Requirements met here: modules whose names end in numbers were registered in that order, and what
is inside a module together; of all orders that this leaves, the one that fits the network is
found, and it is known whether another fits as well. Where several fit, the one is taken in which
most names have parts in common, and most parts of the file are groups of the network: if there is
one such.

A name is a way through a tree. At each node, children are chains: `conv1`, `conv2`, `conv3` are
one, `bn1`, `bn2` another, and how these mingle is what must be found.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from netsheet.weights.modules import Module, Place

MOST_STATES = 60_000
"""So many places in the tree are looked at; then the order counts as not told."""

_NUMBERED = re.compile(r"(.*?)(\d+)([a-z]?)")

Fits = Callable[[Place, Module], bool]


@dataclass(eq=False)
class Node:
    """A part of a name: its own module, if it has one, and what is inside it, by chains."""

    module: Module | None = None
    children: dict[str, "Node"] = field(default_factory=dict)
    count: int = 0

    @property
    def chains(self) -> list[list["Node"]]:
        """The children, those that are counted in their order; a module of its own comes first."""
        found: dict[str, list[tuple[tuple[int, str], Node]]] = {}
        for label, child in self.children.items():
            match = _NUMBERED.fullmatch(label)
            stem = match[1] if match else label + "."
            number = (int(match[2]), match[3]) if match else (0, "")
            found.setdefault(stem, []).append((number, child))
        chains = [
            [child for _, child in sorted(chain, key=lambda pair: pair[0])]
            for chain in found.values()
        ]
        return [*([[Node(self.module, count=1)]] if self.module and self.children else []), *chains]


class Found(NamedTuple):
    """An order: its modules, and whether it is the only one; if not, two that could change places.

    by_parts: parts of names, or groups, were needed to tell.
    """

    modules: tuple[Module, ...]
    sure: bool
    by_parts: bool
    doubt: tuple[str, str] = ("", "")


class _Best(NamedTuple):
    """The best ways so far: how much speaks for them, how many are as good, how many there are.

    modules: of one of the best. other: of another that is as good, where there is one.
    """

    score: int = 0
    best: int = 1
    every: int = 1
    modules: tuple[Module, ...] = ()
    other: tuple[Module, ...] = ()

    def then(self, tail: "_Best") -> "_Best":
        """These ways, and behind each the others."""
        other: tuple[Module, ...] = ()
        if self.best > 1:
            other = self.other + tail.modules
        elif tail.best > 1:
            other = self.modules + tail.other
        return _Best(
            self.score + tail.score,
            self.best * tail.best,
            self.every * tail.every,
            self.modules + tail.modules,
            other,
        )

    def beside(self, rival: "_Best") -> "_Best":
        """The better of two sets of ways."""
        every = self.every + rival.every
        if self.score != rival.score:
            return max(self, rival, key=lambda each: each.score)._replace(every=every)
        return self._replace(best=self.best + rival.best, every=every, other=rival.modules)


def registered(places: Sequence[Place], modules: Sequence[Module], fits: Fits) -> Found | None:
    """The order of modules that fits the rows; None if there is none, or too much to look at."""
    root = Node()
    for module in modules:
        node = root
        node.count += 1
        for label in module.name.split("."):
            node = node.children.setdefault(label, Node())
            node.count += 1
        node.module = module
    best = _Search(places, fits).node(root, 0)
    if best is None:
        return None
    doubt = ("", "")
    if best.best > 1:
        pairs = zip(best.modules, best.other, strict=True)
        doubt = next((a.name, b.name) for a, b in pairs if a is not b)
    return Found(best.modules, best.best == 1, best.every > 1, doubt)


@dataclass
class _Search:
    """Ways to put a tree's modules in the order of rows."""

    places: Sequence[Place]
    fits: Fits
    known: dict[tuple[int, int], _Best | None] = field(default_factory=dict)
    states: int = 0

    @cached_property
    def groups(self) -> set[tuple[int, int]]:
        """From where to where the rows of each group stand."""
        spans: dict[str, list[int]] = {}
        for at, place in enumerate(self.places):
            labels = place.name.split(".")
            for depth in range(1, len(labels)):
                spans.setdefault(".".join(labels[:depth]), []).append(at)
        return {(own[0], own[0] + len(own)) for own in spans.values()}

    def node(self, node: Node, start: int) -> _Best | None:
        """The ways in which its modules are the rows from `start` on; None if there is none."""
        if start + node.count > len(self.places):
            return None
        if node.module is not None and not node.children:
            place = self.places[start]
            if not self.fits(place, node.module):
                return None
            return _Best(score=_common(place.name, node.module.name), modules=(node.module,))
        key = (id(node), start)
        if key not in self.known:
            best = self._mingled(node, start)
            alike = (start, start + node.count) in self.groups
            self.known[key] = best and best._replace(score=best.score + alike)
        return self.known[key]

    def _mingled(self, node: Node, start: int) -> _Best | None:
        """The ways in which its chains can mingle: each state is how far they have come."""
        chains = node.chains
        now: dict[tuple[int, ...], tuple[int, _Best]] = {(0,) * len(chains): (start, _Best())}
        for _ in range(sum(map(len, chains))):
            ahead: dict[tuple[int, ...], tuple[int, _Best]] = {}
            for state, (at, best) in now.items():
                for number, chain in enumerate(chains):
                    self.states += 1
                    if state[number] == len(chain) or self.states > MOST_STATES:
                        continue
                    child = chain[state[number]]
                    found = self.node(child, at)
                    if found is None:
                        continue
                    after = (*state[:number], state[number] + 1, *state[number + 1 :])
                    way = best.then(found)
                    known = ahead.get(after)
                    ahead[after] = (at + child.count, known[1].beside(way) if known else way)
            now = ahead
        return next(iter(now.values()))[1] if now else None


def _common(one: str, other: str) -> int:
    """How many parts two names have in common."""
    return len(name_parts(one) & name_parts(other))


def name_parts(name: str) -> set[str]:
    """The parts of a name that say something: words and words with numbers, not numbers alone."""
    return {part for part in name.casefold().split(".") if not part.isdigit()}
