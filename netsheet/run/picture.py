"""A picture made into what a network reads.

Requirements met here: every change made to it is told in plain words, behind those of decoding
(see `netsheet.picture.decode`).

Sizes in these words are width × height, as for every picture; shapes are C×H×W, as for every map.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from PIL import Image

from netsheet.core.errors import PictureError
from netsheet.picture.decode import Picture, decode
from netsheet.picture.opening import LIMIT_PIXELS

__all__ = ["IMAGENET", "Normal", "Picture", "Prepared", "decode", "prepare", "usual"]


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
