"""Networks that a text may name: handed in by whoever can load them, as an audit loads nothing."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from netsheet.audit.edit import with_layer
from netsheet.audit.reading import Grounds
from netsheet.core.graph import Graph
from netsheet.layers.base import WEIGHTED
from netsheet.sheet.sheet import Sheet


class Known(NamedTuple):
    """A network by name, and others that go by nearly the same name: with heads, v1.5, …."""

    name: str
    graph: Graph
    relatives: Mapping[str, Graph]

    def grounds(self) -> Grounds:
        """What claims about it are held against: relatives too, and other numbers of classes."""
        others = {f"of {name}": graph for name, graph in self.relatives.items()}
        return Grounds.of(Sheet(self.graph), others, dict(with_classes(self.graph)))


CLASSES = (2, 10, 100, 101, 102, 196, 200, 365, 21_841)
"""Numbers of classes of well-known data sets, for which networks are given another last layer."""


def with_classes(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """The network with as many outputs as other data sets have classes, by what it is called."""
    last = next((row for row in reversed(graph.rows) if row.layer.family in WEIGHTED), None)
    if last is None or not hasattr(last.layer, "out"):
        return
    for count in CLASSES:
        if count != last.layer.out:
            yield f"of {count:,} classes", with_layer(last.name, out=count)(graph)


Find = Callable[[str], Known | None]
"""Finds a network by the name that a text uses; None if there is none."""


def nobody(name: str) -> None:
    """Knows no network."""
