"""Where everything stands: the tree of a diagram with its room measured, put on paper.

Requirements met here: no engine, no search: one walk measures, one walk places, one walk draws
the wires; what is placed never moves again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from netsheet.render.diagram.cards import Title
from netsheet.render.diagram.columns import GUTTER, TURN, Column, columns, size
from netsheet.render.diagram.drawing import Drawing, DrawnBox, DrawnFrame, Point, Rect, badge
from netsheet.render.diagram.extent import (
    CARDS,
    ENTRANCE,
    LABEL_GAP,
    Measure,
    Rows,
)
from netsheet.render.diagram.faces import Face, Text, heading
from netsheet.render.diagram.plan import Part
from netsheet.render.diagram.tree import (
    BEFORE,
    Branches,
    Fold,
    Frame,
    Item,
    Leaf,
    Sequence,
)
from netsheet.render.diagram.wiring import Placed, Spots, Wiring


def lay_out(
    tree: Sequence,
    faces: Mapping[int, Face],
    titles: Mapping[Part, Title],
    widest: float | None = None,
) -> Drawing:
    """Place boxes, frames, wires and texts; a tall tree in columns, within a width if possible."""
    measure = Measure(faces, titles)
    rows = measure.tree(tree)
    found = columns(measure, tree, widest)
    placing = _Placing(measure, titles)
    placing.columns(tree, rows, found)
    wires = Wiring(placing.spots).wires(tree)
    wide, high = size(found)
    return Drawing(
        wide,
        high,
        tuple(placing.boxes),
        tuple(placing.frames),
        tuple(wires),
        tuple(placing.labels),
    )


@dataclass
class _Placing:
    measure: Measure
    titles: Mapping[Part, Title]
    boxes: list[DrawnBox] = field(default_factory=list)
    frames: list[DrawnFrame] = field(default_factory=list)
    labels: list[Text] = field(default_factory=list)
    spots: Spots = field(default_factory=Spots)

    def columns(self, tree: Sequence, rows: Rows, found: list[Column]) -> None:
        """The whole tree, in columns from left to right."""
        placed = Placed()
        top = TURN if len(found) > 1 else 0.0
        x = 0.0
        come: tuple[Point, ...] = ()
        for column in found:
            axis = x + column.left
            if come:
                placed.turns[column.first] = (*come, (axis, come[-1][1]))
            up = rows.tops[column.first] - top
            self._items(tree, rows, placed, range(column.first, column.end), (axis, -up))
            x = axis + column.right + GUTTER
            foot, middle = top + column.height + TURN - 2, x - GUTTER / 2
            come = ((axis, foot), (middle, foot), (middle, 2.0))
        self.spots.places[tree] = placed

    def sequence(self, sequence: Sequence, axis: float, top: float) -> None:
        """A sequence on an axis."""
        rows = self.measure.rows[sequence]
        placed = Placed()
        self._items(sequence, rows, placed, range(len(sequence.items)), (axis, top))
        if BEFORE in rows.below:
            placed.entrance = (axis, top + rows.below[BEFORE])
        if len(sequence.items) in rows.above:
            placed.exit = (axis, top + rows.above[len(sequence.items)])
        self.spots.places[sequence] = placed

    def _items(
        self, sequence: Sequence, rows: Rows, placed: Placed, span: range, origin: Point
    ) -> None:
        """Some items of a sequence, from where it begins."""
        axis, top = origin
        for place in span:
            y = top + rows.tops[place]
            item = sequence.items[place]
            placed.axes[place] = axis
            if place in rows.above:
                self.spots.above[_frame(item)] = (axis, top + rows.above[place])
            if place in rows.below:
                self.spots.below[_frame(item)] = (axis, top + rows.below[place])
            self.item(item, axis, y)
        for end, lane in rows.lanes.items():
            if end.place in span or (end.place == BEFORE and 0 in span):
                placed.lanes[end] = axis + lane

    def item(self, item: Item, axis: float, top: float, times: int = 1) -> None:
        """Any item, its upper end at a point of the axis."""
        if isinstance(item, Fold):
            self.item(item.item, axis, top, item.times)
        elif isinstance(item, Leaf):
            self.leaf(item, axis, top, times)
        elif isinstance(item, Frame):
            self.frame(item, axis, top, times)
        else:
            self.branches(item, axis, top)

    def leaf(self, leaf: Leaf, axis: float, top: float, times: int) -> None:
        """A box, and the shape it puts out beside its foot."""
        face = self.measure.faces[leaf.box]
        rect = Rect(axis - face.width / 2, top, face.width, face.height)
        texts = tuple(text.moved(rect.x, rect.y) for text in face.texts)
        self.boxes.append(DrawnBox(leaf.box, rect, face.card, texts, badge(rect, times)))
        self.spots.rects[leaf] = rect
        if face.card.output:
            foot = rect.bottom + (CARDS if times > 1 else 0)
            pieces = ((face.card.output, "figure"),)
            self.labels.append(Text(pieces, axis + LABEL_GAP, foot + 12))

    def frame(self, frame: Frame, axis: float, top: float, times: int) -> None:
        """A frame with its heading, and what is inside."""
        extent = self.measure.extents[frame]
        rect = Rect(axis - extent.left, top, extent.left + extent.right, extent.height)
        title = self.titles[frame.part]
        mark = badge(rect, times)
        aside = rect.right - mark.rect.x if mark else 0.0
        texts = heading(title, rect.width, axis - rect.x, aside)
        part = frame.part
        self.frames.append(
            DrawnFrame(
                part.first,
                part.end,
                rect,
                tuple(text.moved(rect.x, rect.y) for text in texts),
                title.tooltip,
                mark,
            )
        )
        self.sequence(frame.body, axis, top + ENTRANCE)

    def branches(self, branches: Branches, axis: float, top: float) -> None:
        """Lanes side by side."""
        sides = self.measure.sides[branches]
        self.spots.buses[branches] = (top + 2, top + sides.extent.height - 5)
        for lane, x, y in zip(branches.lanes, sides.axes, sides.tops, strict=True):
            self.sequence(lane, axis + x, top + y)


def _frame(item: Item) -> Frame:
    """The frame of an item whose axis is met by wires that go round."""
    at = item.item if isinstance(item, Fold) else item
    assert isinstance(at, Frame)  # noqa: S101 boxes are met at their side
    return at
