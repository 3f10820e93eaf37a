"""torch.nn, and what it lacks: a layer kind's `to_torch` is handed this module as `nn`.

Requirements met here: every name of torch.nn is here; a layer that torch has only for some
ranks, or not at all, is here for all of them; inputs carry their batch first.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from netsheet.core.shape import AXES
from netsheet.layers.axis import Pads
from netsheet.run.dynamic import DynamicConv
from netsheet.run.forms import Permute, PixelShuffle, PixelUnshuffle, Reshape
from netsheet.run.historic import RadialBasis, ScaledTanh, SparseConv, Subsample
from netsheet.run.joining import Add, Divide, Matmul, Maximum, Minimum, Multiply, Subtract
from netsheet.run.pointwise import Function, Power, Reduce, Rescale
from netsheet.run.sliding import average_pool, conv, flat, max_pool
from netsheet.run.standardised import standardised_conv

__all__ = [
    "GELU",
    "Add",
    "ChannelLayerNorm",
    "ChannelShuffle",
    "Concat",
    "Divide",
    "DynamicConv",
    "FlatLinear",
    "Function",
    "GroupNorm",
    "LayerScale",
    "LocalResponseNorm",
    "Matmul",
    "Maximum",
    "Minimum",
    "Multiply",
    "Pad",
    "Permute",
    "PixelShuffle",
    "PixelUnshuffle",
    "Power",
    "RMSNorm",
    "RadialBasis",
    "Reduce",
    "Rescale",
    "Reshape",
    "ScaledTanh",
    "Sigmoid",
    "Slice",
    "SparseConv",
    "StochasticDepth",
    "Subsample",
    "Subtract",
    "Tanh",
    "Tensor",
    "average_pool",
    "conv",
    "max_pool",
    "standardised_conv",
]


def __getattr__(name: str) -> Any:
    """Everything else is torch's."""
    return getattr(nn, name)


class FlatLinear(nn.Linear):
    """`nn.Linear` on a map laid flat, channels first."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Flatten, then multiply."""
        return super().forward(x.flatten(1))


class ChannelLayerNorm(nn.LayerNorm):
    """Layer normalisation over the channels of each position by itself."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Channels are brought to the end for torch, and back."""
        return super().forward(x.movedim(1, -1)).movedim(-1, 1).contiguous()


class RMSNorm(nn.RMSNorm):
    """`nn.RMSNorm` over all values of a sample; over its channels where it has weights for these.

    Over the channels torch's own would have their axis turned to the end.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Against the root of the mean square."""
        axes = 1 if len(self.normalized_shape) == 1 else tuple(range(1, x.ndim))
        epsilon = torch.finfo(x.dtype).eps if self.eps is None else self.eps
        roots = x.square().mean(axes, keepdim=True).add_(epsilon).rsqrt_()
        y = x * roots
        if not self.elementwise_affine:
            return y
        behind = (1,) * (x.ndim - 1 - self.weight.ndim)
        return y * self.weight.view(*self.weight.shape, *behind)


class LocalResponseNorm(nn.LocalResponseNorm):
    """`nn.LocalResponseNorm`, for flat vectors too."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """A flat vector is a map of one position."""
        if x.ndim == 2:  # noqa: PLR2004 batch and channels
            return super().forward(x.unsqueeze(2)).squeeze(2)
        return super().forward(x)


class GroupNorm(nn.GroupNorm):
    """`nn.GroupNorm`, for groups of a single value too, which torch's own refuses alone.

    bias: whether there is a β beside γ.
    """

    def __init__(
        self,
        groups: int,
        channels: int,
        *,
        bias: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(groups, channels, **options)
        if not bias:
            self.register_parameter("bias", None)

    def reset_parameters(self) -> None:
        """γ at 1, and β at 0 where there is one."""
        if self.affine:
            nn.init.ones_(self.weight)
            if self.bias is not None:
                nn.init.zeros_(self.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The same operation, without the check."""
        return torch.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)


