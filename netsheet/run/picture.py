"""Pictures: a file decoded with suspicion, and made into what a network reads.

Requirements met here: only listed formats are opened, whatever a file is called; a picture's size
is looked at before its pixels are unpacked; every change made to it is told in plain words; a file
that can't be used is refused with `PictureError`, whichever way it is broken.

Sizes in these words are width × height, as for every picture; shapes are C×H×W, as for every map.
Colour profiles are not applied, as in the pipelines with which published weights were trained.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

import numpy as np
import torch
from PIL import Image

from netsheet.core.errors import PictureError
from netsheet.run.formats import Format, bits, find_format

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

GREY = frozenset({"1", "L", "LA", "I;16"})

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
"""Bits of a channel of which the lower half is dropped."""

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


class Normal(NamedTuple):
    """Normalising: each channel (0 to 1) loses its mean, then is divided by its deviation."""

    name: str
    mean: tuple[float, ...]
    deviation: tuple[float, ...]


IMAGENET = Normal("ImageNet", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""What most published weights for photographs expect. Source: torchvision, "Models" page."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What a network reads: `tensor`, 1×C×H×W float32, with the picture's batch of one in front.

    image: the same before scaling, for people to look at. steps: all that was done, in order.
    """

    tensor: torch.Tensor
    image: Image.Image
    steps: tuple[str, ...]


def decode(path: str | Path, *, limit_pixels: int = LIMIT_PIXELS) -> Picture:
    """Read a JPEG, PNG, WebP or BMP, set it upright, and bring it to 8-bit grey or RGB.

    Transparency is laid on white; of 16-bit channels the upper 8 bits are used; of several
    frames the first is taken. PictureError tells of a file that is missing, no picture, of another
    format, damaged, or of more than `limit_pixels` pixels, which is seen before it is unpacked.
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
            return _read(file, path, limit_pixels)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise PictureError(f"{path} can't be read\n  {why}", path=path) from error


def _read(file: BinaryIO, path: Path, limit_pixels: int) -> Picture:
    form = find_format(file, path)
    depth = bits(file, form)
    try:
        stored = form.open(file)
    except Exception as error:  # the file's own bytes are at work: a hostile one raises anything
        raise _damaged(path, form, "header") from error
    mode, (width, height) = stored.mode, stored.size
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
        image, converted = _convert(stored, depth)
    except Exception as error:  # as above
        raise _damaged(path, form, "pixels") from error
    kind = KINDS.get(mode, mode)
    deep = depth == DEEP
    stated = f"{depth}-bit {kind}" if deep else kind
    orientation, turned = _orientation(stored)
    if orientation in TURNS:
        image = image.transpose(TURNS[orientation][0])
    steps = (
        f"{form.name}, {width}×{height} pixels (width×height), {stated}",
        *([f"first of {frames:,} frames taken"] * (frames > 1)),
        *([f"upper 8 of {depth} bits used"] * deep),
        *converted,
        *turned,
    )
    return Picture(path, image, form.name, (width, height), kind, orientation, steps)


def _damaged(path: Path, form: Format, part: str) -> PictureError:
    hint = ", or there are no pixels" if part == "header" else ""
    return PictureError(
        f"{path} is cut short or damaged\n"
        f"  it begins as a {form.name}, but its {part} can't be read{hint}\n"
        "  fetch or copy it again",
        path=path,
    )


def _convert(image: Image.Image, depth: int) -> tuple[Image.Image, list[str]]:
    """Bring a loaded picture to 8-bit grey or RGB, and say what that took."""
    target = "L" if image.mode in GREY else "RGB"
    clear = image.info.get("transparency")  # a colour that isn't drawn, in the file's own bits
    if image.mode == "I;16":
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if isinstance(clear, int) and image.mode == "L":
        image.info["transparency"] = clear >> 8 if depth == DEEP else clear * STEP.get(depth, 1)
    elif isinstance(clear, tuple) and depth == DEEP:
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


def usual(channels: int) -> Normal | None:
    """What pictures of so many channels are usually normalised by: colour by ImageNet's figures."""
    return IMAGENET if channels == len(IMAGENET.mean) else None


