"""What the columns compute from: a network with its facts, and what they share.

Requirements met here: columns know this and not the sheet that holds them, so that neither a
column nor an explanation depends on what shows it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from netsheet.core.convention import LIVE, MACS, Convention, MemoryModel
from netsheet.core.graph import INPUT, Graph, Node
from netsheet.layers.base import Facts, Layer
from netsheet.sheet.infer import infer


@dataclass(frozen=True)
class Accounts(ABC):
    """A network, how its operations and memory are counted, and its rows' facts."""

    graph: Graph
    convention: Convention = MACS
    memory: MemoryModel = LIVE

    @abstractmethod
    def column(self, name: str) -> Sequence[Any]:
        """The values of one column, one for each row of the graph."""

    @abstractmethod
    def value(self, column: str, node: Node) -> Any:  # noqa: ANN401 any column's value
        """One cell: a row's own value, or the fold over a group."""

    @cached_property
    def facts(self) -> list[Facts]:
        """Shapes and counts of each row."""
        return infer(self.graph)

    def once(self, name: str, make: Callable[[Self], Any]) -> Any:  # noqa: ANN401 whatever is made
        """What columns share with their explanations, made when it is first asked for."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = make(self)
        return found

    @cached_property
    def _made(self) -> dict[str, Any]:
        return {}

    @cached_property
    def parts(self) -> dict[str, dict[str, int]]:
        """Totals of parameters and multiply-adds by part: convolutions, dense layers, the rest."""
        found = {
            part: {"params": 0, "macs": 0, "rows": 0} for part in ("convolutions", "dense", "rest")
        }
        for row, facts in zip(self.graph.rows, self.facts, strict=True):
            if row.layer.kind == INPUT:
                continue
            part = {"conv": "convolutions", "dense": "dense"}.get(row.layer.family, "rest")
            found[part]["params"] += facts.params
            found[part]["macs"] += facts.macs
            found[part]["rows"] += 1
        return found

    # What a line is, in words.

    def layer(self, node: Node) -> Layer:
        """The layer that gives a line its name: its own, or the first inside."""
        layer: Layer = self.graph.rows[node.first].layer
        return layer

    def word(self, node: Node) -> str:
        """Kind or block name of a line."""
        if node.group is None or node.group.style == "then":
            return self.layer(node).kind
        return node.group.word or "block"

    def describe(self, node: Node) -> str:
        """Kind with what matters most; a group with its word and how often it repeats."""
        if node.group is None or node.group.style == "then":
            return self.layer(node).describe()
        if node.group.style == "repeat":
            inner, times = self.describe(node.children[0]), len(node.children)
            return inner if times == 1 else f"{inner} ×{times}"
        return node.group.word or "block"

    def then(self, node: Node) -> tuple[str, ...]:
        """What follows in place inside a line."""
        if node.group is None or node.group.style != "then":
            return ()
        return tuple(self.layer(child).describe() for child in node.children[1:])

    def reads(self, node: Node) -> tuple[str, ...]:
        """Names of the lines at this level that a line reads."""
        prefix = node.name.rpartition(".")[0]
        names: dict[str, None] = {}
        for place in range(node.first, node.last + 1):
            for read in self.graph.rows[place].reads:
                if not node.first <= read <= node.last:
                    names[self._at_level(read, prefix)] = None
        return tuple(names)

    def _at_level(self, place: int, prefix: str) -> str:
        """The line beside `prefix` that holds a row."""
        name = self.graph.rows[place].name
        while prefix and not name.startswith(prefix + "."):
            prefix = prefix.rpartition(".")[0]
        start = len(prefix) + 1 if prefix else 0
        return name[:start] + name[start:].partition(".")[0]
