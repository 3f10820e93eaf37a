"""What must hold in every diagram, checked on its geometry; each check says what it found.

Text is checked by the room that is estimated for it, which errs on the wide side.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from netsheet.core.graph import Graph
from netsheet.render.diagram.drawing import Drawing, DrawnWire, Point, Rect
from netsheet.render.diagram.faces import FONTS, Text
from netsheet.render.diagram.plan import Plan, make_plan
from netsheet.render.svg import arrange
from netsheet.sheet.sheet import Sheet

TINY = 0.01
"""Less than this is nothing, in pixels."""

MARGIN = 24
"""Badges may stand this far outside of a drawing: the margin of the page."""


class Piece(NamedTuple):
    """A straight piece of a wire, as a rectangle without width or height, and which wire."""

    rect: Rect
    wire: int


def pieces(wires: Iterable[DrawnWire]) -> Iterator[Piece]:
    """Every straight piece of some wires."""
    for number, wire in enumerate(wires):
        for (ax, ay), (bx, by) in pairwise(wire.points):
            yield Piece(Rect(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by)), number)


def _overlap(a: Rect, b: Rect) -> bool:
    """Whether two rectangles share more than an edge; one may have no width or no height."""
    return (
        a.x + TINY < b.right
        and b.x + TINY < a.right
        and a.y + TINY < b.bottom
        and b.y + TINY < a.bottom
    )


def _inside(outer: Rect, inner: Rect) -> bool:
    return (
        outer.x <= inner.x + TINY
        and outer.y <= inner.y + TINY
        and inner.right <= outer.right + TINY
        and inner.bottom <= outer.bottom + TINY
    )


def text_rect(text: Text) -> Rect:
    """The room of a line of text: from its capitals' height to below its tails."""
    size = max(FONTS[style].size for _, style in text.pieces)
    return Rect(text.left, text.y - 0.8 * size, text.width, size)


def overlapping(rects: list[Rect]) -> Iterator[tuple[int, int]]:
    """Pairs of rectangles that overlap, the lower index first."""
    order = sorted(range(len(rects)), key=lambda n: rects[n].x)
    active: list[int] = []
    for n in order:
        active = [m for m in active if rects[m].right > rects[n].x]
        yield from ((min(m, n), max(m, n)) for m in active if _overlap(rects[m], rects[n]))
        active.append(n)


def check(drawing: Drawing, plan: Plan) -> None:
    """Everything that must hold in a drawing of a plan."""
    check_links(drawing, plan.links)
    check_boxes(drawing, len(plan.boxes))
    check_frames(drawing)
    check_ends(drawing)
    check_ways(drawing)
    check_bundles(drawing)
    check_texts(drawing)
    check_badges(drawing)
    check_paper(drawing)


def check_links(drawing: Drawing, links: Iterable[tuple[int, int]]) -> None:
    """Every link is drawn once, and nothing else is drawn."""
    assert sorted(links) == sorted((wire.source, wire.target) for wire in drawing.wires)


def check_boxes(drawing: Drawing, count: int) -> None:
    """So many boxes stand there, each once, and no two overlap."""
    assert list(range(count)) == sorted(box.box for box in drawing.boxes)
    pairs = list(overlapping([box.rect for box in drawing.boxes]))
    assert [] == [(drawing.boxes[a].box, drawing.boxes[b].box) for a, b in pairs]


def check_frames(drawing: Drawing) -> None:
    """A frame holds its boxes and no other; two frames hold each other or stand apart."""
    for frame in drawing.frames:
        inside = [box.box for box in drawing.boxes if _inside(frame.rect, box.rect)]
        touched = [box.box for box in drawing.boxes if _overlap(frame.rect, box.rect)]
        expected = list(range(frame.first, frame.end))
        assert expected == sorted(inside)
        assert expected == sorted(touched)
    for a, b in combinations(drawing.frames, 2):
        if _overlap(a.rect, b.rect):
            assert _inside(a.rect, b.rect) or _inside(b.rect, a.rect), (a, b)


def check_ends(drawing: Drawing) -> None:
    """A wire leaves at the foot or right side of its box and arrives at the head or right side."""
    rects = {box.box: box.rect for box in drawing.boxes}
    for wire in drawing.wires:
        source, target = rects[wire.source], rects[wire.target]
        check_touches(source, source.bottom, wire.points[0])
        check_touches(target, target.y, wire.points[-1])
        for a, b in pairwise(wire.points):
            assert (a[0] == b[0]) != (a[1] == b[1]), f"{wire} has a slanting or empty piece"


