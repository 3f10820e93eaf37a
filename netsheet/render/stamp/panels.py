"""All steps of a scene on one page, side by side."""

from itertools import product
from math import ceil, sqrt

from netsheet.core.errors import UnsupportedError
from netsheet.render.stamp.heading import MARGIN
from netsheet.render.stamp.scene import Box, Item, Scene, Words, moved

MOST = 100
"""Steps on one page, at most."""

SHAPE = 1.5
"""How much wider than high a page is to be, about."""


def panels(scene: Scene) -> Scene:
    """A scene without steps that shows all steps of another: its heading once, then its panels.

    UnsupportedError where there are too many.
    """
    if scene.steps > MOST:
        what = f"{scene.steps:,} steps don't fit one page"
        raise UnsupportedError(f"{what}\n  choose at most {MOST} of them, as 0-24")
    if scene.steps == 1:
        return scene.at(0)
    room = max(
        [item.right for item in scene.body if isinstance(item, Words)]
        + [item.x + item.width for item in scene.body if isinstance(item, Box)]
    )
    wide, high = room + MARGIN, scene.high + 4
    columns = max(1, min(scene.steps, round(sqrt(SHAPE * scene.steps * high / wide))))
    rows = ceil(scene.steps / columns)
    items: list[Item] = []
    for step, (row, column) in enumerate(product(range(rows), range(columns))):
        if step == scene.steps:
            break
        x, y = column * wide, row * (high + 8)
        items.append(Box(x + MARGIN / 2, y - MARGIN / 2, wide - 8, high, "panel", None, 6))
        items += moved(scene.at(step).body, x, y)
    title = max(item.right for item in scene.heading if isinstance(item, Words)) + MARGIN
    width = max(columns * wide + MARGIN, title)
    return Scene(
        width, scene.head + 8, rows * (high + 8), scene.heading, tuple(items), 1, scene.title,
        scene.description,
    )  # fmt: skip
