"""Painting over a square of the picture.

DeVries and Taylor 2017 (arXiv:1708.04552, section 4.1) take half of the side for CIFAR-10.
"""

import torch
from torch import Tensor

from netsheet.core.shape import Shape
from netsheet.train.feed.augmentation import Augmentation
from netsheet.train.feed.chance import Draw


def apply(x: Tensor, draw: Draw, shape: Shape, amount: float) -> Tensor:  # noqa: ARG001 any size will do
    """Paint a square of each picture with the picture's mean; its centre is anywhere."""
    inside = None
    for axis, centre in zip((2, 3), draw.uniform("erase", 2).unbind(1), strict=True):
        size = x.shape[axis]
        reach = amount * size / 2
        distance = (torch.arange(size) + 0.5)[None] - centre[:, None] * size
        line = (distance.abs() < reach).view(len(x), 1, *((size, 1) if axis == 2 else (1, size)))  # noqa: PLR2004 height
        inside = line if inside is None else inside & line
    assert inside is not None  # noqa: S101 there are two axes
    mean = x.float().mean((1, 2, 3), keepdim=True).to(x.dtype)
    return torch.where(inside.to(x.device), mean, x)


AUGMENTATION = Augmentation(
    "erase", "a square of {amount:.0%} of the side painted over", apply, 0.5
)
