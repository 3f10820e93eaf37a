"""A diagram as geometry: boxes, frames, wires and texts with their places, in pixels.

Requirements met here: everything that is drawn is here, as numbers, so that what a picture must
keep (nothing overlaps, every link is drawn once) can be checked without looking at it.
"""

from typing import NamedTuple

from netsheet.render.diagram.cards import Card
from netsheet.render.diagram.faces import FONTS, Text
from netsheet.render.diagram.lettering import width


class Rect(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def moved(self, x: float, y: float) -> "Rect":
        """The same rectangle elsewhere."""
        return self._replace(x=self.x + x, y=self.y + y)


class Badge(NamedTuple):
    """How often something is repeated: `×3` at its corner."""

    rect: Rect
    text: Text


BADGE = 16
"""Height of a badge."""


def badge(rect: Rect, times: int) -> Badge | None:
    """The badge on the upper right corner of a box or frame that is repeated."""
    if times == 1:
        return None
    text = f"×{times}"
    wide = width(text, FONTS["times"]) + 12
    place = Rect(rect.right + 6 - wide, rect.y - 11, wide, BADGE)
    middle = Text(((text, "times"),), place.x + wide / 2, place.y + 12, "middle")
    return Badge(place, middle)


class DrawnBox(NamedTuple):
    """A box: which one, where, what it says, and how often it is repeated in its place."""

    box: int
    rect: Rect
    card: Card
    texts: tuple[Text, ...]
    badge: Badge | None


class DrawnFrame(NamedTuple):
    """A frame: boxes `first` up to `end`, where, texts and tooltip, how often it is repeated."""

    first: int
    end: int
    rect: Rect
    texts: tuple[Text, ...]
    tooltip: str
    badge: Badge | None


Point = tuple[float, float]


class DrawnWire(NamedTuple):
    """A link from a box to one that reads it, along its corners."""

    source: int
    target: int
    points: tuple[Point, ...]


class Drawing(NamedTuple):
    """All of it, on a sheet of paper of this size."""

    width: float
    height: float
    boxes: tuple[DrawnBox, ...]
    frames: tuple[DrawnFrame, ...]
    wires: tuple[DrawnWire, ...]
    labels: tuple[Text, ...]

    @property
    def badges(self) -> tuple[Badge, ...]:
        """The badges of all that is repeated."""
        marks = [frame.badge for frame in self.frames] + [box.badge for box in self.boxes]
        return tuple(mark for mark in marks if mark is not None)
