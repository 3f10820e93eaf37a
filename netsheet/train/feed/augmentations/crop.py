"""A part of the picture, of some size and shape, resized to the network's input.

Szegedy et al. 2014 (arXiv:1409.4842, section 6) go down to 8 % of the area, for a million pictures.
"""

from math import log

import torch
from torch import Tensor

from netsheet.core.shape import Shape
from netsheet.train.feed.augmentation import Augmentation
from netsheet.train.feed.chance import Draw
from netsheet.train.feed.warp import through, windows

STRETCH = 4 / 3
"""Most that the proportions change. Source: as above, section 6."""


def apply(x: Tensor, draw: Draw, shape: Shape, amount: float) -> Tensor:
    """Take a part by chance: area from `amount` to 1, proportions from 3:4 to 4:3, any place."""
    area, stretch, right, below = draw.uniform("crop", 4).unbind(1)
    side = (amount + (1 - amount) * area).sqrt()
    factor = torch.exp((2 * stretch - 1) * log(STRETCH) / 2)
    across, down = (side * factor).clamp(max=1), (side / factor).clamp(max=1)
    x_at, y_at = (1 - across) * (2 * right - 1), (1 - down) * (2 * below - 1)
    return through(x, windows(across, down, x_at, y_at), shape)


AUGMENTATION = Augmentation(
    "crop", "a part of {amount:.0%} to 100% of the area, resized", apply, 0.35
)
