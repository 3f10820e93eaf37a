"""A scene as pixels: a GIF of its steps, or a PNG.

Requirements met here: drawn large and made smaller, so that lines are smooth; letters are those of
DejaVu Sans where matplotlib brings it, and else Pillow's own, with plain signs for those it lacks;
a file is written whole or not at all.
"""

import io
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netsheet.core.files import write_whole
from netsheet.render.stamp.palette import Style, themed
from netsheet.render.stamp.scene import FONTS, Box, Item, Patch, Ring, Scene, Words
from netsheet.render.stamp.svg import head

if TYPE_CHECKING:
    from PIL.Image import Image

FINE = 2
"""Pixels of a PNG for each unit of a scene; a GIF has one."""

SMOOTH = 3
"""How many times larger it is drawn before it is made smaller."""

HATCH, DASH, SPACE = 6.0, 4, 3
"""Distance of hatching lines; dashes, and what is between them."""

PLAIN = str.maketrans({
    "×": "x", "−": "-", "∗": "*", "·": "·", "⌊": "[", "⌋": "]", "⌈": "[", "⌉": "]", "→": "to",
    "Σ": "sum", "≥": ">=", "√": "root ", "∞": "inf",
})  # fmt: skip
"""What stands for signs that Pillow's own font lacks."""


def draw(scene: Scene, step: int = 0, *, dark: bool = False, scale: int = FINE) -> "Image":
    """One step of a scene as a Pillow image, RGB."""
    from PIL import Image

    times = scale * SMOOTH
    paper = _Paper((round(scene.width * times), round(scene.height * times)), times, dark=dark)
    for item in scene.at(step).items:
        paper.paint(item)
    size = (round(scene.width * scale), round(scene.height * scale))
    return paper.image.resize(size, Image.Resampling.LANCZOS)


