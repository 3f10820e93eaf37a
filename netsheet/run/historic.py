"""Layers of LeNet-5 that torch has no module for.

Requirements met here: parameters and buffers are those that the kinds state, by name and shape;
multiply-adds are those of convolutions and dense layers, none wasted on zeros.
"""

from collections.abc import Sequence
from itertools import groupby
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from netsheet.layers.axis import Pads, uneven
from netsheet.run.sliding import Sizes, flat

CONVOLVE: dict[int, Any] = {
    1: functional.conv1d,
    2: functional.conv2d,
    3: functional.conv3d,
}

SEED_OF_CODES = 1998
"""Codes must be the same in every process that realises a network."""


class SparseConv(nn.Module):
    """A convolution in which output channel j reads the input channels in `links[j]`.

    Neighbouring outputs that read equally many inputs are one grouped convolution, so that
    every weight is used and none is a stored zero. `weight` holds a kernel for each link.
    """

    def __init__(
        self,
        rank: int,
        links: Sequence[Sequence[int]],
        *,
        kernel: Sizes,
        stride: Sizes,
        padding: Pads,
        bias: bool,
    ) -> None:
        super().__init__()
        self.rank, self.stride, self.padding = rank, stride, padding
        self.links = tuple(tuple(reads) for reads in links)
        self.weight = nn.Parameter(torch.empty(sum(map(len, self.links)), *kernel))
        self.bias = nn.Parameter(torch.empty(len(self.links))) if bias else None
        reads = torch.empty(len(self.weight), dtype=torch.long)
        self.register_buffer("reads", reads, persistent=False)
        self.reads: Tensor
        self.reset_parameters()
        self.reset_buffers()

    def reset_buffers(self) -> None:
        """Write down which input channel each kernel reads."""
        reads = [channel for each in self.links for channel in each]
        self.reads.copy_(torch.tensor(reads, device=self.reads.device))

    def reset_parameters(self) -> None:
        """Weights as torch's convolutions have them when new, from torch's own random state."""
        bound = (len(self.links) / self.weight.numel()) ** 0.5
        nn.init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """A grouped convolution for each run of outputs, laid behind each other."""
        _, *kernel = self.weight.shape
        padding: Sizes = tuple(before for before, _ in self.padding)
        if uneven(self.padding):
            x, padding = functional.pad(x, flat(self.padding)), (0,) * self.rank
        runs = []
        link = output = 0
        for many, group in groupby(map(len, self.links)):
            count = len(list(group))
            weight = self.weight[link : link + many * count].view(count, many, *kernel)
            runs.append(
                CONVOLVE[self.rank](
                    x.index_select(1, self.reads[link : link + many * count]),
                    weight,
                    None if self.bias is None else self.bias[output : output + count],
                    self.stride,
                    padding,
                    groups=count,
                )
            )
            link, output = link + many * count, output + count
        return runs[0] if len(runs) == 1 else torch.cat(runs, 1)

    def extra_repr(self) -> str:
        """Outputs, links and window."""
        links, *kernel = self.weight.shape
        return f"{len(self.links)}, links={links}, kernel_size={tuple(kernel)}"


class Subsample(nn.Module):
    """Add the values in each window, times the channel's coefficient, plus its bias."""

    def __init__(
        self,
        rank: int,
        channels: int,
        *,
        kernel: Sizes,
        stride: Sizes,
    ) -> None:
        super().__init__()
        self.rank, self.kernel, self.stride = rank, kernel, stride
        self.weight = nn.Parameter(torch.empty(channels))
        self.bias = nn.Parameter(torch.empty(channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """To begin with, the mean of each window."""
        nn.init.constant_(self.weight, 1 / prod(self.kernel))
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """A convolution of each channel by itself, all of whose weights are the coefficient."""
        channels = len(self.weight)
        ones = (1,) * self.rank
        weight = self.weight.view(channels, 1, *ones).expand(-1, -1, *self.kernel)
        convolve = CONVOLVE[self.rank]
        y: Tensor = convolve(x, weight, self.bias, self.stride, groups=channels)
        return y

    def extra_repr(self) -> str:
        """Channels and window."""
        return f"{len(self.weight)}, kernel_size={self.kernel}, stride={self.stride}"


class RadialBasis(nn.Module):
    """Squared distance of the input to each of the fixed `codes` of ±1."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.register_buffer("codes", torch.empty(outputs, inputs))
        self.codes: Tensor
        self.reset_buffers()

    def reset_buffers(self) -> None:
        """Signs from a seed of their own: the same everywhere, whatever else is random."""
        if self.codes.is_meta:
            return
        generator = torch.Generator().manual_seed(SEED_OF_CODES)
        signs = torch.randint(2, self.codes.shape, generator=generator, device="cpu")
        self.codes.copy_(2 * signs - 1)

    def forward(self, x: Tensor) -> Tensor:
        """One distance for each code."""
        return (x.flatten(1).unsqueeze(1) - self.codes).square().sum(2)

    def extra_repr(self) -> str:
        """Inputs and outputs."""
        outputs, inputs = self.codes.shape
        return f"{inputs}, {outputs}"


class ScaledTanh(nn.Module):
    """A·tanh(S·x)."""

    def __init__(self, amplitude: float, slope: float) -> None:
        super().__init__()
        self.amplitude, self.slope = amplitude, slope

    def forward(self, x: Tensor) -> Tensor:
        """A and S are left out where they are 1."""
        y = torch.tanh(x if self.slope == 1 else x * self.slope)
        return y if self.amplitude == 1 else y * self.amplitude

    def extra_repr(self) -> str:
        """A and S."""
        return f"amplitude={self.amplitude:g}, slope={self.slope:g}"
