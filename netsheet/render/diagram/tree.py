"""What the tree of a diagram is made of: boxes, frames, folds, branches, sequences and wires.

Requirements met here: values, which say what stands where and nothing of size or colour.
"""

from collections.abc import Sequence as Listed
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from netsheet.render.diagram.plan import Link, Part


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A box."""

    box: int
    part: Part


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A group: what stands inside, and the links that come and go by its middle.

    sources: boxes outside that all of `targets` read. gives: the box inside that is read outside.
    Other links come and go by the frame's side.
    """

    part: Part
    body: "Sequence"
    gate: "Gate"


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """A box or group that follows itself `times` times, drawn once."""

    item: Leaf | Frame
    times: int


@dataclass(frozen=True, slots=True, eq=False)
class Branches:
    """Sequences side by side."""

    lanes: tuple["Sequence", ...]


@dataclass(frozen=True, eq=False)
class Sequence:
    """Items one above the other, and the wires between them."""

    items: tuple["Item", ...]
    wires: tuple["Wire", ...]

    @cached_property
    def reads(self) -> bool:
        """Whether anything comes in from above."""
        return any(wire.source.place == BEFORE for wire in self.wires)

    @cached_property
    def feeds(self) -> bool:
        """Whether anything goes out below."""
        return any(wire.target.place == len(self.items) for wire in self.wires)

    @cached_property
    def holders(self) -> dict[int, Leaf | Frame]:
        """The box or frame in which each box stands; without those in branches."""
        found: dict[int, Leaf | Frame] = {}
        for item in self.items:
            if not isinstance(item, Branches):
                at = single(item)
                found.update(dict.fromkeys(range(at.part.first, at.part.end), at))
        return found


Item = Leaf | Frame | Fold | Branches
BEFORE = -1
"""The place before the first item: what comes in from above."""


class End(NamedTuple):
    """An end of a wire: an item of the sequence by its place, and the box or frame it touches.

    Nothing is touched at the sequence's own ends and at branches: the wire ends in the middle.
    """

    place: int
    at: Leaf | Frame | None = None


class Wire(NamedTuple):
    """From one item to a later one; `straight` down to the next, or through an outer lane."""

    source: End
    target: End
    straight: bool


class Gate(NamedTuple):
    """The links of a group that come in and go out in the middle of its frame."""

    sources: frozenset[int] = frozenset()
    targets: frozenset[int] = frozenset()
    gives: int | None = None

    @classmethod
    def of(cls, ins: Listed[Link], outs: Listed[Link]) -> "Gate":
        """What reads the nearest box above, and all that is read likewise; what is given last."""
        reads: dict[int, set[int]] = {}
        for source, target in ins:
            reads.setdefault(source, set()).add(target)
        gives = max((source for source, _ in outs), default=None)
        if not reads:
            return cls(gives=gives)
        first = min(target for _, target in ins)
        main = reads[max(source for source in reads if first in reads[source])]
        sources = frozenset(source for source, targets in reads.items() if targets == main)
        return cls(sources, frozenset(main), gives)


def single(item: Item) -> Leaf | Frame:
    """The box or frame of an item that is no branches."""
    item = item.item if isinstance(item, Fold) else item
    assert not isinstance(item, Branches)  # noqa: S101 branches touch wires in the middle only
    return item
