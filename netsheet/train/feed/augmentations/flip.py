"""Mirroring left to right."""

import torch
from torch import Tensor

from netsheet.core.shape import Shape
from netsheet.train.feed.augmentation import Augmentation
from netsheet.train.feed.chance import Draw


def apply(x: Tensor, draw: Draw, shape: Shape, amount: float) -> Tensor:  # noqa: ARG001 any size will do
    """Mirror a part of the pictures, by chance."""
    mirrored = (draw.uniform("flip", 1) < amount).view(-1, *(1,) * (x.ndim - 1))
    return torch.where(mirrored.to(x.device), x.flip(-1), x)


AUGMENTATION = Augmentation(
    "flip", "{amount:.0%} of the pictures mirrored left to right", apply, 0.5
)
