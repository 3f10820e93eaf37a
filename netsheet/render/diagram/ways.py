"""How the nodes of an acyclic graph stand: in a sequence, and side by side between two of them.

Requirements met here: a node that every way passes stands alone in the sequence; between two
such nodes, parts that have nothing to do with each other stand side by side; whatever can't be
taken apart stays a sequence in its given order. Time is linear for each level of nesting, and
nesting is bounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDEST = 8
"""Sides within sides, at most."""

LONGEST = 40
"""Ways round ways within one sequence, at most: a skip around a skip, and so on."""


class Sides(NamedTuple):
    """Sequences that stand side by side."""

    lanes: tuple[tuple["Step", ...], ...]


Step = int | Sides
"""One step of a sequence: a node, or several sequences side by side."""


class Room(NamedTuple):
    """How much deeper sides and ways may be nested."""

    sides: int = WIDEST
    ways: int = LONGEST


ROOM = Room()


def arrange(
    links: Sequence[Sequence[int]], heads: Iterable[int], tails: Iterable[int], room: Room = ROOM
) -> tuple[Step, ...]:
    """Arrange nodes 0, 1, … in a sequence.

    links: for each node the nodes that read it, all of them later ones. heads: nodes that read
    what lies before the sequence. tails: nodes that are read by what lies behind it.
    """
    sources: list[list[int]] = [[] for _ in links]
    for node, readers in enumerate(links):
        for reader in readers:
            sources[reader].append(node)
    ways = _Ways(links, sources, frozenset(heads), frozenset(tails))
    return tuple(ways.sequence(list(range(len(links))), room))


@dataclass(frozen=True, slots=True)
class _Ways:
    links: Sequence[Sequence[int]]
    sources: Sequence[Sequence[int]]
    heads: frozenset[int]
    tails: frozenset[int]

    def sequence(self, nodes: list[int], room: Room) -> list[Step]:
        """Nodes that have nothing to do with others, but for one before and one behind them."""
        cuts = self._cuts(nodes)
        steps: list[Step] = []
        start = 0
        for cut in [*cuts, len(nodes)]:
            between = nodes[start:cut]
            if between:
                steps += self._between(between, room, apart=bool(cuts))
            steps += nodes[cut : cut + 1]
            start = cut + 1
        return steps

    def _between(self, nodes: list[int], room: Room, *, apart: bool) -> list[Step]:
        """What stands between two nodes: sides, or more of the same sequence."""
        parts = self._parts(nodes)
        if len(parts) > 1 and room.sides:
            inner = Room(room.sides - 1, room.ways)
            return [Sides(tuple(tuple(self.sequence(part, inner)) for part in parts))]
        if len(parts) == 1 and apart and room.ways:
            return self.sequence(nodes, Room(room.sides, room.ways - 1))
        return list(nodes)

    def _cuts(self, nodes: list[int]) -> list[int]:
        """Places of the nodes that every way from before to behind passes.

        Nodes stand in such an order that links lead forwards; then these are the ones that no
        link leads past. What reads nothing starts before, and what nobody reads ends behind.
        """
        place = {node: at for at, node in enumerate(nodes)}
        past = [0] * (len(nodes) + 1)
        for at, node in enumerate(nodes):
            ahead = [place.get(reader, len(nodes)) for reader in self.links[node]]
            if node in self.tails or not ahead:
                ahead.append(len(nodes))
            past[at + 1] += 1
            past[max(ahead)] -= 1
            sources = self.sources[node]
            if node in self.heads or not sources or any(s not in place for s in sources):
                past[0] += 1
                past[at] -= 1
        passing = 0
        cuts = []
        for at in range(len(nodes)):
            passing += past[at]
            if not passing:
                cuts.append(at)
        return cuts

    def _parts(self, nodes: list[int]) -> list[list[int]]:
        """The nodes in parts that have no links between each other, in order."""
        parent = {node: node for node in nodes}

        def root(node: int) -> int:
            while parent[node] != node:
                parent[node] = node = parent[parent[node]]
            return node

        for node in nodes:
            for reader in self.links[node]:
                if reader in parent:
                    parent[root(reader)] = root(node)
        parts: dict[int, list[int]] = {}
        for node in nodes:
            parts.setdefault(root(node), []).append(node)
        return list(parts.values())