def prepare(
    picture: Picture,
    shape: Sequence[int],
    *,
    crop: float = 1.0,
    normal: Normal | Literal["usual"] | None = "usual",
) -> Prepared:
    """Make a network's input of shape C×H×W from a picture, C being 3 (colour) or 1 (grey).

    The largest centred part with the proportions H:W (to whole pixels of the picture) is resized
    to H×W, as if the picture were resized until it just covers H×W and its centre cropped. `crop`
    takes that part smaller: 0.875 is the rule "resize to 256, crop 224" of many published figures.
    Resizing is bilinear and, where it reduces, averages all it covers. Values go from 0 to 1, and
    are normalised as `usual` says, by a `Normal` of one's own, or (None) not at all.
    PictureError tells of a shape that a picture can't have.
    """
    channels, height, width = _checked(picture, shape)
    if not 0 < crop <= 1:
        what = (
            f"a crop of {crop:g} can't be taken\n  it is a part of the picture: above 0, at most 1"
        )
        raise PictureError(what, path=picture.path)
    used = usual(channels) if normal == "usual" else normal
    if used is not None and not channels == len(used.mean) == len(used.deviation):
        what = (
            f"{channels}-channel pictures can't be normalised by {used.name}'s figures\n"
            f"  there are {len(used.mean)} means and {len(used.deviation)} deviations"
        )
        raise PictureError(what, path=picture.path)
    image, steps = _fit(picture.image, width, height, crop)
    if channels == 1 and image.mode != "L":
        image = image.convert("L")  # luma, ITU-R BT.601
        steps.append("colour turned to grey: 0.299 red + 0.587 green + 0.114 blue")
    elif channels != 1 and image.mode == "L":
        image = image.convert("RGB")
        steps.append("grey repeated in 3 channels")
    pixels = torch.from_numpy(np.array(image, dtype=np.float32).reshape(height, width, channels))
    tensor = (pixels / 255).permute(2, 0, 1)
    steps.append("0…255 scaled to 0…1")
    if used is not None:
        mean, deviation = torch.tensor((used.mean, used.deviation))[..., None, None]
        tensor = (tensor - mean) / deviation
        less, by = (", ".join(f"{x:g}" for x in part) for part in (used.mean, used.deviation))
        steps.append(f"normalised as for {used.name}: less {less}, then divided by {by}")
    return Prepared(tensor[None].contiguous(), image, (*picture.steps, *steps))


def _checked(picture: Picture, shape: Sequence[int]) -> tuple[int, int, int]:
    """C, H and W of a shape that a picture can have."""
    text = "×".join(str(int(size)) for size in shape)
    if len(shape) != 3 or shape[0] not in {1, 3}:  # noqa: PLR2004 C, H and W
        what = (
            f"a picture can't be made into the network's input, {text}\n"
            "  a picture gives C×H×W with C = 3 (colour) or C = 1 (grey)\n"
            "  give the network such an input, for example 3×224×224"
        )
        raise PictureError(what, path=picture.path)
    channels, height, width = (int(size) for size in shape)
    if not 1 <= height * width <= LIMIT_PIXELS:
        what = (
            f"a picture can't be made into the network's input, {text}\n"
            f"  that is {height * width:,} pixels, and 1 to {LIMIT_PIXELS:,} are made"
        )
        raise PictureError(what, path=picture.path)
    return channels, height, width


def _fit(image: Image.Image, width: int, height: int, crop: float) -> tuple[Image.Image, list[str]]:
    """Take the largest centred part of the proportions asked for, times `crop`, and resize it."""
    across, down = image.size
    scale = crop * min(across / width, down / height)
    wide = min(across, max(1, round(width * scale)))
    high = min(down, max(1, round(height * scale)))
    left, top = (across - wide) // 2, (down - high) // 2
    steps = []
    if (wide, high) != image.size:
        steps.append(f"centre {wide}×{high} taken, from column {left} and row {top}")
    if (wide, high) != (width, height):
        steps.append(f"resized {wide}×{high} → {width}×{height} (bilinear)")
    box = (left, top, left + wide, top + high)
    return image.resize((width, height), Image.Resampling.BILINEAR, box=box), steps
