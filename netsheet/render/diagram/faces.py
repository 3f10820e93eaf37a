"""How what is said of a box or frame is set: lines of text, and how much room they take.

Requirements met here: a box is as wide as its neighbours and as high as its text; text that has
no room is cut (it stands whole in the tooltip).
"""

from collections.abc import Sequence as Listed
from typing import NamedTuple

from netsheet.render.diagram.cards import Card, Title
from netsheet.render.diagram.lettering import Font, fit, width
from netsheet.render.units import short

FONTS = {
    "name": Font(12, bold=True),
    "what": Font(11),
    "figure": Font(10),
    "title": Font(17, bold=True),
    "times": Font(11, bold=True),
}
"""Fonts by style."""

NARROWEST, WIDEST = 96, 210
"""Width of all boxes of a diagram, in pixels: as the texts need it, within these bounds."""

COMFORTABLE = 132
"""A layer and what follows stand on one line if they are no longer, in pixels."""

LEFT, RIGHT = 13, 9
"""Room beside the text in a box; on the left with the coloured edge."""

LINE = 15
BARS = 9
SEPARATOR = " · "


class Text(NamedTuple):
    """A line of text in pieces of one style each; `anchor` is start, middle or end."""

    pieces: tuple[tuple[str, str], ...]
    x: float
    y: float
    anchor: str = "start"

    @property
    def width(self) -> float:
        """Room that it takes, estimated."""
        return sum(width(text, FONTS[style]) for text, style in self.pieces)

    @property
    def left(self) -> float:
        """Where it starts."""
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width

    def moved(self, x: float, y: float) -> "Text":
        """The same text elsewhere."""
        return self._replace(x=self.x + x, y=self.y + y)


class Face(NamedTuple):
    """A box before it is placed: size, and texts from its upper left corner."""

    width: float
    height: float
    texts: tuple[Text, ...]
    card: Card


def common_width(all_cards: Listed[Card]) -> float:
    """A width for all boxes in which every line fits, within bounds."""
    need = max((_natural(card) for card in all_cards), default=0.0)
    return min(max(round(need) + 1, NARROWEST), WIDEST)


def _natural(card: Card) -> float:
    head = width(card.name, FONTS["name"])
    if card.params:
        head += 10 + width(short(card.params), FONTS["figure"])
    lines = [width(line, FONTS["what"]) for line in (card.what, card.then)]
    joined = width(_joined(card), FONTS["what"])
    return LEFT + RIGHT + max(head, joined if joined <= COMFORTABLE else max(lines))


def face(card: Card, wide: float) -> Face:
    """A box of a width: its texts one below the other."""
    room = wide - LEFT - RIGHT
    if card.round or not (card.params or card.macs or card.family == "group"):
        line = _one_line(card, room)
        if line is not None:
            return Face(wide, 26, (Text(line, *_side(card, wide, 17)),), card)
    texts = _head(card, wide)
    joined = _joined(card)
    fits = width(joined, FONTS["what"]) <= room
    lines = [joined] if fits else [card.what, card.then]
    rows = [fit(row, room, FONTS["what"]) for row in lines if row]
    texts += [
        Text(((row, "what"),), *_side(card, wide, 18 + LINE * (n + 1)))
        for n, row in enumerate(rows)
    ]
    height = 9 + LINE * (1 + len(rows))
    if card.params or card.macs:
        height += BARS
    return Face(wide, height, tuple(texts), card)


def _one_line(card: Card, room: float) -> tuple[tuple[str, str], ...] | None:
    """Name, layer and what follows on one line, if there is room."""
    rest = _joined(card)
    pieces = ((card.name, "name"), (SEPARATOR + rest, "what")) if rest else ((card.name, "name"),)
    wide = sum(width(text, FONTS[style]) for text, style in pieces)
    return pieces if wide <= room else None


def _joined(card: Card) -> str:
    return SEPARATOR.join(filter(None, (card.what, card.then)))


def _head(card: Card, wide: float) -> list[Text]:
    """The name, and the number of parameters at the right."""
    room = wide - LEFT - RIGHT
    texts = []
    if card.params:
        figure = short(card.params)
        texts.append(Text(((figure, "figure"),), wide - RIGHT, 18, "end"))
        room -= 10 + width(figure, FONTS["figure"])
    name = fit(card.name, room, FONTS["name"])
    return [*texts, Text(((name, "name"),), *_side(card, wide, 18))]


def _side(card: Card, wide: float, y: float) -> tuple[float, float, str]:
    """Where a line begins: on the left, or in the middle of what is round."""
    return (wide / 2, y, "middle") if card.round else (LEFT, y, "start")


EDGE = 9
"""Room beside the texts of a frame."""


def wanted(title: Title, most: float) -> float:
    """Room for a frame's name to the left of the axis, and for its word if there is as much."""
    name = width(title.name, FONTS["name"]) + 2 * EDGE
    both = name + width(" " + title.word, FONTS["what"]) + 1
    return both if title.word and both <= most else min(name, most)


def heading(title: Title, wide: float, axis: float, badge: float) -> list[Text]:
    """On the left of a frame name and word, on the right the figure, clear of axis and badge."""
    room = axis - 2 * EDGE
    name = fit(title.name, room, FONTS["name"])
    room -= width(name, FONTS["name"]) + width(" ", FONTS["what"])
    word = title.word if width(title.word, FONTS["what"]) <= room else ""
    pieces = ((name, "name"), (" " + word, "what")) if word else ((name, "name"),)
    texts = [Text(pieces, EDGE, 16)]
    figure = short(title.params)
    if title.params and width(figure, FONTS["figure"]) <= wide - axis - 2 * EDGE - badge:
        texts.append(Text(((figure, "figure"),), wide - EDGE - badge, 16, "end"))
    return texts
