"""Networks that a text may name: handed in by whoever can load them, as an audit loads nothing."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from netsheet.audit.reading import Grounds
from netsheet.core.graph import Graph
from netsheet.sheet.sheet import Sheet


class Known(NamedTuple):
    """A network by name, and others that go by nearly the same name: with heads, v1.5, …."""

    name: str
    graph: Graph
    relatives: Mapping[str, Graph]

    def grounds(self) -> Grounds:
        """What claims about it are held against."""
        return Grounds.of(
            Sheet(self.graph), {f"of {name}": graph for name, graph in self.relatives.items()}
        )


Find = Callable[[str], Known | None]
"""Finds a network by the name that a text uses; None if there is none."""


def nobody(name: str) -> None:
    """Knows no network."""
