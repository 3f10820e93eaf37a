"""Pictures written, by the suffix of their path: whole or not at all.

Requirements met here: 16 bits, transparency and the colour profile are kept where the format has a
place for them, and where it has none that is told; a suffix that stands for no format is refused
before anything is computed.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netsheet.core.errors import ChoiceError
from netsheet.core.files import write_whole
from netsheet.picture.deep import encode as encode_deep

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WebP", ".bmp": "BMP"}
"""What is written, by suffix."""

OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {"compress_level": 4},
    "JPEG": {"quality": 95, "subsampling": 0},
    "WebP": {"quality": 95},
    "BMP": {},
}
"""How: lossless formats quickly, the others with little lost."""

CLEAR = frozenset({"PNG", "WebP"})
"""Formats that hold transparency."""


def format_of(path: str | Path) -> str:
    """The format that a path's suffix stands for; ChoiceError where it stands for none."""
    found = FORMATS.get(Path(path).suffix.casefold())
    if found is None:
        raise ChoiceError(
            f'"{path}" ends in no format of pictures that can be written; there are '
            f"{', '.join(FORMATS)}"
        )
    return found


def write_pixels(path: str | Path, values: NDArray[Any], profile: bytes = b"") -> tuple[str, ...]:
    """Write a picture, and tell what its format has no place for.

    values: H×W×C, uint8 or uint16, with C as in `netsheet.picture.pixels.Pixels`. ChoiceError for a
    suffix that stands for no format, FileError where nothing can be written.
    """
    form = format_of(path)
    told = []
    if form == "PNG" and values.dtype == np.uint16:
        write_whole(path, encode_deep(values, profile))
        return ()
    if values.dtype == np.uint16:
        values = (values >> 8).astype(np.uint8)
        told.append(f"upper 8 of 16 bits kept: a {form} holds no more")
    if values.shape[-1] in {2, 4} and form not in CLEAR:
        values = _on_white(values)
        told.append(f"transparency laid on white: a {form} holds none")
    image = Image.fromarray(values[..., 0] if values.shape[-1] == 1 else values)
    encoded = io.BytesIO()
    image.save(encoded, form, icc_profile=profile or None, **OPTIONS[form])
    write_whole(path, encoded.getvalue())
    return tuple(told)


def _on_white(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture without transparency, as it looks on white paper."""
    image = Image.fromarray(values)
    white = Image.new("RGB", image.size, "white")
    white.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return np.asarray(white) if values.shape[-1] == 4 else np.asarray(white.convert("L"))[..., None]  # noqa: PLR2004 RGB and alpha
