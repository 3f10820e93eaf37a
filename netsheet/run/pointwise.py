"""Arithmetic on one map: functions of each value, fixed numbers, and sums along axes."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn


class Rescale(nn.Module):
    """a·x + b with fixed numbers."""

    def __init__(self, factor: float, shift: float) -> None:
        super().__init__()
        self.factor, self.shift = factor, shift

    def forward(self, x: Tensor) -> Tensor:
        """A step that changes nothing is left out; the output is always new memory."""
        if self.factor == 1:
            return x + self.shift
        y = x * self.factor
        return y.add_(self.shift) if self.shift else y

    def extra_repr(self) -> str:
        """The numbers."""
        return f"{self.factor:g}, {self.shift:g}"


class Power(nn.Module):
    """x to a fixed power."""

    def __init__(self, exponent: float) -> None:
        super().__init__()
        self.exponent = exponent

    def forward(self, x: Tensor) -> Tensor:
        """`torch.pow`."""
        return x.pow(self.exponent)

    def extra_repr(self) -> str:
        """The power."""
        return f"{self.exponent:g}"


class Function(nn.Module):
    """torch's function of this name, of each value."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def forward(self, x: Tensor) -> Tensor:
        """Call it."""
        function: Callable[[Tensor], Tensor] = getattr(torch, self.name)
        return function(x)

    def extra_repr(self) -> str:
        """The name."""
        return self.name


def variance(x: Tensor, dim: Sequence[int], keepdim: bool) -> Tensor:  # noqa: FBT001 torch's signature
    """The mean squared distance from the mean."""
    return x.var(tuple(dim), correction=0, keepdim=keepdim)


def norm(x: Tensor, dim: Sequence[int], keepdim: bool) -> Tensor:  # noqa: FBT001 torch's signature
    """The root of the sum of squares."""
    y: Tensor = torch.linalg.vector_norm(x, 2, dim, keepdim)
    return y


REDUCTIONS: dict[str, Callable[..., Tensor]] = {
    "mean": torch.mean,
    "sum": torch.sum,
    "max": torch.amax,
    "min": torch.amin,
    "norm": norm,
    "variance": variance,
}
"""What becomes of the values along some axes."""


class Reduce(nn.Module):
    """One number for all values along some axes; of all axes, a vector of one."""

    def __init__(self, by: str, axes: Sequence[int], *, keep: bool) -> None:
        super().__init__()
        self.by, self.keep = by, keep
        self.axes = tuple(1 + place for place in axes)

    def forward(self, x: Tensor) -> Tensor:
        """The batch stays."""
        y = REDUCTIONS[self.by](x, self.axes, self.keep)
        return y.unsqueeze(1) if y.ndim == 1 else y

    def extra_repr(self) -> str:
        """What, and over which axes."""
        return f"{self.by}, {self.axes}, keep={self.keep}"
