"""PNGs with 16 bits a channel: colours that Pillow brings to 8 bits, read and written whole.

Requirements met here: no bit is lost either way; the reader is Pillow's own, with its checks and
its bounds; the writer holds a strip of rows at a time beside the file it makes.
"""

import struct
import zlib
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netsheet.picture.formats import Format

HALVES = {"RGB;16B": ("RGB;16B", "RGB;16L"), "RGBA;16B": ("RGBA;16B", "RGBA;16L")}
"""How Pillow is told to take each channel's upper byte, and how its lower byte.

Of two bytes it keeps the more significant one. Told that they lie the other way round, it keeps
the other one.
"""

PAIRS = ("LA;16B", "RGBA")
"""Grey and alpha are four bytes a pixel, and are taken as if each were a channel."""

COLOUR_TYPE = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's number for grey, grey and alpha, RGB, RGB and alpha."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"

STRIP_BYTES = 1 << 22
"""Bytes of rows that are filtered and compressed at a time."""


def halves(image: Image.Image, file: BinaryIO, form: Format) -> list[Image.Image]:
    """A 16-bit PNG's pixels as images that are not yet put together; see `join`.

    image: the same, opened and loaded, which is all there is to grey. The file is read again.
    """
    if image.mode == "I;16":
        return [image]
    file.seek(0)
    raw = form.open(file).tile[0].args
    if raw == PAIRS[0]:
        return [_taken(file, form, PAIRS[1])]
    return [_taken(file, form, each) for each in HALVES[str(raw)]]


def _taken(file: BinaryIO, form: Format, raw: str) -> Image.Image:
    """The file's pixels, its bytes taken in this way."""
    file.seek(0)
    opened = form.open(file)
    opened.tile = [opened.tile[0]._replace(args=raw)]
    opened.load()
    return opened


def join(images: list[Image.Image]) -> NDArray[np.uint16]:
    """The pixels of `halves`, H×W×C."""
    first = np.asarray(images[0])
    if first.dtype == np.uint16:
        return first[..., None]
    if len(images) == 1:  # upper and lower byte of grey, then of alpha
        upper, lower = first[..., 0::2], first[..., 1::2]
    else:
        upper, lower = first, np.asarray(images[1])
    joined: NDArray[np.uint16] = upper.astype(np.uint16)
    joined <<= 8
    joined |= lower
    return joined


def encode(values: NDArray[np.uint16], profile: bytes = b"") -> bytes:
    """A PNG of 16 bits a channel; values: H×W×C with C from 1 to 4.

    Source: PNG specification, third edition, sections 5.3 (chunks), 9.2 (filter type 1, Sub) and
    11.3.2.3 (iCCP).
    """
    height, width, channels = values.shape
    header = struct.pack(">IIBBBBB", width, height, 16, COLOUR_TYPE[channels], 0, 0, 0)
    parts = [SIGNATURE, _chunk(b"IHDR", header)]
    if profile:
        parts.append(_chunk(b"iCCP", b"profile\0\0" + zlib.compress(profile)))
    packer = zlib.compressobj(6)
    step = 2 * channels
    rows = max(1, STRIP_BYTES // (width * step))
    for top in range(0, height, rows):
        raw = values[top : top + rows].astype(">u2").view(np.uint8).reshape(-1, width * step)
        lines = np.empty((len(raw), width * step + 1), np.uint8)
        lines[:, 0] = 1
        lines[:, 1 : 1 + step] = raw[:, :step]
        np.subtract(raw[:, step:], raw[:, :-step], out=lines[:, 1 + step :])
        parts.append(_chunk(b"IDAT", packer.compress(lines.tobytes())))
    parts += [_chunk(b"IDAT", packer.flush()), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
