"""Formats of pictures: which are read, told by a file's first bytes and not by its name.

Requirements met here: only listed formats are ever opened, as a stranger's file is not to choose
which decoder runs; a format that is often met and not read is called by its name.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from netsheet.core.errors import PictureError


class Format(NamedTuple):
    """A format that is read: its name, how its files begin, and what opens them."""

    name: str
    begins: bytes
    open: Callable[[BinaryIO], ImageFile]


FORMATS = (
    Format("JPEG", rb"\xff\xd8\xff", JpegImageFile),
    Format("PNG", rb"\x89PNG\r\n\x1a\n", PngImageFile),
    Format("WebP", rb"RIFF....WEBP", WebPImageFile),
    Format("BMP", rb"BM", BmpImageFile),
)
"""All that is read. TIFF is left out: it is a container for dozens of codecs."""

READABLE = "JPEG, PNG, WebP and BMP"

STRANGERS = {
    "a GIF": rb"GIF8",
    "a TIFF": rb"II\*\0|MM\0\*",
    "an AVIF": rb"....ftypavi",
    "an HEIC": rb"....ftyp(hei|hev|mif1|msf1)",
    "a JPEG 2000": rb"\0\0\0\x0cjP  ",
    "a JPEG XL": rb"\xff\x0a|\0\0\0\x0cJXL ",
    "a PDF": rb"%PDF",
    "an SVG": rb"\s*<(\?xml|svg)",
    "a web page": rb"(?i)\s*<(!doctype )?html",
    "a Git LFS pointer": rb"version https://git-lfs",
}
"""What is met where a picture is expected, and how it begins."""


def find_format(file: BinaryIO, path: Path) -> Format:
    """Tell an open file's format, leaving it at its start; PictureError where none is read."""
    beginning = file.read(64)
    file.seek(0)
    for form in FORMATS:
        if re.match(form.begins, beginning, re.DOTALL):
            return form
    what, advice = "is no picture", f"{READABLE} are read, and it begins like none of them"
    if not beginning:
        what, advice = "is empty", "fetch or copy it again"
    for stranger, begins in STRANGERS.items():
        if re.match(begins, beginning, re.DOTALL):
            what, advice = f"is {stranger}", f"{READABLE} are read: save it as one of these"
    raise PictureError(f"{path} {what}\n  {advice}", path=path)


def begins_as_picture(path: Path) -> bool:
    """Whether a file begins like a picture that is read; one that can't be opened doesn't."""
    try:
        with path.open("rb") as file:
            beginning = file.read(64)
    except OSError:
        return False
    return any(re.match(form.begins, beginning, re.DOTALL) for form in FORMATS)


def bits(file: BinaryIO, form: Format) -> int:
    """Bits of a channel as a PNG stores it: 1, 2, 4, 8 or 16; 8 for other formats.

    Source: PNG specification, third edition, section 11.2.1 (IHDR): the 25th byte of the file.
    """
    if form.name != "PNG":
        return 8
    file.seek(24)
    depth = file.read(1)
    file.seek(0)
    return int.from_bytes(depth)