def check_touches(rect: Rect, y: float, point: Point) -> None:
    """A point lies in the middle of a box's head or foot, or anywhere at its right side."""
    middle = (rect.x + rect.width / 2, y)
    if abs(point[0] - rect.right) < TINY:
        assert rect.y < point[1] < rect.bottom, (rect, point)
    else:
        assert middle == point


def check_ways(drawing: Drawing) -> None:
    """No wire runs through a box."""
    ways = list(pieces(drawing.wires))
    count = len(drawing.boxes)
    pairs = overlapping([box.rect for box in drawing.boxes] + [piece.rect for piece in ways])
    crossed = [
        (drawing.boxes[a].box, drawing.wires[ways[b - count].wire][:2])
        for a, b in pairs
        if a < count <= b
    ]
    assert [] == crossed


def check_bundles(drawing: Drawing) -> None:
    """Wires lie upon each other only where each source of the one leads to the other's target."""
    links = {(wire.source, wire.target) for wire in drawing.wires}
    lines: dict[tuple[bool, float], list[tuple[float, float, int]]] = {}
    for rect, wire in pieces(drawing.wires):
        upright = rect.width == 0
        start, end = (rect.y, rect.bottom) if upright else (rect.x, rect.right)
        lines.setdefault((upright, rect.x if upright else rect.y), []).append((start, end, wire))
    for line in lines.values():
        active: list[tuple[float, float, int]] = []
        for start, end, wire in sorted(line):
            active = [other for other in active if other[1] > start + TINY]
            for _, _, other in active:
                a, b = drawing.wires[other][:2]
                c, d = drawing.wires[wire][:2]
                assert {(a, d), (c, b)} <= links, f"{a}→{b} and {c}→{d} can't be told apart"
            active.append((start, end, wire))


def check_texts(drawing: Drawing) -> None:
    """Text stays in its box or frame, labels stand free, and no wire crosses any of them."""
    free = [text_rect(text) for text in drawing.labels]
    for box in drawing.boxes:
        own = [text_rect(text) for text in box.texts]
        assert [] == [rect for rect in own if not _inside(box.rect, rect)], box
        assert [] == list(overlapping(own)), box
    for frame in drawing.frames:
        own = [text_rect(text) for text in frame.texts]
        assert [] == [rect for rect in own if not _inside(frame.rect, rect)], frame
        free += own
    solid = [box.rect for box in drawing.boxes] + [rect for rect, _ in pieces(drawing.wires)]
    rects = free + solid
    assert [] == [(rects[a], rects[b]) for a, b in overlapping(rects) if a < len(free)]


def check_badges(drawing: Drawing) -> None:
    """Badges hide no text, no wire and no box but their own."""
    texts = [*drawing.labels]
    texts += [text for drawn in drawing.boxes for text in drawn.texts]
    texts += [text for drawn in drawing.frames for text in drawn.texts]
    solid = [text_rect(text) for text in texts]
    solid += [box.rect for box in drawing.boxes if box.badge is None]
    solid += [rect for rect, _ in pieces(drawing.wires)]
    rects = [badge.rect for badge in drawing.badges] + solid
    count = len(drawing.badges)
    assert [] == [(rects[a], rects[b]) for a, b in overlapping(rects) if a < count]
    for badge in drawing.badges:
        assert _inside(badge.rect, text_rect(badge.text)), badge


def check_paper(drawing: Drawing) -> None:
    """Everything is on the paper; only badges stand out into the margin."""
    paper = Rect(0, 0, drawing.width, drawing.height)
    page = Rect(-MARGIN, -MARGIN, drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN)
    rects = [box.rect for box in drawing.boxes] + [frame.rect for frame in drawing.frames]
    rects += [rect for rect, _ in pieces(drawing.wires)]
    rects += [text_rect(text) for text in drawing.labels]
    assert [] == [rect for rect in rects if not _inside(paper, rect)]
    assert [] == [badge.rect for badge in drawing.badges if not _inside(page, badge.rect)]


def laid_out(
    graph: Graph, depth: int | None = None, *, fold: bool = True, width: float | None = None
) -> tuple[Drawing, Plan]:
    """A drawing, and the plan it follows."""
    sheet = Sheet(graph)
    plan = make_plan(sheet, depth, fold=fold)
    return arrange(sheet, plan, width), plan
