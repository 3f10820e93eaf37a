"""How much room each part of a diagram needs, before anything is placed.

Requirements met here: items stand on one vertical axis; ways round others get outer lanes, the
shorter the nearer, so that nested skips never cross; gaps grow where wires run across them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from netsheet.render.diagram.cards import Title
from netsheet.render.diagram.faces import FONTS, Face, wanted
from netsheet.render.diagram.lettering import width
from netsheet.render.diagram.plan import Part
from netsheet.render.diagram.tree import (
    BEFORE,
    Branches,
    End,
    Fold,
    Frame,
    Item,
    Leaf,
    Sequence,
    Wire,
    single,
)

GAP = 15
"""Between two items: room for an arrow."""

LABEL = 14
"""Below a box: room for the shape it puts out."""

TRACK = 8
"""A wire that runs across a gap."""

LANE = 11
"""Between outer lanes."""

BESIDE = 20
"""Between branches."""

FAN = 16
"""Above and below branches: the wire that spreads or gathers, and an arrow."""

CARDS = 7
"""What the cards behind a repeated item show of themselves, below and at the right."""

ENTRANCE = 36
"""From a frame's upper edge to what is in it: its heading, and an arrow."""

MARGIN = 13
"""Between a frame and what is in it."""

WIDER = 40
"""A frame is made wider for its name, by this much at most."""

LABEL_GAP = 7
"""Between an axis and the shape written beside it."""


class Extent(NamedTuple):
    """Room to the left and right of the axis, and downwards."""

    left: float
    right: float
    height: float


@dataclass(slots=True)
class Rows:
    """How a sequence is laid out: tops of its items, tracks, and lanes, from its own top and axis.

    above, below: height of the wire that runs across the gap over or under an item; `below` of
    `BEFORE` is the one under the entrance, `above` of the number of items the one over the exit.
    """

    extent: Extent
    tops: list[float] = field(default_factory=list)
    above: dict[int, float] = field(default_factory=dict)
    below: dict[int, float] = field(default_factory=dict)
    lanes: dict[End, float] = field(default_factory=dict)
    reach: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Sides:
    """How branches are laid out: order, axes of the lanes, their tops, from axis and top."""

    extent: Extent
    axes: list[float]
    tops: list[float]


