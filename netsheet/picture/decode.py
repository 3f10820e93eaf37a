"""A picture's file brought to 8-bit grey or colour: what networks are fed.

Requirements met here: every change made to a picture is told in plain words; what can't be used is
refused (see `netsheet.picture.opening`).

Colour profiles are not applied, as in the pipelines with which published weights were trained.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from netsheet.picture.opening import DEEP, LIMIT_PIXELS, Header, unpack

GREY = frozenset({"1", "L", "LA", "I;16"})

STEP = {2: 255 // 3, 4: 255 // 15}
"""By how much a grey of so few bits is spread over 0 to 255."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture, upright: `image` is grey ("L") or colour ("RGB"), 8 bits a channel.

    size: as stored in the file, (width, height). kind: how the file stores its pixels, in words.
    orientation: the file's EXIF tag, 1 where there is none. steps: what was done, in order.
    """

    path: Path
    image: Image.Image
    format: str
    size: tuple[int, int]
    kind: str
    orientation: int
    steps: tuple[str, ...]


def decode(path: str | Path, *, limit_pixels: int = LIMIT_PIXELS) -> Picture:
    """Read a JPEG, PNG, WebP or BMP, set it upright, and bring it to 8-bit grey or RGB.

    Transparency is laid on white; of 16-bit channels the upper 8 bits are used; of several
    frames the first is taken. PictureError tells of a file that is missing, no picture, of another
    format, damaged, or of more than `limit_pixels` pixels, which is seen before it is unpacked.
    """
    unpacked, (image, converted) = unpack(path, limit_pixels, _convert)
    header, frames = unpacked.header, unpacked.frames
    steps = (
        header.words,
        *([f"first of {frames:,} frames taken"] * (frames > 1)),
        *([f"upper 8 of {header.depth} bits used"] * header.deep),
        *converted,
        *unpacked.turned,
    )
    return Picture(
        header.path,
        unpacked.upright(image),
        header.form.name,
        header.size,
        header.kind,
        unpacked.orientation,
        steps,
    )


def _convert(image: Image.Image, _: BinaryIO, header: Header) -> tuple[Image.Image, list[str]]:
    """Bring a loaded picture to 8-bit grey or RGB, and say what that took."""
    target = "L" if image.mode in GREY else "RGB"
    clear = image.info.get("transparency")  # a colour that isn't drawn, in the file's own bits
    if image.mode == "I;16":
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if isinstance(clear, int) and image.mode == "L":
        image.info["transparency"] = (
            clear >> 8 if header.depth == DEEP else clear * STEP.get(header.depth, 1)
        )
    elif isinstance(clear, tuple) and header.depth == DEEP:
        image.info["transparency"] = tuple(part >> 8 for part in clear)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        opacity = layer.getchannel("A")
        white = Image.new("RGB", image.size, "white")
        white.paste(layer, mask=opacity)
        if opacity.getextrema() == (255, 255):
            return white.convert(target), ["transparency left out: every pixel is opaque"]
        return white.convert(target), ["transparency laid on white"]
    if image.mode == "CMYK":
        return image.convert(target), ["CMYK inks turned to RGB without a colour profile"]
    return image.convert(target), []
