"""A drawing as SVG.

Requirements met here: well-formed XML whatever the names hold; nothing is fetched and nothing
runs; the same drawing gives the same bytes.
"""

from collections.abc import Iterable, Iterator
from html import escape

from netsheet.render.diagram.drawing import Badge, DrawnBox, DrawnFrame, DrawnWire, Point, Rect
from netsheet.render.diagram.extent import CARDS
from netsheet.render.diagram.faces import LEFT, RIGHT, Text
from netsheet.render.diagram.lettering import measured

ROUND = 6.0
"""Radius of a wire's corners."""

EDGE = 4
"""Width of the coloured edge of a box."""

BAR = 3

TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make the text behind them run the other way."""

ARROW = ((-3.2, -6.0), (3.2, -6.0))
"""Two corners of an arrow that points down, from its tip."""


def clean(text: str) -> str:
    r"""A text as XML can hold it: escaped, without what XML forbids or what turns text around.

    >>> clean("a<b & \x07")
    'a&lt;b &amp; \ufffd'
    """
    return escape("".join(letter if _allowed(letter) else "\ufffd" for letter in text))


def _allowed(letter: str) -> bool:
    code = ord(letter)
    if letter in TURNING:
        return False
    return (
        letter in "\t\n\r"
        or 0x20 <= code <= 0xD7FF  # noqa: PLR2004 the ranges of XML 1.0, section 2.2
        or 0xE000 <= code <= 0xFFFD  # noqa: PLR2004 as above
        or code >= 0x10000  # noqa: PLR2004 as above
    )


def number(value: float) -> str:
    """A coordinate with one decimal, where it needs one.

    >>> number(3.0), number(3.14159), number(-0.01)
    ('3', '3.1', '0')
    """
    return f"{round(value, 1) + 0.0:.10g}"


def rect(place: Rect, name: str, radius: float = 0.0) -> str:
    """A rectangle of a class."""
    corner = f' rx="{number(radius)}"' if radius else ""
    return (
        f'<rect class="{name}" x="{number(place.x)}" y="{number(place.y)}"'
        f' width="{number(place.width)}" height="{number(place.height)}"{corner}/>'
    )


def text(line: Text) -> str:
    """A line of text; what was not measured is set in the room estimated for it."""
    anchor = "" if line.anchor == "start" else f' text-anchor="{line.anchor}"'
    exact = "" if all(measured(piece) for piece, _ in line.pieces) else _stretched(line)
    place = f'x="{number(line.x)}" y="{number(line.y)}"{anchor}{exact}'
    if len(line.pieces) == 1:
        piece, style = line.pieces[0]
        return f'<text class="{style}" {place}>{clean(piece)}</text>'
    inside = "".join(
        f'<tspan class="{style}">{clean(piece)}</tspan>' for piece, style in line.pieces
    )
    return f"<text {place}>{inside}</text>"


def _stretched(line: Text) -> str:
    return f' textLength="{number(line.width)}" lengthAdjust="spacingAndGlyphs"'


def frame(drawn: DrawnFrame) -> Iterator[str]:
    """A frame, with cards behind it if it is repeated."""
    yield f"<g><title>{clean(drawn.tooltip)}</title>"
    if drawn.badge:
        yield from _cards(drawn.rect, "frame", 8)
    yield rect(drawn.rect, "frame", 8)
    yield from map(text, drawn.texts)
    yield "</g>"


def _cards(place: Rect, name: str, radius: float) -> Iterator[str]:
    for shift in (CARDS, CARDS / 2):
        yield rect(place.moved(shift, shift), name, radius)


def box(drawn: DrawnBox, params: float, macs: float) -> Iterator[str]:
    """A box; its bars tell its parameters and multiply-adds, from 0 to 1."""
    place, card = drawn.rect, drawn.card
    radius = min(13.0, place.height / 2) if card.round else 4.0
    yield f'<g class="{card.family}"><title>{clean(card.tooltip)}</title>'
    if drawn.badge:
        yield from _cards(place, "body", radius)
    yield rect(place, "body", radius)
    if not card.round:
        yield rect(Rect(place.x, place.y, EDGE, place.height), "full", 1.5)
    if card.family == "group":
        inner = Rect(place.x + EDGE + 2, place.y + 2.5, place.width - EDGE - 4.5, place.height - 5)
        yield rect(inner, "body", 2.5)
    yield from map(text, drawn.texts)
    if card.params or card.macs:
        yield from bars(place, params, macs)
    yield "</g>"


def bars(place: Rect, params: float, macs: float) -> Iterator[str]:
    """Two bars at the foot of a box: parameters full, multiply-adds below and hollow."""
    room = place.width - LEFT - RIGHT
    for share, y, style in ((params, 11.5, "full"), (macs, 7.0, "hollow")):
        left, top = place.x + LEFT, place.bottom - y
        yield rect(Rect(left, top + 1, room, 1), "track")
        if share > 0:
            yield rect(Rect(left, top, max(share * room, 1.2), BAR), style)


def badge(drawn: Badge) -> Iterator[str]:
    """`×3` on a dark ground."""
    yield rect(drawn.rect, "badge", drawn.rect.height / 2)
    yield text(drawn.text)


def wires(drawn: Iterable[DrawnWire]) -> Iterator[str]:
    """Wires with round corners, and their arrows.

    It is one path with a part for each wire: wires that lie upon each other look like one.
    """
    drawn = list(drawn)
    yield f'<path class="wire" d="{"".join(_path(wire.points) for wire in drawn)}"/>'
    yield from dict.fromkeys(_arrow(wire.points) for wire in drawn)


def _arrow(points: tuple[Point, ...]) -> str:
    """The arrow at the end of a wire that comes from above or from the right."""
    (before_x, _), (x, y) = points[-2:]
    down = before_x == x
    ends = [(x + a, y + b) if down else (x - b, y + a) for a, b in ARROW]
    corners = " ".join(f"{number(a)},{number(b)}" for a, b in ((x, y), *ends))
    return f'<polygon class="arrow" points="{corners}"/>'


def _path(points: tuple[Point, ...]) -> str:
    """Straight lines, and a quarter of a circle at each corner."""
    d = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(ROUND, _length(before, corner) / 2, _length(corner, after) / 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        d.append(f"L{_at(start)}Q{_at(corner)} {_at(end)}")
    d.append(f"L{_at(points[-1])}")
    return "".join(d)


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, end: Point, distance: float) -> Point:
    whole = _length(start, end) or 1.0
    part = distance / whole
    return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)