class ChannelShuffle(nn.ChannelShuffle):
    """`nn.ChannelShuffle`, for flat vectors too; the output is always new memory."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Channels in rows of one group each, read column by column."""
        batch, channels, *size = x.shape
        rows = x.view(batch, self.groups, channels // self.groups, *size)
        rows = rows.transpose(1, 2)
        return rows.clone(memory_format=torch.contiguous_format).view(x.shape)


class Slice(nn.Module):
    """Some of the channels, or positions along another axis, as a view of all of them."""

    def __init__(self, start: int, out: int, *, axis: int = 0, step: int = 1) -> None:
        super().__init__()
        self.start, self.out, self.axis, self.step = start, out, axis, step

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`out` of them from `start` on, a step apart."""
        kept = slice(self.start, self.start + (self.out - 1) * self.step + 1, self.step)
        return x[(slice(None),) * (1 + self.axis) + (kept,)]

    def extra_repr(self) -> str:
        """Which channels."""
        return f"start={self.start}, out={self.out}, axis={self.axis}, step={self.step}"


class LayerScale(nn.Module):
    """Each channel times a learnt factor."""

    def __init__(self, channels: int, rank: int, initial: float) -> None:
        super().__init__()
        self.initial = initial
        self.weight = nn.Parameter(torch.empty(channels, *(1,) * rank))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Begin with one factor for all."""
        nn.init.constant_(self.weight, self.initial)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """A factor is stretched over its channel's map."""
        return x * self.weight

    def extra_repr(self) -> str:
        """Channels and beginning."""
        return f"{self.weight.shape[0]}, initial={self.initial:g}"


class StochasticDepth(nn.Module):
    """In training each sample is left out with a chance of `drop`; the others make up for it."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.drop = drop

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """One factor for each sample: 0, or 1/(1 − drop)."""
        if not self.training or not self.drop:
            return x
        factors = x.new_empty((len(x), *(1,) * (x.ndim - 1)))
        return x * factors.bernoulli_(1 - self.drop).div_(1 - self.drop)

    def extra_repr(self) -> str:
        """The chance."""
        return f"drop={self.drop:g}"


class InPlace(nn.Module):
    """Comes before an activation among a class's bases: its output overwrites its input."""


class InPlaceSigmoid(InPlace, nn.Sigmoid):
    """`nn.Sigmoid`, in place."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Overwrite x."""
        return x.sigmoid_()


class InPlaceTanh(InPlace, nn.Tanh):
    """`nn.Tanh`, in place."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Overwrite x."""
        return x.tanh_()


class InPlaceGELU(InPlace, nn.GELU):
    """`nn.GELU`, in place."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Overwrite x."""
        y: torch.Tensor = torch.ops.aten.gelu_(x, approximate=self.approximate)
        return y


def Sigmoid(*, inplace: bool = False) -> nn.Sigmoid:  # noqa: N802 called as torch's class
    """`nn.Sigmoid`; torch's own can't work in place."""
    return InPlaceSigmoid() if inplace else nn.Sigmoid()


def Tanh(*, inplace: bool = False) -> nn.Tanh:  # noqa: N802 called as torch's class
    """`nn.Tanh`; torch's own can't work in place."""
    return InPlaceTanh() if inplace else nn.Tanh()


def GELU(*, inplace: bool = False, tanh: bool = False) -> nn.GELU:  # noqa: N802 called as torch's class
    """`nn.GELU`; torch's own can't work in place."""
    approximate = "tanh" if tanh else "none"
    return InPlaceGELU(approximate) if inplace else nn.GELU(approximate)


class Tensor(nn.Module):
    """A tensor by itself, `value`, given as a batch of one sample."""

    def __init__(self, sizes: Sequence[int], *, trained: bool) -> None:
        super().__init__()
        self.value: torch.Tensor
        if trained:
            self.value = nn.Parameter(torch.empty(tuple(sizes)))
        else:
            self.register_buffer("value", torch.empty(tuple(sizes)))
        self.shape = sizes if 1 <= len(sizes) <= len(AXES) else (-1,)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """To begin with, 0: what is added to begins unchanged, and what is unused costs nothing."""
        nn.init.zeros_(self.value)

    def forward(self) -> torch.Tensor:
        """The same for every sample."""
        return self.value.reshape(1, *self.shape)

    def extra_repr(self) -> str:
        """Its sizes."""
        return "×".join(map(str, self.value.shape))


class Concat(nn.Module):
    """Maps are laid behind each other, channel after channel, or along another axis."""

    def __init__(self, axis: int = 0) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, *xs: torch.Tensor) -> torch.Tensor:
        """`torch.cat`; a parameter is repeated for each sample."""
        batch = max(len(x) for x in xs)
        if any(len(x) != batch for x in xs):
            xs = tuple(x.expand(batch, *x.shape[1:]) for x in xs)
        return torch.cat(xs, 1 + self.axis)


MODES = {
    "zero": "constant",
    "edge": "replicate",
    "reflect": "reflect",
    "wrap": "circular",
}
"""torch's words for what a border holds."""


class Pad(nn.Module):
    """A border around the map: zero, the edge repeated, mirrored (reflect), or wrapped round.

    channels: how many channels of zeros are laid before and behind.
    """

    def __init__(
        self,
        border: Pads,
        mode: str,
        channels: tuple[int, int] = (0, 0),
    ) -> None:
        super().__init__()
        self.border, self.mode, self.channels = border, mode, channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`torch.nn.functional.pad`."""
        border = (self.channels, *self.border) if any(self.channels) else self.border
        return functional.pad(x, flat(border), mode=MODES[self.mode])

    def extra_repr(self) -> str:
        """Border and mode."""
        return f"{self.border}, mode={self.mode}, channels={self.channels}"
