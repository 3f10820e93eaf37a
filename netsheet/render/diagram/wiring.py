"""The wires of a diagram that is placed: every link, along its corners.

Requirements met here: a wire leaves below a box and arrives above one, or goes by their right
sides and an outer lane; wires lie upon each other only where all that come in go on to all that
go out, so that no link can be read into a picture that isn't there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netsheet.render.diagram.drawing import DrawnWire, Point, Rect
from netsheet.render.diagram.tree import (
    BEFORE,
    Branches,
    End,
    Frame,
    Item,
    Leaf,
    Sequence,
    single,
)

OUT, IN = 0.7, 0.35
"""Where wires leave and enter at the side of a box, as parts of its height."""

Way = tuple[int, tuple[Point, ...]]
"""A box, and the corners between it and the end of whatever it stands in."""


@dataclass(slots=True)
class Placed:
    """Where a sequence stands: axes of its items, its lanes, and its wires across gaps.

    entrance, exit: where the wires that go round leave and rejoin the axis above and below.
    turns: corners of the wire to an item that begins a column.
    """

    axes: dict[int, float] = field(default_factory=dict)
    lanes: dict[End, float] = field(default_factory=dict)
    entrance: Point | None = None
    exit: Point | None = None
    turns: dict[int, tuple[Point, ...]] = field(default_factory=dict)


@dataclass
class Spots:
    """Where the parts of a tree stand.

    above, below: points over and under a frame where wires that go round meet its axis. buses:
    heights of the wires that spread above branches and gather below them.
    """

    places: dict[Sequence, Placed] = field(default_factory=dict)
    rects: dict[Leaf, Rect] = field(default_factory=dict)
    above: dict[Frame, Point] = field(default_factory=dict)
    below: dict[Frame, Point] = field(default_factory=dict)
    buses: dict[Branches, tuple[float, float]] = field(default_factory=dict)


@dataclass
class Wiring:
    """Draws wires from the inside out: what comes in and goes out of each item, then between."""

    spots: Spots
    ins: dict[Leaf | Frame | Branches, list[Way]] = field(default_factory=dict)
    outs: dict[Leaf | Frame | Branches, list[Way]] = field(default_factory=dict)
    found: list[DrawnWire] = field(default_factory=list)

    def wires(self, tree: Sequence) -> list[DrawnWire]:
        """Every link once, in the order of the boxes."""
        self._sequence(tree)
        return sorted(self.found)

    def _sequence(self, sequence: Sequence) -> tuple[list[Way], list[Way]]:
        """Draw the wires inside; give the ways that come in from above and go out below."""
        placed = self.spots.places[sequence]
        touched = [
            self._touched(item, placed.axes[place]) for place, item in enumerate(sequence.items)
        ]
        ins: list[Way] = []
        outs: list[Way] = []
        for wire in sequence.wires:
            leaving: list[Way] | None = None
            entering: list[Way] | None = None
            if wire.straight:
                if wire.source.place != BEFORE:
                    leaving = self.outs[touched[wire.source.place]]
                if wire.target.place != len(touched):
                    entering = self.ins[touched[wire.target.place]]
                between = placed.turns.get(wire.target.place, ())
            else:
                lane = placed.lanes[wire.source]
                leaving, start = self._leaving(wire.source, placed, lane)
                entering, end = self._entering(wire.target, placed, lane)
                between = (*start, *end)
            if leaving is None:
                ins += [(box, (*between, *way)) for box, way in entering or ()]
            elif entering is None:
                outs += [(box, (*way, *between)) for box, way in leaving]
            else:
                self._join(leaving, between, entering)
        return ins, outs

    def _join(self, leaving: list[Way], between: tuple[Point, ...], entering: list[Way]) -> None:
        for source, first in leaving:
            for target, last in entering:
                corners = tuple(_corners((*first, *between, *last)))
                self.found.append(DrawnWire(source, target, corners))

    def _leaving(
        self, end: End, placed: Placed, lane: float
    ) -> tuple[list[Way] | None, tuple[Point, ...]]:
        """What leaves by a lane, and the corners on the way to it."""
        if isinstance(end.at, Leaf):
            rect = self.spots.rects[end.at]
            y = rect.y + round(rect.height * OUT)
            return [(end.at.box, ((rect.right, y),))], ((lane, y),)
        point = placed.entrance if end.at is None else self.spots.below[end.at]
        assert point is not None  # noqa: S101 room for it was measured
        ways = None if end.at is None else self.outs[end.at]
        return ways, (point, (lane, point[1]))

    def _entering(
        self, end: End, placed: Placed, lane: float
    ) -> tuple[list[Way] | None, tuple[Point, ...]]:
        """What a lane enters, and the corners on the way from it."""
        if isinstance(end.at, Leaf):
            rect = self.spots.rects[end.at]
            y = rect.y + round(rect.height * IN)
            return [(end.at.box, ((rect.right, y),))], ((lane, y),)
        point = placed.exit if end.at is None else self.spots.above[end.at]
        assert point is not None  # noqa: S101 room for it was measured
        ways = None if end.at is None else self.ins[end.at]
        return ways, ((lane, point[1]), point)

    def _touched(self, item: Item, axis: float) -> Leaf | Frame | Branches:
        """An item as wires touch it, its own wires drawn."""
        at = item if isinstance(item, Branches) else single(item)
        if isinstance(at, Leaf):
            rect = self.spots.rects[at]
            self.ins[at] = [(at.box, ((axis, rect.y),))]
            self.outs[at] = [(at.box, ((axis, rect.bottom),))]
        elif isinstance(at, Frame):
            self.ins[at], self.outs[at] = self._sequence(at.body)
        else:
            self._branches(at, axis)
        return at

    def _branches(self, branches: Branches, axis: float) -> None:
        """Spread above the lanes, and gather below them."""
        spread, gather = self.spots.buses[branches]
        ins = self.ins[branches] = []
        outs = self.outs[branches] = []
        for lane in branches.lanes:
            into, out = self._sequence(lane)
            x = self.spots.places[lane].axes[0]
            ins += [(box, ((axis, spread), (x, spread), *way)) for box, way in into]
            outs += [(box, (*way, (x, gather), (axis, gather))) for box, way in out]


def _corners(points: Iterable[Point]) -> Iterator[Point]:
    """The points without those that lie on a straight line between their neighbours."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and any(kept[-2][k] == kept[-1][k] == point[k] for k in (0, 1)):
            kept.pop()
        kept.append(point)
    yield from kept
