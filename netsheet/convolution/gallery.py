"""All filters on one picture, side by side.

Requirements met here: each tile says which filter it shows and how values below 0 are made visible;
a large picture is made smaller before it is filtered, and not after, when little would be seen of a
filter of 3×3 pixels, and that is told.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from netsheet.convolution.filters import filters
from netsheet.convolution.kernel import find_kernel
from netsheet.convolution.picture import apply
from netsheet.core.files import write_whole
from netsheet.picture.decode import decode
from netsheet.picture.page import Tile, compose

SIDE = 300
"""Pixels of the longer side of a tile."""

SIGNS = {"clip": "", "middle": ", 0 is mid-grey", "absolute": ", sign left off"}


def gallery(picture: str | Path, kernels: Sequence[str] = ()) -> Image.Image:
    """A picture filtered by each kernel, or by all that have a name, on one page.

    PictureError and RuleError as they come: a picture may be too small for a kernel.
    """
    decoded = decode(picture)
    image, wide = decoded.image, decoded.image.width
    scale = min(1.0, SIDE / max(image.size))
    words = [f"{Path(picture).name}, {image.width}×{image.height} pixels (width by height)"]
    if scale < 1:
        size = (max(1, round(wide * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)
        words.append(f"made smaller before it was filtered, to {size[0]}×{size[1]}")
    values = np.asarray(image.convert("RGB"))
    tiles = []
    for name in kernels or filters():
        kernel = find_kernel(name)
        made = apply(values, kernel).values
        label = f"{kernel.name}{SIGNS[kernel.show]}"
        tiles.append(Tile(label, Image.fromarray(made), odd=False))
    return compose("Filters", words, tiles)


def write_gallery(picture: str | Path, out: str | Path, kernels: Sequence[str] = ()) -> None:
    """Write the page of `gallery` as a PNG, whole or not at all."""
    page = gallery(picture, kernels)
    encoded = io.BytesIO()
    page.save(encoded, "PNG", optimize=True)
    write_whole(out, encoded.getvalue())
