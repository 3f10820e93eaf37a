"""One page of tiles under a heading, and a bar of colours if there is a scale.

Requirements met here: the heading is never cut off, the bar shows every colour of the scale once,
tiles keep their pixels as they are handed in.
"""

import unicodedata
from collections.abc import Sequence
from math import log2, sqrt
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]

MARGIN, GAP, LABEL = 24, 10, 15
"""Pixels: around the page, between tiles, and for a tile's label."""

WIDTH = 720
"""Least width of a page, and the width that a single row of tiles may always take."""

NARROW = 56
"""Least width that a tile is given, so that its label fits; also that of labels beside strips."""

PAPER: Colour = (255, 255, 255)
INK: Colour = (32, 32, 32)
FAINT: Colour = (110, 110, 110)
FRAME: Colour = (190, 190, 190)

ODD: Colour = (255, 0, 200)
"""Magenta, for what must not be overlooked."""

SIGNS = str.maketrans({"×": "x", "−": "-", "–": "-", "→": "to", "≤": "<=", "≥": ">="})
"""What Pillow's own font lacks, and what stands for it."""

EXTRA = frozenset("«°±·»“”")
"""What Pillow's own font has besides ASCII."""


class Tile(NamedTuple):
    """A finished small picture, its label, and whether it is to stand out."""

    label: str
    image: Image.Image
    odd: bool


class Bar(NamedTuple):
    """The bar of colours: its numbers run from −scale to +scale.

    colours: a picture of all of them, one pixel wide each, the middle one for zero. over: values
    beyond have the end colours. odd: some values are no numbers.
    """

    colours: Image.Image
    scale: float
    over: bool
    odd: bool


def compose(
    title: str,
    words: Sequence[str],
    tiles: Sequence[Tile],
    *,
    bar: Bar | None = None,
    strips: bool = False,
) -> Image.Image:
    """Lay tiles in a grid, or as strips below each other, under a title, lines and a bar."""
    places, across, down = _strips(tiles) if strips else _grid(tiles)
    width = max(WIDTH, across)
    lines = [(line, 22) for line in _wrapped(title, 22, width)]
    lines += [(line, 14) for text in words for line in _wrapped(text, 14, width)]
    bar_top = sum(_height(size) for _, size in lines) + 6
    head = bar_top + (46 if bar else 4)
    page = Image.new("RGB", (width + 2 * MARGIN, head + down + 2 * MARGIN), PAPER)
    draw = ImageDraw.Draw(page)
    pen = MARGIN
    for line, size in lines:
        draw.text((MARGIN, pen), line, INK, _font(size))
        pen += _height(size)
    if bar:
        _draw_bar(page, bar, MARGIN + bar_top)
    for tile, (x, y) in zip(tiles, places, strict=True):
        left, top = MARGIN + x, MARGIN + head + y
        across, down = tile.image.size
        page.paste(tile.image, (left, top))
        for rim in range(2 if tile.odd else 1):
            box = (left - 1 - rim, top - 1 - rim, left + across + rim, top + down + rim)
            draw.rectangle(box, outline=ODD if tile.odd else FRAME)
        at, anchor = ((left - 8, top + down / 2), "rm") if strips else ((left, top - 4), "ls")
        draw.text(at, plain(tile.label), FAINT, _font(11), anchor=anchor)
    return page


def _grid(tiles: Sequence[Tile]) -> tuple[list[tuple[int, int]], int, int]:
    """Places of tiles in rows, and the grid's width and height."""
    wide = max(NARROW, *(tile.image.width for tile in tiles)) + GAP
    high = max(tile.image.height for tile in tiles) + GAP + LABEL
    columns = len(tiles)
    if columns * wide - GAP > WIDTH:  # not one row: a power of two, so that channels are found
        columns = min(columns, 2 ** round(log2(sqrt(columns * high / wide))))
    places = [
        (wide * (number % columns), LABEL + high * (number // columns))
        for number in range(len(tiles))
    ]
    return places, wide * columns - GAP, high * -(-len(tiles) // columns) - GAP


def _strips(tiles: Sequence[Tile]) -> tuple[list[tuple[int, int]], int, int]:
    """Places of tiles below each other, right of their labels, and the whole's size."""
    high = max(tile.image.height for tile in tiles) + 4
    places = [(NARROW, high * number) for number in range(len(tiles))]
    return places, NARROW + max(tile.image.width for tile in tiles), high * len(tiles)


def _draw_bar(page: Image.Image, bar: Bar, top: int) -> None:
    """Draw every colour one pixel wide, from −scale to +scale, with five numbers below."""
    draw = ImageDraw.Draw(page)
    half = bar.colours.width // 2
    left, right, bottom = MARGIN + 1, MARGIN + 1 + 2 * half, top + 14
    page.paste(bar.colours.resize((bar.colours.width, 14)), (left, top))
    draw.rectangle((left - 1, top - 1, right + 1, bottom), outline=FRAME)
    for part, anchor in ((-1.0, "la"), (-0.5, "ma"), (0.0, "ma"), (0.5, "ma"), (1.0, "ra")):
        x = left + half * (1 + part)
        draw.line((x, bottom, x, bottom + 4), fill=FAINT)
        text = f"{part * bar.scale:+g}" if part else "0"
        if abs(part) == 1 and bar.over:
            text = f"{text} and less" if part < 0 else f"{text} and more"
        draw.text((x, bottom + 6), text, INK, _font(12), anchor=anchor)
    if bar.odd:
        box = (right + 24, top - 1, right + 40, bottom)
        draw.rectangle(box, fill=ODD, outline=FRAME)
        draw.text((box[2] + 8, top + 7), "no finite number", INK, _font(12), anchor="lm")


def plain(text: str) -> str:
    """Write a text with the signs that Pillow's own font has; `?` where nothing comes near.

    >>> plain("96×55×55, entrée")
    '96x55x55, entree'
    """
    return "".join(_drawable(sign) for sign in text.translate(SIGNS))


def _drawable(sign: str) -> str:
    """A sign itself if the font has it, or the parts of it that the font has, or `?`."""
    parts = sign if sign in EXTRA else unicodedata.normalize("NFKD", sign)
    kept = [part for part in parts if part in EXTRA or (part.isascii() and part.isprintable())]
    return "".join(kept) or "?" * (not unicodedata.combining(sign))


def _wrapped(text: str, size: int, width: int) -> list[str]:
    """Break a line between words, so that each part fits; a word too long is broken itself."""
    font = _font(size)
    lines = [""]
    for word in plain(text).split():
        trial = f"{lines[-1]} {word}".strip()
        if font.getlength(trial) <= width:
            lines[-1] = trial
            continue
        lines.append("")
        for letter in word:
            if font.getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return [line for line in lines if line]


def _height(size: int) -> int:
    """Pixels from one line of text to the next."""
    return size * 3 // 2


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
