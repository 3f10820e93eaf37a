"""A picture's numbers as its file holds them: 8 or 16 bits, with transparency, set upright.

Requirements met here: nothing is reduced, laid on white or converted where the numbers can be kept,
and where they can't it is told; files are opened with the same suspicion as everywhere (see
`netsheet.picture.opening`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netsheet.picture.deep import halves, join
from netsheet.picture.opening import LIMIT_PIXELS, Header, unpack

COLOURS = {1: 1, 2: 1, 3: 3, 4: 3}
"""How many of so many channels are colours; the one left, if any, is alpha."""

PLAIN = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA"}
"""Modes that hold the file's own numbers, and the one in which they are taken."""

Values = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """A picture, upright: `values` is H×W×C, uint8 or uint16.

    C is 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha). profile: the file's ICC
    profile, which says what colours the numbers mean; empty where there is none. steps: what was
    done, in order.
    """

    path: Path
    values: Values
    profile: bytes
    steps: tuple[str, ...]

    @property
    def colours(self) -> Values:
        """Grey or RGB, H×W×1 or H×W×3."""
        return self.values[..., : COLOURS[self.values.shape[-1]]]

    @property
    def alpha(self) -> Values | None:
        """How opaque each pixel is, H×W×1, if the picture has such a channel."""
        first = COLOURS[self.values.shape[-1]]
        return self.values[..., first:] if first < self.values.shape[-1] else None


def read_pixels(path: str | Path, *, limit_pixels: int = LIMIT_PIXELS) -> Pixels:
    """Read a JPEG, PNG, WebP or BMP with all its bits and its transparency, and set it upright.

    Palettes are looked up, CMYK is turned to RGB, of several frames the first is taken.
    PictureError as for `netsheet.picture.decode.decode`.
    """
    unpacked, (images, told, profile) = unpack(path, limit_pixels, _convert)
    header, frames = unpacked.header, unpacked.frames
    turned = [unpacked.upright(image) for image in images]
    values = join(turned) if header.deep else _array(turned[0])
    if header.deep:
        values = _keyed(values, images[0].info.get("transparency"))
    steps = (
        header.words,
        *([f"first of {frames:,} frames taken"] * (frames > 1)),
        *told,
        *unpacked.turned,
    )
    return Pixels(header.path, values, profile, steps)


def _array(image: Image.Image) -> Values:
    """An image's numbers, H×W×C."""
    values = np.asarray(image)
    return values[..., None] if values.ndim == 2 else values  # noqa: PLR2004 grey has no third axis


def _convert(
    image: Image.Image, file: BinaryIO, header: Header
) -> tuple[list[Image.Image], list[str], bytes]:
    """The images that hold a loaded picture's numbers, what that took, and the profile."""
    profile = image.info.get("icc_profile") or b""
    clear = image.info.get("transparency")
    if header.deep:
        images = halves(image, file, header.form)
        images[0].info["transparency"] = clear
        return images, [], profile
    if image.mode in PLAIN and clear is None:
        return [image.convert(PLAIN[image.mode])], [], profile
    if image.mode == "CMYK":  # its profile is one of inks, and no longer fits
        return [image.convert("RGB")], ["CMYK inks turned to RGB without a colour profile"], b""
    if image.mode in {"1", "L"}:
        return [image.convert("LA")], [], profile
    return [image.convert("RGBA" if image.has_transparency_data else "RGB")], [], profile


def _keyed(values: NDArray[np.uint16], clear: Any) -> NDArray[np.uint16]:  # noqa: ANN401 as the file has it
    """16-bit values with the alpha that a colour which isn't drawn stands for."""
    if clear is None:
        return values
    alpha = np.where((values == np.asarray(clear)).all(-1, keepdims=True), 0, 65535)
    return np.concatenate([values, alpha.astype(np.uint16)], -1)
