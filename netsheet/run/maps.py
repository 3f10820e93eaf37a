"""Contact sheets: what a row of a network computed, drawn map by map in signed colours.

Requirements met here: one stated scale for a whole sheet, from −scale to +scale; nothing is left
out, averaged or drawn in an end colour without the heading saying so; each map carries its channel,
counted from 0 as in the tensor; NaN and infinities stand out; a file is written whole or not at
all.
"""

import io
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor
from torch.nn import functional

from netsheet.core.errors import UnsupportedError
from netsheet.core.files import write_whole
from netsheet.picture.page import Bar, Tile, compose
from netsheet.run.colours import TABLE, fitting_scale, paint

LIMIT = 64
"""Most maps on a sheet unless told otherwise; of a vector, the most rows of `ROW` values."""

BEYOND = 0.001
"""Largest part of the values that a scale may leave outside unless told otherwise."""

ROW = 64
"""Values in a row of a vector."""

SMALL, LARGE = 96, 256
"""Pixels: smaller maps are enlarged to the first at least, larger ones averaged to the second."""

SHORT, LONG, HIGH = 768, 1024, 12
"""Pixels: the same for the length of a strip, and a strip's height."""

AXES = {1: "C", 2: "C×L", 3: "C×H×W", 4: "C×D×H×W"}


class Facts(NamedTuple):
    """Figures of all values, drawn or not; least, greatest and mean are of the finite ones.

    zeros, nan, infinite: how many values. dead: how many maps are zero everywhere.
    """

    shape: tuple[int, ...]
    values: int
    least: float
    greatest: float
    mean: float
    zeros: int
    dead: int
    nan: int
    infinite: int


@dataclass(frozen=True, slots=True, eq=False)
class ContactSheet:
    """A drawn sheet: the picture, its figures, and its heading's lines in words.

    scale: the value of the last colour on either side. outside: how many finite values lie beyond.
    shown: how many channels are drawn.
    """

    image: Image.Image
    name: str
    facts: Facts
    scale: float
    outside: int
    shown: int
    lines: tuple[str, ...]


def measure(maps: Tensor) -> Facts:
    """Figures of maps C, C×L, C×H×W or C×D×H×W of any numbers; the batch is to be left off."""
    values = maps.detach().cpu().double()
    finite = values[values.isfinite()]
    empty = not finite.numel()
    return Facts(
        shape=tuple(values.shape),
        values=values.numel(),
        least=float("nan") if empty else float(finite.min()) + 0.0,  # no −0
        greatest=float("nan") if empty else float(finite.max()) + 0.0,
        mean=float("nan") if empty else float(finite.mean()),
        zeros=int((values == 0).sum()),
        dead=int((values.flatten(1) == 0).all(1).sum()) if values.ndim > 1 else 0,
        nan=int(values.isnan().sum()),
        infinite=int(values.isinf().sum()),
    )


def draw(
    maps: Tensor,
    *,
    name: str,
    words: str,
    limit: int = LIMIT,
    scale: float | None = None,
    beyond: float = BEYOND,
) -> ContactSheet:
    """Draw the maps of row `name`, a layer in `words`: C, C×L, C×H×W or C×D×H×W, without batch.

    The first `limit` maps are drawn; a vector in rows of `ROW` values, maps with one axis as
    strips, of volumes the middle slice. The scale is given, to compare sheets, or the smallest of
    two digits that leaves at most the part `beyond` of all values outside; 0 leaves none.
    UnsupportedError: no values, complex ones, more than four axes; a senseless limit, scale or
    part.
    """
    _check(maps, limit, scale, beyond)
    values = maps.detach().cpu().double()
    facts = measure(values)
    scale = fitting_scale(values, beyond) if scale is None else float(scale)
    outside = int(((values.abs() > scale) & values.isfinite()).sum())
    flat = facts.values == facts.shape[0]
    strips = flat or len(facts.shape) == 2  # noqa: PLR2004 C×L
    tiles, shown, notes = (_vector if flat else _maps)(values, limit, scale)
    lines = (*_figures(facts, words), *notes, *_warnings(facts, scale, outside))
    colours = Image.fromarray(TABLE[None].numpy())
    bar = Bar(colours, scale, over=bool(outside), odd=bool(facts.nan + facts.infinite))
    image = compose(name, lines, tiles, bar=bar, strips=strips)
    return ContactSheet(image, name, facts, scale, outside, shown, lines)


def _check(maps: Tensor, limit: int, scale: float | None, beyond: float) -> None:
    """Refuse what can't be drawn."""
    if maps.ndim not in AXES or not maps.numel() or maps.is_complex():
        sizes = "×".join(str(size) for size in maps.shape) or "no axis"
        complex_ = ", complex" * maps.is_complex()
        what = f"maps of {sizes}{complex_} can't be drawn\n  C, C×L, C×H×W and C×D×H×W can"
        raise UnsupportedError(what)
    if limit < 1:
        raise UnsupportedError(f"{limit} maps can't be drawn\n  the limit is 1 or more")
    if scale is not None and not 0 < scale < float("inf"):
        raise UnsupportedError(f"a scale of {scale:g} can't be drawn\n  it is a number above 0")
    if not 0 <= beyond < 1:
        what = f"a part of {beyond:g} can't lie beyond the scale\n  it is 0 or more, and below 1"
        raise UnsupportedError(what)