@dataclass
class Measure:
    """Room for a whole tree, kept by part."""

    faces: Mapping[int, Face]
    titles: Mapping[Part, Title]
    rows: dict[Sequence, Rows] = field(default_factory=dict)
    sides: dict[Branches, Sides] = field(default_factory=dict)
    extents: dict[Item, Extent] = field(default_factory=dict)
    entered: set[Frame] = field(default_factory=set)
    left: set[Frame] = field(default_factory=set)

    def tree(self, tree: Sequence) -> Rows:
        """Measure everything."""
        for wire in _wires(tree):
            if not wire.straight:
                if isinstance(wire.source.at, Frame):
                    self.left.add(wire.source.at)
                if isinstance(wire.target.at, Frame):
                    self.entered.add(wire.target.at)
        return self.sequence(tree)

    def sequence(self, sequence: Sequence) -> Rows:
        """Items one above the other."""
        extents = [self.item(item) for item in sequence.items]
        rows = Rows(Extent(0, 0, 0))
        around = [wire for wire in sequence.wires if not wire.straight]
        y = 0.0
        if any(wire.source.place == BEFORE for wire in around):
            rows.below[BEFORE] = y + 1
            y += TRACK
        for place, (item, extent) in enumerate(zip(sequence.items, extents, strict=True)):
            y += GAP * (place > 0)
            at = None if isinstance(item, Branches) else single(item)
            if at in self.entered:
                rows.above[place] = y - GAP + 5 if place else y
                y += TRACK
            rows.tops.append(y)
            y += extent.height
            if at in self.left:
                rows.below[place] = y + 4
                y += TRACK
        if any(wire.target.place == len(sequence.items) for wire in around):
            rows.above[len(sequence.items)] = y + TRACK
            y += TRACK + 2
        self._lanes(sequence, rows, extents)
        left = max(extent.left for extent in extents)
        rows.extent = Extent(left, max(rows.reach), y)
        self.rows[sequence] = rows
        return rows

    def _lanes(self, sequence: Sequence, rows: Rows, extents: list[Extent]) -> None:
        """A lane for all wires that go round from one place, outside of whatever they pass."""
        count = len(sequence.items)
        reach = [0.0] * (2 * count + 2)
        for place, extent in enumerate(extents):
            reach[2 * place + 1] = reach[2 * place + 2] = extent.right
        spans: dict[End, tuple[int, int]] = {}
        for wire in sequence.wires:
            if wire.straight:
                continue
            start, end = self._leaves(sequence, wire.source), self._enters(sequence, wire.target)
            known = spans.get(wire.source, (start, end))
            spans[wire.source] = (start, max(end, known[1]))
        for source, (start, end) in sorted(
            spans.items(), key=lambda span: (span[1][1] - span[1][0], span[1])
        ):
            lane = max(reach[start : end + 1]) + LANE
            reach[start : end + 1] = [lane] * (end + 1 - start)
            rows.lanes[source] = lane
        rows.reach = reach

    def _leaves(self, sequence: Sequence, end: End) -> int:
        """First slot of a wire round others; each item has two, upper and lower half."""
        if end.place == BEFORE:
            return 0
        inside = end.at is not None and single(sequence.items[end.place]) is not end.at
        return 2 * end.place + (1 if inside else 2)

    def _enters(self, sequence: Sequence, end: End) -> int:
        if end.place == len(sequence.items):
            return 2 * end.place + 1
        inside = single(sequence.items[end.place]) is not end.at
        if inside:
            return 2 * end.place + 2
        return 2 * end.place + (0 if isinstance(end.at, Frame) else 1)

    def item(self, item: Item) -> Extent:
        """Any item."""
        extent = self.extents[item] = self._item(item)
        return extent

    def _item(self, item: Item) -> Extent:
        if isinstance(item, Branches):
            return self.branches(item).extent
        if isinstance(item, Fold):
            inner = self.item(item.item)
            return Extent(inner.left, inner.right + CARDS, inner.height + CARDS)
        return self.leaf(item) if isinstance(item, Leaf) else self.frame(item)

    def leaf(self, leaf: Leaf) -> Extent:
        """A box, and the shape below it."""
        face = self.faces[leaf.box]
        half = face.width / 2
        if not face.card.output:
            return Extent(half, half, face.height)
        label = LABEL_GAP + width(face.card.output, FONTS["figure"])
        return Extent(half, max(half, label), face.height + LABEL)

    def frame(self, frame: Frame) -> Extent:
        """A frame around its sequence."""
        inner = self.sequence(frame.body).extent
        left = inner.left + MARGIN
        left = max(left, wanted(self.titles[frame.part], left + WIDER))
        return Extent(left, inner.right + MARGIN, ENTRANCE + inner.height + MARGIN - 3)

    def branches(self, branches: Branches) -> Sides:
        """Lanes side by side; the axis is in the middle of those that go on."""
        found = [self.sequence(lane).extent for lane in branches.lanes]
        ways = list(range(len(found)))
        on = [n for n in ways if branches.lanes[n].feeds]
        if not on:
            on = [max(ways, key=lambda n: _last(branches.lanes[n]))]
        x = 0.0
        axes = [0.0] * len(found)
        for n in [*on, *(n for n in ways if n not in set(on))]:
            axes[n] = x + found[n].left
            x += found[n].left + found[n].right + BESIDE
        middle = (axes[on[0]] + axes[on[-1]]) / 2
        nearest = min(axes, key=lambda axis: abs(axis - middle))
        if abs(nearest - middle) < TRACK:
            middle = nearest
        tallest = max(extent.height for extent in found)
        tops = [
            FAN if lane.reads or not lane.feeds else FAN + tallest - extent.height
            for lane, extent in zip(branches.lanes, found, strict=True)
        ]
        foot = FAN - 5 if any(lane.feeds for lane in branches.lanes) else 0
        extent = Extent(middle, x - BESIDE - middle, FAN + tallest + foot)
        sides = self.sides[branches] = Sides(extent, [axis - middle for axis in axes], tops)
        return sides


def _wires(tree: Sequence) -> Iterator[Wire]:
    """Every wire of a tree."""
    yield from tree.wires
    for item in tree.items:
        if isinstance(item, Branches):
            for lane in item.lanes:
                yield from _wires(lane)
        elif isinstance(at := single(item), Frame):
            yield from _wires(at.body)


def _last(sequence: Sequence) -> int:
    """The last box of a sequence."""
    item = sequence.items[-1]
    if isinstance(item, Branches):
        return max(_last(lane) for lane in item.lanes)
    return single(item).part.end
