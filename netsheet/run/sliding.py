"""Windows that slide, with borders that torch's own layers can't lay: uneven, or very wide.

Requirements met here: where torch can do it, it is torch's own layer; elsewhere the border is
laid on first, as a copy, and the parameters keep their names. A convolution's border is zeros,
a max pool's is −∞, and a mean is divided by what its window really holds.
"""

from collections.abc import Iterator
from math import inf, prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from netsheet.layers.axis import Pads, positions, span, uneven

Sizes = tuple[int, ...]


def flat(border: Pads) -> list[int]:
    """A border as `torch.nn.functional.pad` wants it: last axis first."""
    return [side for pair in reversed(border) for side in pair]


class Bordered(nn.Module):
    """Comes before a torch layer among a class's bases, and lays a border around its input."""

    border: Pads = ()
    value = 0.0

    def forward(self, x: Tensor) -> Tensor:
        """Border first, then the layer."""
        laid = functional.pad(x, flat(self.borders(x)), value=self.value)
        y: Tensor = super().forward(laid)
        return y

    def borders(self, x: Tensor) -> Pads:  # noqa: ARG002 pools look at the input's size
        """How much is laid before and after each axis."""
        return self.border

    def extra_repr(self) -> str:
        """What torch says of the layer, and the border."""
        return f"{super().extra_repr()}, border={self.border}"


class BorderedConv1d(Bordered, nn.Conv1d):
    """`nn.Conv1d` whose padding differs before and after."""


class BorderedConv2d(Bordered, nn.Conv2d):
    """`nn.Conv2d` whose padding differs before and after."""


class BorderedConv3d(Bordered, nn.Conv3d):
    """`nn.Conv3d` whose padding differs before and after."""


CONVS: dict[int, tuple[Any, type[Bordered]]] = {
    1: (nn.Conv1d, BorderedConv1d),
    2: (nn.Conv2d, BorderedConv2d),
    3: (nn.Conv3d, BorderedConv3d),
}


def conv(
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
    trained: bool = True,
) -> nn.Module:
    """A convolution of this rank; padding is (before, after) for each axis.

    trained: whether its weights are a parameter; otherwise they are a buffer.
    """
    own, bordered = CONVS[rank]
    options = {"stride": stride, "dilation": dilation, "groups": groups, "bias": bias}
    made: Any
    if not uneven(padding):
        evenly = tuple(before for before, _ in padding)
        made = own(inputs, outputs, kernel, padding=evenly, **options)
    else:
        made = bordered(inputs, outputs, kernel, **options)
        made.border = padding
    if not trained:
        weight = made.weight.detach()
        del made.weight
        made.register_buffer("weight", weight)
    module: nn.Module = made
    return module


class BorderedPool(Bordered):
    """A pool whose border torch's own can't lay.

    Windows that would begin behind the input are left out, as torch and Caffe do.
    """

    up = False

    def windows(self, x: Tensor) -> Iterator[tuple[int, int, int, int, tuple[int, int], int]]:
        """For each axis: size, kernel, stride, dilation, border, and number of windows."""
        own: Any = self
        rank = x.ndim - 2
        dilation = getattr(own, "dilation", (1,) * rank)
        for n, k, s, d, pad in zip(
            x.shape[2:], own.kernel_size, own.stride, dilation, self.border, strict=True
        ):
            yield n, k, s, d, pad, positions(n, k, s, pad, d, up=self.up)

    def borders(self, x: Tensor) -> Pads:
        """The border, and rounding up as much behind as the last window reaches over."""
        if not self.up:
            return self.border
        return tuple(
            (before, (count - 1) * s + span(k, d) - n - before)
            for n, k, s, d, (before, _), count in self.windows(x)
        )


class BorderedMaxPool(BorderedPool):
    """What the max pools share: the border never wins."""

    value = -inf


class BorderedMaxPool1d(BorderedMaxPool, nn.MaxPool1d):
    """`nn.MaxPool1d` with any border."""


class BorderedMaxPool2d(BorderedMaxPool, nn.MaxPool2d):
    """`nn.MaxPool2d` with any border."""


class BorderedMaxPool3d(BorderedMaxPool, nn.MaxPool3d):
    """`nn.MaxPool3d` with any border."""


class BorderedAveragePool(BorderedPool):
    """What the average pools share: the mean is over what the window holds.

    With `count_padding` the zeros of the border count; what rounding up reaches over never does.
    """

    count_padding = True

    def forward(self, x: Tensor) -> Tensor:
        """The mean over the kernel, corrected where a window holds less."""
        y = super().forward(x)
        held = [list(self._held(*window)) for window in self.windows(x)]
        own: Any = self
        if all(
            count == k for counts, k in zip(held, own.kernel_size, strict=True) for count in counts
        ):
            return y
        factors = [1.0 * prod(own.kernel_size)]
        for counts in held:
            factors = [factor / count for factor in factors for count in counts]
        sizes = [len(counts) for counts in held]
        return y.mul_(torch.tensor(factors, dtype=y.dtype, device=y.device).view(sizes))

    def _held(
        self, n: int, k: int, s: int, _: int, pad: tuple[int, int], count: int
    ) -> Iterator[int]:
        """How many values each window along one axis holds."""
        before, after = pad if self.count_padding else (0, 0)
        for place in range(count):
            start = place * s - pad[0]
            yield min(start + k, n + after) - max(start, -before)


class BorderedAvgPool1d(BorderedAveragePool, nn.AvgPool1d):
    """`nn.AvgPool1d` with any border."""


class BorderedAvgPool2d(BorderedAveragePool, nn.AvgPool2d):
    """`nn.AvgPool2d` with any border."""


class BorderedAvgPool3d(BorderedAveragePool, nn.AvgPool3d):
    """`nn.AvgPool3d` with any border."""


MAX_POOLS: dict[int, tuple[Any, type[BorderedPool]]] = {
    1: (nn.MaxPool1d, BorderedMaxPool1d),
    2: (nn.MaxPool2d, BorderedMaxPool2d),
    3: (nn.MaxPool3d, BorderedMaxPool3d),
}
AVERAGE_POOLS: dict[int, tuple[Any, type[BorderedAveragePool]]] = {
    1: (nn.AvgPool1d, BorderedAvgPool1d),
    2: (nn.AvgPool2d, BorderedAvgPool2d),
    3: (nn.AvgPool3d, BorderedAvgPool3d),
}


def max_pool(
    rank: int, *, kernel: Sizes, stride: Sizes, padding: Pads, dilation: Sizes, up: bool, own: bool
) -> nn.Module:
    """A max pool of this rank; `up` takes in windows that don't fit whole.

    own: torch's pool can lay the padding itself.
    """
    plain, bordered = MAX_POOLS[rank]
    if own:
        evenly = tuple(before for before, _ in padding)
        pool: nn.Module = plain(kernel, stride, evenly, dilation, ceil_mode=up)
        return pool
    made = bordered(kernel, stride, 0, dilation)
    made.border, made.up = padding, up
    return made


def average_pool(
    rank: int,
    *,
    kernel: Sizes,
    stride: Sizes,
    padding: Pads,
    up: bool,
    own: bool,
    count_padding: bool,
) -> nn.Module:
    """An average pool of this rank; `count_padding` says whether a border's zeros count.

    own: torch's pool can lay the padding itself.
    """
    plain, bordered = AVERAGE_POOLS[rank]
    if own:
        evenly = tuple(before for before, _ in padding)
        pool: nn.Module = plain(kernel, stride, evenly, up, count_padding)
        return pool
    made = bordered(kernel, stride)
    made.border, made.up, made.count_padding = padding, up, count_padding
    return made