def _vector(values: Tensor, limit: int, scale: float) -> tuple[list[Tile], int, list[str]]:
    """A vector folded into rows, each labelled by its first value's channel."""
    flat = values.flatten()[: limit * ROW]
    tiles = []
    for start in range(0, len(flat), ROW):
        row = flat[start : start + ROW]
        odd = not bool(row.isfinite().all())
        tiles.append(Tile(str(start), _enlarged(row[None], scale, HIGH, HIGH), odd=odd))
    note = f"{_part(len(flat), len(values), 'values')}, {min(ROW, len(flat))} in a row"
    return tiles, len(flat), [note]


def _maps(values: Tensor, limit: int, scale: float) -> tuple[list[Tile], int, list[str]]:
    """One tile a map: strips for C×L, the middle slice for C×D×H×W."""
    drawn = values[:limit]
    note = _part(len(drawn), len(values), "maps")
    dead = (drawn.flatten(1) == 0).all(1)
    odd = ~drawn.isfinite().flatten(1).all(1)
    if drawn.ndim == 4:  # noqa: PLR2004 C×D×H×W
        depth = drawn.shape[1]
        drawn = drawn[:, depth // 2]
        note += f" by their middle slice, {depth // 2} of 0 to {depth - 1} along D"
    strip = drawn.ndim == 2  # noqa: PLR2004 C×L
    if strip:
        drawn = drawn[:, None]
    longest = max(drawn.shape[1:])
    small, large = (SHORT, LONG) if strip else (SMALL, LARGE)
    several = ceil(longest / large)
    if several > 1:
        drawn = functional.avg_pool2d(drawn, (1 if strip else several, several), ceil_mode=True)
        count = f"{several}" if strip else f"{several}×{several}"
        note += f" · a pixel is the mean of {count} values"
    zoom = min(24, ceil(small / longest))
    if zoom > 1:
        note += (
            f" · a value is {zoom} pixels wide" if strip else f" · a value is {zoom}×{zoom} pixels"
        )
    tiles = [
        Tile(
            f"{channel} zero" if dead[channel] else str(channel),
            _enlarged(plane, scale, zoom, HIGH if strip else zoom),
            odd=bool(odd[channel]),
        )
        for channel, plane in enumerate(drawn)
    ]
    return tiles, len(tiles), [note]


def _enlarged(plane: Tensor, scale: float, across: int, down: int) -> Image.Image:
    """Paint an H×W map, each value as a block of pixels."""
    height, width = plane.shape
    image = Image.fromarray(paint(plane, scale).numpy())
    return image.resize((width * across, height * down), Image.Resampling.NEAREST)


def _part(shown: int, all_: int, things: str) -> str:
    """`first 64 of 96 maps drawn`, or that all are."""
    return (
        f"all {all_:,} {things} drawn"
        if shown == all_
        else f"first {shown:,} of {all_:,} {things} drawn"
    )


def _figures(facts: Facts, words: str) -> list[str]:
    """What was computed: the layer, its shape, and the figures of all values."""
    shape = "×".join(str(size) for size in facts.shape)
    zeros = f"zeros {facts.zeros:,} of {facts.values:,} ({facts.zeros / facts.values:.1%})"
    dead = f" · {facts.dead:,} of {facts.shape[0]:,} maps dead (zero everywhere)"
    figures = f"least {facts.least:.4g} · greatest {facts.greatest:.4g} · mean {facts.mean:.4g}"
    if facts.nan + facts.infinite == facts.values:
        figures = "no finite value"
    return [
        f"{words} · {AXES[len(facts.shape)]} = {shape}",
        f"{figures} · {zeros}" + dead * (facts.values > facts.shape[0]),
    ]


def _warnings(facts: Facts, scale: float, outside: int) -> list[str]:
    """What must not be overlooked: end colours that hide how far values go, and no numbers."""
    lines = []
    if outside:
        lines.append(
            f"{outside:,} of {facts.values:,} values lie beyond ±{scale:g} and have its end colours"
        )
    kinds = ((facts.nan, "NaN"), (facts.infinite, "infinite"))
    counts = [f"{count:,} {kind}" for count, kind in kinds if count]
    if counts:
        lines.append(f"{' and '.join(counts)} of {facts.values:,} values, in magenta")
    return lines


def write(sheet: ContactSheet, path: str | Path) -> None:
    """Write a sheet as PNG, whole or not at all; FileError where that can't be.

    Its folder is made, a file already there is replaced. The heading is kept as text in the PNG
    as well ("Title" and "Description"), for programs and for those who don't see it.
    """
    texts = PngInfo()
    texts.add_itxt("Title", sheet.name)
    texts.add_itxt("Description", "\n".join(sheet.lines))
    encoded = io.BytesIO()
    sheet.image.save(encoded, "PNG", pnginfo=texts, optimize=True)
    write_whole(path, encoded.getvalue())


def write_maps(
    maps: Tensor,
    path: str | Path,
    *,
    name: str,
    words: str,
    limit: int = LIMIT,
    scale: float | None = None,
    beyond: float = BEYOND,
) -> ContactSheet:
    """Draw maps as `draw` does, write the sheet as `write` does, and hand it back."""
    sheet = draw(maps, name=name, words=words, limit=limit, scale=scale, beyond=beyond)
    write(sheet, path)
    return sheet
