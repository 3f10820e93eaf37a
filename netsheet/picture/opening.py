"""A picture's file opened with suspicion, and its pixels unpacked.

Requirements met here: only listed formats are opened, whatever a file is called; a picture's size
is looked at before its pixels are unpacked; a file that can't be used is refused with
`PictureError`, whichever way it is broken.

Sizes in these words are width × height, as for every picture.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from PIL import Image
from PIL.ImageFile import ImageFile

from netsheet.core.errors import PictureError
from netsheet.picture.formats import Format, bits, find_format

LIMIT_PIXELS = 100_000_000
"""Most pixels that a picture may have unless told otherwise: a gigabyte or two while decoding."""

KINDS = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey with transparency",
    "I;16": "grey",
    "P": "palette",
    "RGBA": "RGB with transparency",
}
"""How a file stores its pixels, by Pillow's name for it; other names say it themselves."""

TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT, "mirrored left to right"),
    3: (Image.Transpose.ROTATE_180, "turned upside down"),
    4: (Image.Transpose.FLIP_TOP_BOTTOM, "mirrored top to bottom"),
    5: (Image.Transpose.TRANSPOSE, "mirrored along the diagonal from the top left"),
    6: (Image.Transpose.ROTATE_270, "turned 90° clockwise"),
    7: (Image.Transpose.TRANSVERSE, "mirrored along the diagonal from the top right"),
    8: (Image.Transpose.ROTATE_90, "turned 90° anticlockwise"),
}
"""What sets a picture of each EXIF orientation upright. Source: Exif 2.32, tag 0x0112."""

ORIENTATION = 0x0112

DEEP = 16
"""Bits of a channel of a deep picture; every other is brought to 8."""

Made = TypeVar("Made")


class Header(NamedTuple):
    """What a file says of itself: format, bits of a channel, how its pixels are stored, its size.

    mode: Pillow's name for how pixels are stored. size: width and height as stored.
    """

    path: Path
    form: Format
    depth: int
    mode: str
    size: tuple[int, int]

    @property
    def kind(self) -> str:
        """How the file stores its pixels, in words."""
        return KINDS.get(self.mode, self.mode)

    @property
    def deep(self) -> bool:
        """Whether a channel has 16 bits."""
        return self.depth == DEEP

    @property
    def words(self) -> str:
        """`PNG, 8×6 pixels (width×height), 16-bit grey`."""
        width, height = self.size
        stated = f"{self.depth}-bit {self.kind}" if self.deep else self.kind
        return f"{self.form.name}, {width}×{height} pixels (width×height), {stated}"


class Unpacked(NamedTuple):
    """What came of a file, beside what was made of its pixels.

    orientation: the EXIF tag, 1 where there is none. turned: how that is followed, in words.
    """

    header: Header
    frames: int
    orientation: int
    turned: tuple[str, ...]

    def upright(self, image: Image.Image) -> Image.Image:
        """An image of the file's pixels as its EXIF orientation wants it."""
        if self.orientation not in TURNS:
            return image
        return image.transpose(TURNS[self.orientation][0])


def unpack(
    path: str | Path,
    limit_pixels: int,
    make: Callable[[ImageFile, BinaryIO, Header], Made],
) -> tuple[Unpacked, Made]:
    """Open a file, look at its size, and make something of its pixels.

    make: handed the opened and loaded image, its file and its header; whatever it raises is the
    file's fault. PictureError tells of a file that is missing, no picture, of another format,
    damaged, or of more than `limit_pixels` pixels, which is seen before it is unpacked.
    """
    path = Path(path)
    try:
        if not path.exists():
            raise PictureError(f"there is no file {path}\n  check its name and folder", path=path)
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is a device or a pipe"
            raise PictureError(f"{path} {what}, not a picture\n  name a picture's file", path=path)
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's asides; what matters is raised or in steps
            return _read(file, path, limit_pixels, make)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise PictureError(f"{path} can't be read\n  {why}", path=path) from error


def _read(
    file: BinaryIO,
    path: Path,
    limit_pixels: int,
    make: Callable[[ImageFile, BinaryIO, Header], Made],
) -> tuple[Unpacked, Made]:
    form = find_format(file, path)
    depth = bits(file, form)
    try:
        stored = form.open(file)
    except Exception as error:  # the file's own bytes are at work: a hostile one raises anything
        raise _damaged(path, form, "header") from error
    header = Header(path, form, depth, stored.mode, stored.size)
    width, height = stored.size
    if width * height > limit_pixels:
        raise PictureError(
            f"{path} is too large: {width:,}×{height:,} = {width * height:,} pixels\n"
            f"  at most {limit_pixels:,} are unpacked, for a small file can fill a large memory\n"
            "  make it smaller first; in Python, decode(…, limit_pixels=…) raises the limit",
            path=path,
        )
    try:
        stored.load()
        frames = int(getattr(stored, "n_frames", 1))
        made = make(stored, file, header)
    except Exception as error:  # as above
        raise _damaged(path, form, "pixels") from error
    orientation, turned = _orientation(stored)
    return Unpacked(header, frames, orientation, tuple(turned)), made


def _damaged(path: Path, form: Format, part: str) -> PictureError:
    hint = ", or there are no pixels" if part == "header" else ""
    return PictureError(
        f"{path} is cut short or damaged\n"
        f"  it begins as a {form.name}, but its {part} can't be read{hint}\n"
        "  fetch or copy it again",
        path=path,
    )


def _orientation(image: Image.Image) -> tuple[int, list[str]]:
    """Read the EXIF orientation, 1 where there is none, and tell how it is followed."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 EXIF is the file's own: a broken one can raise anything
        return 1, ["EXIF data can't be read: left as stored"]
    if value == 1:
        return 1, []
    if isinstance(value, int) and value in TURNS:
        return value, [f"EXIF orientation {value}: {TURNS[value][1]}"]
    return 1, ["EXIF orientation is none of 1 to 8: left as stored"]
