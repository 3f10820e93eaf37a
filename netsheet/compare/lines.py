"""The lines that a person wrote: a layer with what follows it in place is one.

Requirements met here: every row of a network is in one line; a line knows the block around it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from netsheet.core.graph import LISTS, Graph, Node


class Line(NamedTuple):
    """One line: its name and its rows, both in; the block it stands in, by name, and its word."""

    name: str
    first: int
    last: int
    block: str
    word: str

    @property
    def label(self) -> str:
        """Its name inside its block."""
        return self.name[len(self.block) + 1 :] if self.block else self.name


@dataclass
class Lines:
    """The lines of a network."""

    graph: Graph

    @cached_property
    def of(self) -> tuple[Line, ...]:
        """The line of each row."""
        found: list[Line] = []
        for node in self.graph.outline:
            self._walk(node, "", "", found)
        return tuple(found)

    def _walk(self, node: Node, block: str, word: str, found: list[Line]) -> None:
        if not node.children or is_then(node):
            line = Line(node.name, node.first, node.last, block, word)
            found += [line] * (node.last - node.first + 1)
            return
        if is_block(node):
            block, word = node.name, node.group.word if node.group else ""
        for child in node.children:
            self._walk(child, block, word, found)

    @cached_property
    def uses(self) -> dict[str, int]:
        """How often each word for a block is used."""
        found: dict[str, int] = {}
        for top in self.graph.outline:
            for node in top.walk():
                if node.group is not None and is_block(node):
                    found[node.group.word] = found.get(node.group.word, 0) + 1
        return found

    def source(self, place: int, read: int) -> int | None:
        """Which of the things that the block around a row reads this is, by order of mention.

        None where it is inside the block, where the row is in none, or mentions it first itself.
        """
        order, first = self._mentions(self.of[place].block).get(read, (0, place))
        return order if first < place else None

    def _mentions(self, block: str) -> dict[int, tuple[int, int]]:
        """What a block reads, by place, with its order and the row that mentions it first."""
        found = self._mentioned.get(block)
        if found is None:
            found = self._mentioned[block] = {}
            node = self.graph.nodes.get(block)
            places = range(0) if node is None else range(node.first, node.last + 1)
            for place in places:
                for read in self.graph.rows[place].reads:
                    if read < places.start:
                        found.setdefault(read, (len(found), place))
        return found

    @cached_property
    def _mentioned(self) -> dict[str, dict[int, tuple[int, int]]]:
        return {}

    def around(self, name: str) -> tuple[str, str]:
        """The innermost block that a line or group stands in, and its word; empty for none."""
        prefix = name.rpartition(".")[0]
        while prefix:
            node = self.graph.nodes.get(prefix)
            if node is not None and node.group is not None and is_block(node):
                return prefix, node.group.word
            prefix = prefix.rpartition(".")[0]
        return "", ""

    def read(self, place: int, read: int) -> str:
        """What a row reads, as its block calls it: a line of the block, `input`, or its name."""
        line, above = self.of[place], self.of[read]
        name = above.name if read == above.last else self.graph.rows[read].name
        if line.block and name.startswith(f"{line.block}."):
            return name[len(line.block) + 1 :]
        if self._mentions(line.block).get(read, (1, 0))[0] == 0:
            return "input"
        return name


def is_then(node: Node) -> bool:
    """Whether a group is a layer and what follows it in place."""
    return node.group is not None and node.group.style == "then"


def is_block(node: Node) -> bool:
    """Whether a group has a word of its own, and is not merely a list."""
    group = node.group
    return group is not None and group.style == "block" and group.word not in LISTS