def write_gif(scene: Scene, path: str | Path, *, dark: bool = False, seconds: float = 1.0) -> None:
    """Write the steps as a GIF that goes on for ever."""
    from PIL import Image

    frames = [draw(scene, step, dark=dark, scale=1) for step in range(scene.steps)]
    # one palette for all frames, so that what stays keeps its colour
    colours = _page(frames[:: max(1, len(frames) // 4)]).quantize(128, Image.Quantize.MEDIANCUT)
    plain = [frame.quantize(palette=colours, dither=Image.Dither.NONE) for frame in frames]
    encoded = io.BytesIO()
    plain[0].save(
        encoded,
        "GIF",
        save_all=True,
        append_images=plain[1:],
        duration=round(1000 * seconds),
        loop=0,
        optimize=False,
    )
    write_whole(path, encoded.getvalue())


def _page(frames: Sequence["Image"]) -> "Image":
    """Frames below each other."""
    from PIL import Image

    page = Image.new("RGB", (frames[0].width, sum(frame.height for frame in frames)))
    for number, frame in enumerate(frames):
        page.paste(frame, (0, number * frame.height))
    return page


def write_png(scene: Scene, path: str | Path, *, dark: bool = False) -> None:
    """Write a scene's first step as a PNG, its words kept as text in it as well."""
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_itxt("Title", scene.title)
    texts.add_itxt("Description", scene.description)
    encoded = io.BytesIO()
    draw(scene, dark=dark).save(encoded, "PNG", pnginfo=texts, optimize=True)
    write_whole(path, encoded.getvalue())


class _Paper:
    """An image that is drawn on, so many times as large as the scene."""

    def __init__(self, size: tuple[int, int], times: int, *, dark: bool) -> None:
        from PIL import Image, ImageDraw

        self.roles = themed()["dark" if dark else "light"]
        self.image = Image.new("RGB", size, self.roles["page"].fill)
        self.pen = ImageDraw.Draw(self.image)
        self.times = times

    def paint(self, item: Item) -> None:
        """One item."""
        style, times = self.roles[item.role], self.times
        wide = self.wide(style)
        if isinstance(item, Box):
            self.box(item, style)
        elif isinstance(item, Patch):
            corners = [(x * times, y * times) for x, y in (*item.corners, item.corners[0])]
            self.pen.polygon(corners, fill=style.fill or None)
            self.pen.line(corners, fill=style.stroke, width=wide, joint="curve")
        elif isinstance(item, Ring):
            x, y, r = item.x * times, item.y * times, item.radius * times
            self.pen.ellipse((x - r, y - r, x + r, y + r), outline=style.stroke, width=wide)
        elif isinstance(item, Words):
            self.words(item, style)
        else:
            points = [(x * times, y * times) for x, y in item.points]
            self.line(points, style)
            if item.arrow:
                tip = [(x * times, y * times) for x, y in head(item)]
                self.pen.polygon(tip, fill=style.stroke)

    def wide(self, style: Style) -> int:
        """Pixels of a line."""
        return max(1, round(style.width * self.times))

    def words(self, item: Words, style: Style) -> None:
        """A line of text."""
        font = FONTS[item.role]
        face, signs = _font(round(font.size * self.times), font.bold)
        text = item.text if signs else item.text.translate(PLAIN)
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[item.anchor]
        colour = style.stroke if item.role == "band" else style.fill
        place = (item.x * self.times, item.y * self.times)
        self.pen.text(place, text, fill=colour, font=face, anchor=anchor)

    def box(self, item: Box, style: Style) -> None:
        """A rectangle; its edge lies half on either side, as in SVG."""
        x, y = item.x * self.times, item.y * self.times
        right, bottom = x + item.width * self.times, y + item.height * self.times
        wide = self.wide(style)
        place = (x - wide / 2, y - wide / 2, right + wide / 2, bottom + wide / 2)
        stroke = None if style.dashed else style.stroke or None
        round_ = item.round * self.times
        self.pen.rounded_rectangle(place, round_, style.fill or None, stroke, wide if stroke else 0)
        if style.hatched:
            self.hatch((round(x), round(y), round(right), round(bottom)), style)
            self.pen.rectangle(place, outline=stroke, width=wide)
        if style.dashed:
            self.line([(x, y), (right, y), (right, bottom), (x, bottom), (x, y)], style)

    def hatch(self, place: tuple[int, int, int, int], style: Style) -> None:
        """Slanting lines, counted from the page's corner, so that boxes join."""
        from PIL import Image, ImageDraw

        x, y, right, bottom = place
        patch = Image.new("RGB", (right - x, bottom - y), style.fill)
        pen = ImageDraw.Draw(patch)
        step = round(HATCH * self.times * 2**0.5)
        for start in range(-((x + y) % step), patch.width + patch.height, step):
            end = (start - patch.height, patch.height)
            pen.line((start, 0, *end), style.stroke, max(1, self.times // 2))
        self.image.paste(patch, (x, y))

    def line(self, points: Sequence[tuple[float, float]], style: Style) -> None:
        """A line, perhaps of dashes."""
        wide = self.wide(style)
        if not style.dashed:
            self.pen.line(points, fill=style.stroke, width=wide, joint="curve")
            return
        on, off = DASH * self.times, SPACE * self.times
        for (x0, y0), (x1, y1) in pairwise(points):
            long = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
            at = 0.0
            while at < long:
                part = [at / long, min(at + on, long) / long]
                ends = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in part]
                self.pen.line(ends, fill=style.stroke, width=wide)
                at += on + off


@cache
def _font(size: int, bold: bool) -> tuple[Any, bool]:  # noqa: FBT001 a font's own word
    """A font of this size, and whether it has every sign."""
    from PIL import ImageFont

    found = find_spec("matplotlib")
    if found is not None and found.origin is not None:
        fonts = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
        path = fonts / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
        if path.is_file():
            return ImageFont.truetype(str(path), size), True
    return ImageFont.load_default(size), False
