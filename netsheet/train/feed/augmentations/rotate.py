"""Turning a picture by a few degrees."""

from math import pi

import torch
from torch import Tensor

from netsheet.core.shape import Shape
from netsheet.train.feed.augmentation import Augmentation
from netsheet.train.feed.chance import Draw
from netsheet.train.feed.warp import through


def apply(x: Tensor, draw: Draw, shape: Shape, amount: float) -> Tensor:  # noqa: ARG001 the size stays
    """Turn each picture about its centre by up to `amount` degrees; the edge is repeated."""
    angle = (2 * draw.uniform("rotate", 1)[:, 0] - 1) * amount * pi / 180
    cosine, sine, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    ratio = x.shape[2] / x.shape[3]  # places go from −1 to 1 on both axes, whatever their lengths
    rows = [
        torch.stack([cosine, sine * ratio, zero], 1),
        torch.stack([-sine / ratio, cosine, zero], 1),
    ]
    return through(x, torch.stack(rows, 1), Shape.of(x.shape[1:]))


AUGMENTATION = Augmentation("rotate", "turned by up to {amount:g}° either way", apply, 15.0, 180.0)
