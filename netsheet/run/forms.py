"""The same values in other places: reshaped, turned, shuffled between channels and positions.

Requirements met here: the batch is left alone; what is turned is copied, so that values lie in
the order of their axes again, and a map can be read otherwise without a copy.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class Reshape(nn.Module):
    """The same values read as a map of other sizes."""

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self.sizes = tuple(sizes)

    def forward(self, x: Tensor) -> Tensor:
        """The batch stays."""
        return x.reshape(len(x), *self.sizes)

    def extra_repr(self) -> str:
        """The sizes."""
        return "×".join(map(str, self.sizes))


class Permute(nn.Module):
    """The axes in another order; `order` counts the channels as 0."""

    def __init__(self, order: Sequence[int]) -> None:
        super().__init__()
        self.order = tuple(order)

    def forward(self, x: Tensor) -> Tensor:
        """A copy, in the order of the new axes."""
        turned = x.permute(0, *(1 + place for place in self.order))
        return turned.clone(memory_format=torch.contiguous_format)

    def extra_repr(self) -> str:
        """The order."""
        return f"{self.order}"


class PixelShuffle(nn.Module):
    """`nn.PixelShuffle` for any number of axes: f·f channels become patches of f×f."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Channels are cut into a factor for each axis, which is brought behind its axis."""
        batch, channels, *size = x.shape
        rank = len(size)
        out = channels // self.factor**rank
        cut = x.view(batch, out, *(self.factor,) * rank, *size)
        order = [place for axis in range(rank) for place in (2 + rank + axis, 2 + axis)]
        turned = cut.permute(0, 1, *order).clone(memory_format=torch.contiguous_format)
        return turned.view(batch, out, *(self.factor * n for n in size))

    def extra_repr(self) -> str:
        """The factor."""
        return f"{self.factor}"


class PixelUnshuffle(nn.Module):
    """`nn.PixelUnshuffle` for any number of axes: patches of f×f become f·f channels."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Each axis is cut into patches, whose places are brought to the channels."""
        batch, channels, *size = x.shape
        rank = len(size)
        cut = x.reshape(
            batch, channels, *(s for n in size for s in (n // self.factor, self.factor))
        )
        inside = [3 + 2 * axis for axis in range(rank)]
        outside = [2 + 2 * axis for axis in range(rank)]
        turned = cut.permute(0, 1, *inside, *outside).clone(memory_format=torch.contiguous_format)
        return turned.view(batch, channels * self.factor**rank, *(n // self.factor for n in size))

    def extra_repr(self) -> str:
        """The factor."""
        return f"{self.factor}"
