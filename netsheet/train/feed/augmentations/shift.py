"""Moving a picture by some pixels, zeros coming in.

He et al. 2015 (arXiv:1512.03385, section 4.2) move CIFAR's pictures by an eighth of the side, 4 of
32 pixels; pictures that are centred, such as MNIST's and Fashion-MNIST's, want less.
"""

import torch
from torch import Tensor
from torch.nn import functional

from netsheet.core.shape import Shape
from netsheet.train.feed.augmentation import Augmentation
from netsheet.train.feed.chance import Draw


def apply(x: Tensor, draw: Draw, shape: Shape, amount: float) -> Tensor:  # noqa: ARG001 any size will do
    """Move each picture by whole pixels, up to that part of the side either way, at least one."""
    height, width = x.shape[2:]
    most = [max(1, round(amount * size)) for size in (height, width)]
    padded = functional.pad(x, (most[1], most[1], most[0], most[0]))
    windows = padded.unfold(2, height, 1).unfold(3, width, 1)
    down, right = (
        (numbers * (2 * far + 1)).long().to(x.device)
        for numbers, far in zip(draw.uniform("shift", 2).unbind(1), most, strict=True)
    )
    return windows[torch.arange(len(x), device=x.device), :, down, right]


MEANING = "moved by up to {amount:.0%} of the side either way, zeros coming in"
AUGMENTATION = Augmentation("shift", MEANING, apply, 0.07, 0.5)
