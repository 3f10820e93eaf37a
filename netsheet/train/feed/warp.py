"""Pictures seen through a window that is moved, scaled or turned."""

import torch
from torch import Tensor
from torch.nn import functional

from netsheet.core.shape import Shape


def through(x: Tensor, windows: Tensor, shape: Shape) -> Tensor:
    """Each picture through its window, N×2×3, made H×W of `shape`; bilinear, the edge repeated.

    A window maps places of the output, from −1 to 1 on both axes, to places of the picture, x
    first: the identity is [[1, 0, 0], [0, 1, 0]].
    """
    size = [len(x), x.shape[1], *shape.size]
    grid = functional.affine_grid(windows.to(x.device), size, align_corners=False)
    return functional.grid_sample(
        x.float(), grid, mode="bilinear", padding_mode="border", align_corners=False
    )


def windows(across: Tensor, down: Tensor, right: Tensor, below: Tensor) -> Tensor:
    """Upright windows: parts of width and height, and where their centres are; N×2×3."""
    zero = torch.zeros_like(across)
    rows = [torch.stack([across, zero, right], 1), torch.stack([zero, down, below], 1)]
    return torch.stack(rows, 1)
