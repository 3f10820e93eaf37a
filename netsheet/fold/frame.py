"""A table to be: the rows of the network, or those of a block with all its uses.

Requirements met here: the network itself and a block are one thing to whoever makes a table of
them; what a row reads is known in each use.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from netsheet.core.graph import Graph
from netsheet.fold.families import Family
from netsheet.fold.form import Built, Use


class Branch(NamedTuple):
    """A row, or rows whose names share a beginning, in a table to be."""

    name: str
    first: int
    last: int
    children: tuple["Branch", ...]


class Frame(ABC):
    """Rows with what they read, as one or several uses have them."""

    rows: Sequence[Built]
    count: int

    @abstractmethod
    def row(self, use: int, place: int) -> int | None:
        """The network's row that stands at a place in one use."""

    @abstractmethod
    def read(self, use: int, read: int) -> int:
        """The network's row that a read means in one use, missing rows passed over."""

    @abstractmethod
    def name(self, use: int, name: str) -> str:
        """The name in the network of what has a name in this table."""

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """Its rows by the beginnings of their names."""
        return _branches([row.name for row in self.rows], 0, len(self.rows), 0)

    @cached_property
    def split(self) -> frozenset[str]:
        """Names of groups whose rows do not all stand together."""
        seen: set[str] = set()
        waiting, found = list(self.branches), set()
        while waiting:
            branch = waiting.pop()
            if branch.children:
                found |= {branch.name} & seen
                seen.add(branch.name)
                waiting += branch.children
        return frozenset(found)

    @cached_property
    def readers(self) -> tuple[tuple[int, ...], ...]:
        """For each row the rows that read it."""
        found: list[list[int]] = [[] for _ in self.rows]
        for place, row in enumerate(self.rows):
            for read in row.reads:
                if read >= 0:
                    found[read].append(place)
        return tuple(map(tuple, found))

    def there(self, branch: Branch) -> list[bool]:
        """In which uses a row, or any row of a group, is there."""
        places = range(branch.first, branch.last + 1)
        return [
            any(self.row(use, place) is not None for place in places) for use in range(self.count)
        ]


def _branches(names: Sequence[str], first: int, end: int, depth: int) -> tuple[Branch, ...]:
    """Branches of the names from `first` to `end` (excluded), which share their beginnings."""
    found: list[Branch] = []
    place = first
    while place < end:
        stop = names[place].find(".", depth)
        name = names[place][: None if stop < 0 else stop]
        if stop < 0:
            found.append(Branch(name, place, place, ()))
            place += 1
            continue
        last, inside = place, name + "."
        while last + 1 < end and names[last + 1].startswith(inside):
            last += 1
        children = _branches(names, place, last + 1, stop + 1)
        found.append(Branch(name, place, last, children))
        place = last + 1
    return tuple(found)


class Whole(Frame):
    """The network: one use, of its own rows."""

    count = 1

    def __init__(self, graph: Graph) -> None:
        self.rows = tuple(
            Built(row.name, type(row.layer), (), row.reads, row.shares, row.tied)
            for row in graph.rows
        )

    def row(self, use: int, place: int) -> int | None:  # noqa: ARG002 there is one
        """The row itself."""
        return place

    def read(self, use: int, read: int) -> int:  # noqa: ARG002 there is one
        """The row itself."""
        return read

    def name(self, use: int, name: str) -> str:  # noqa: ARG002 there is one
        """The name itself."""
        return name


class Inside(Frame):
    """A block: the rows of a family, with all its uses."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.rows = family.pattern.rows
        self.count = len(family.uses)

    def at(self, use: int) -> Use:
        """Where a use stands."""
        return self.family.uses[use]

    def row(self, use: int, place: int) -> int | None:
        """The row of the network, or None where it is missing."""
        local = self.family.pattern.forms[self.family.form[use]][place]
        return None if local is None else self.at(use).first + local

    def read(self, use: int, read: int) -> int:
        """The row of the network that a place, or a source as ~n, stands for."""
        pattern, form = self.family.pattern, self.family.form[use]
        if read < 0:
            return self.at(use).outside[pattern.sources[form][~read]]
        local = pattern.stands[form][read]
        return self.at(use).first + local if local >= 0 else self.at(use).outside[~local]

    def gives(self, use: int) -> int:
        """The row of the network that a use gives to those who read it."""
        return self.read(use, len(self.rows) - 1)

    def name(self, use: int, name: str) -> str:
        """The name behind that of the use."""
        return f"{self.at(use).name}.{name}"
