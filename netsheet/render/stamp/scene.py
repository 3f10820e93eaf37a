"""A picture as geometry: boxes, lines, rings and words, with what is seen at which step.

Requirements met here: everything that is drawn is here as numbers, so that SVG, GIF and PNG show
the same, and what a picture must keep can be checked without looking at it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from netsheet.render.diagram.lettering import Font, width

When = tuple[int, int] | None
"""The first and the last step at which something is seen, both counted; None: always."""

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle in the style of its role."""

    x: float
    y: float
    width: float
    height: float
    role: str
    when: When = None
    round: float = 0.0

    def moved(self, x: float, y: float) -> "Box":
        """The same elsewhere."""
        return self._replace(x=self.x + x, y=self.y + y)


class Line(NamedTuple):
    """A line along points; with an arrow at its end if wanted."""

    points: tuple[Point, ...]
    role: str
    when: When = None
    arrow: bool = False

    def moved(self, x: float, y: float) -> "Line":
        """The same elsewhere."""
        return self._replace(points=tuple((a + x, b + y) for a, b in self.points))


class Patch(NamedTuple):
    """A surface with these corners."""

    corners: tuple[Point, ...]
    role: str
    when: When = None

    def moved(self, x: float, y: float) -> "Patch":
        """The same elsewhere."""
        return self._replace(corners=tuple((a + x, b + y) for a, b in self.corners))


class Ring(NamedTuple):
    """A circle around a point."""

    x: float
    y: float
    radius: float
    role: str
    when: When = None

    def moved(self, x: float, y: float) -> "Ring":
        """The same elsewhere."""
        return self._replace(x=self.x + x, y=self.y + y)


class Words(NamedTuple):
    """A line of text; `anchor` is start, middle or end, `y` is where its letters stand."""

    x: float
    y: float
    text: str
    role: str
    anchor: str = "start"
    when: When = None

    def moved(self, x: float, y: float) -> "Words":
        """The same elsewhere."""
        return self._replace(x=self.x + x, y=self.y + y)

    @property
    def wide(self) -> float:
        """Room that it takes, estimated."""
        return width(self.text, FONTS[self.role])

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.wide * {"start": 1.0, "middle": 0.5, "end": 0.0}[self.anchor]


Item = Box | Line | Patch | Ring | Words

FONTS = {
    "title": Font(19, bold=True),
    "formula": Font(13),
    "label": Font(13),
    "sign": Font(24),
    "number": Font(13),
    "small": Font(10),
    "faint": Font(13),
    "tiny": Font(10),
    "caption": Font(14, bold=True),
    "legend": Font(12),
    "band": Font(12, bold=True),
}
"""Fonts by role."""


class Scene(NamedTuple):
    """A picture in so many steps: a heading `head` high, and below it what changes, `high`.

    title and description: for those who don't see it.
    """

    width: float
    head: float
    high: float
    heading: tuple[Item, ...]
    body: tuple[Item, ...]
    steps: int
    title: str
    description: str

    @property
    def height(self) -> float:
        """All of it."""
        return self.head + self.high

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything in its place."""
        return (*self.heading, *moved(self.body, 0, self.head))

    def at(self, step: int) -> "Scene":
        """What is seen at a step, as if it were always seen."""
        return self._replace(body=_seen_at(self.body, step), steps=1)


def _seen_at(items: Iterable[Item], step: int) -> tuple[Item, ...]:
    return tuple(item._replace(when=None) for item in items if seen(item.when, step))


def seen(when: When, step: int) -> bool:
    """Whether something is seen at a step."""
    return when is None or when[0] <= step <= when[1]


def moved(items: Iterable[Item], x: float, y: float) -> tuple[Item, ...]:
    """Items elsewhere."""
    return tuple(item.moved(x, y) for item in items)


def only(scene: Scene, steps: Iterable[int]) -> Scene:
    """A scene with some of its steps alone, in their order."""
    wanted = list(steps)
    body: list[Item] = []
    for item in scene.body:
        if item.when is None:
            body.append(item)
            continue
        shown = [(place, place) for place, step in enumerate(wanted) if seen(item.when, step)]
        body += [item._replace(when=run) for run in _joined(shown)]
    return scene._replace(body=tuple(body), steps=len(wanted))


def _joined(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of steps, those that follow each other as one."""
    found: list[tuple[int, int]] = []
    for first, last in runs:
        if found and found[-1][1] + 1 == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
