"""Convolutions that are handed their filters."""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from netsheet.layers.axis import Pads, uneven
from netsheet.run.sliding import Sizes, flat

CONVOLVE: dict[int, Any] = {
    1: functional.conv1d,
    2: functional.conv2d,
    3: functional.conv3d,
}


class DynamicConv(nn.Module):
    """A convolution of each sample with its own filters, or of all with the same."""

    def __init__(
        self,
        *,
        stride: Sizes,
        padding: Pads,
        dilation: Sizes,
        groups: int,
    ) -> None:
        super().__init__()
        self.stride, self.padding = stride, padding
        self.dilation, self.groups = dilation, groups

    def forward(self, x: Tensor, filters: Tensor) -> Tensor:
        """The samples side by side as groups of channels, as their filters are."""
        rank = x.ndim - 2
        padding: Sizes = tuple(before for before, _ in self.padding)
        if uneven(self.padding):
            x, padding = functional.pad(x, flat(self.padding)), (0,) * rank
        batch = len(filters)
        beside = x.reshape(len(x) // batch, batch * x.shape[1], *x.shape[2:])
        y: Tensor = CONVOLVE[rank](
            beside,
            filters.flatten(0, 1),
            None,
            self.stride,
            padding,
            self.dilation,
            batch * self.groups,
        )
        return y.reshape(len(x), -1, *y.shape[2:])

    def extra_repr(self) -> str:
        """Window and groups."""
        return f"stride={self.stride}, padding={self.padding}, groups={self.groups}"
