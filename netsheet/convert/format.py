"""What a format is, and what reading one gives.

Requirements met here: what a reader could not express is told with the network, never dropped;
weights go by the names that the sheet gives them, `row.tensor`, whatever the file calls them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from netsheet.core.graph import Graph
from netsheet.core.shape import Shape

Weights = Mapping[str, Any]
"""Tensors by name, `conv1.weight`: torch's, or numpy's; each is shaped as torch has it."""

NO_WEIGHTS: Weights = MappingProxyType({})


class Missing(NamedTuple):
    """Something that a network has and a sheet can't say: what, where, and why.

    times: how often it stands there, told once.
    """

    what: str
    where: str
    why: str
    times: int = 1

    def __str__(self) -> str:
        often = f" ({self.times} times)" if self.times > 1 else ""
        return f"{self.what} at {self.where}{often}: {self.why}"


@dataclass(frozen=True)
class Imported:
    """A network that was read: its graph, its weights, and everything that could not be expressed.

    notes: what was assumed, or is worth knowing.
    """

    graph: Graph
    weights: Weights = field(default_factory=lambda: NO_WEIGHTS)
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()


class Format(NamedTuple):
    """A format that networks are read from or written to.

    suffixes: what paths end in, with the dot. place: where it stands in lists. read: a path, and
    the input's shape where the file leaves it open. write: the whole file, from a network and its
    weights; a format that can't hold weights leaves them out.
    """

    name: str
    suffixes: tuple[str, ...]
    place: int
    meaning: str
    read: Callable[[Path, Shape | None], Imported] | None = None
    write: Callable[[Graph, Weights], str | bytes] | None = None
