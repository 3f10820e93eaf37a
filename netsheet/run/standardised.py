"""Convolutions whose filters are standardised each time they are used."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from netsheet.layers.axis import Pads, uneven
from netsheet.run.sliding import Sizes, flat


class Standardised(nn.Module):
    """Comes before a torch convolution among a class's bases, and standardises its filters.

    border: padding that torch's own can't lay; empty where it can.
    """

    gain: nn.Parameter | None
    border: Pads = ()
    scale = 1.0
    epsilon = 1e-6

    def set_up(self, *, gain: bool, scale: float, epsilon: float) -> None:
        """Say how filters are standardised, and lay out the gain if there is one."""
        own: Any = self
        self.scale, self.epsilon = scale, epsilon
        shape = (own.out_channels, *(1,) * (own.weight.ndim - 1))
        self.gain = nn.Parameter(torch.empty(shape)) if gain else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Filters as torch's own, each gain 1."""
        own: Any = super()
        own.reset_parameters()
        self.reset_others()

    def reset_others(self) -> None:
        """What is neither filters nor biases: each gain at 1."""
        gain = getattr(self, "gain", None)
        if gain is not None:
            nn.init.ones_(gain)

    def forward(self, x: Tensor) -> Tensor:
        """Batch norm's arithmetic, on filters instead of maps; then the convolution."""
        own: Any = self
        factors = None if self.gain is None else (self.gain * self.scale).view(-1)
        filters = torch.batch_norm(  # not of nn.functional, which refuses filters of one value
            own.weight.reshape(1, own.out_channels, -1),
            weight=factors,
            bias=None,
            running_mean=None,
            running_var=None,
            training=True,
            momentum=0.0,
            eps=self.epsilon,
            cudnn_enabled=False,
        ).reshape_as(own.weight)
        factors = None
        if self.border:
            x = functional.pad(x, flat(self.border))
        y: Tensor = own._conv_forward(x, filters, own.bias)  # noqa: SLF001 its bases' own
        return y


class StandardisedConv1d(Standardised, nn.Conv1d):
    """`nn.Conv1d` with standardised filters."""


class StandardisedConv2d(Standardised, nn.Conv2d):
    """`nn.Conv2d` with standardised filters."""


class StandardisedConv3d(Standardised, nn.Conv3d):
    """`nn.Conv3d` with standardised filters."""


CONVS: dict[int, Any] = {1: StandardisedConv1d, 2: StandardisedConv2d, 3: StandardisedConv3d}


def standardised_conv(
    rank: int,
    inputs: int,
    outputs: int,
    *,
    kernel: Sizes,
    stride: Sizes,
    padding: Pads,
    dilation: Sizes,
    groups: int,
    bias: bool,
    gain: bool,
    scale: float,
    epsilon: float,
) -> nn.Module:
    """A convolution of this rank with standardised filters; padding is (before, after) an axis."""
    options = {"stride": stride, "dilation": dilation, "groups": groups, "bias": bias}
    evenly = not uneven(padding)
    laid = tuple(before for before, _ in padding) if evenly else (0,) * rank
    made = CONVS[rank](inputs, outputs, kernel, padding=laid, **options)
    made.border = () if evenly else padding
    made.set_up(gain=gain, scale=scale, epsilon=epsilon)
    module: nn.Module = made
    return module
