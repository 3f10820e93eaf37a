"""Maps that are joined value by value, the smaller ones stretched over the others.

Requirements met here: an axis of 1, or one that a map lacks behind its own, is stretched; a
parameter, which is a batch of one, is the same for every sample; in use, however many maps there
are, one new map is made.
"""

from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor, nn


def alike(*xs: Tensor) -> list[Tensor]:
    """The same maps with axes of 1 behind their own, so that all have the same number."""
    rank = max(x.ndim for x in xs)
    return [x.reshape(x.shape + (1,) * (rank - x.ndim)) for x in xs]


class Join(nn.Module):
    """Maps are joined two by two; the first step makes a map of the full shape."""

    step: ClassVar[Callable[..., Tensor]]
    onto: ClassVar[Callable[..., Tensor]]
    """The same step, onto its first operand."""
    lasting: ClassVar[bool] = True
    """Whether a step's result is needed for the backward pass of the next."""

    def forward(self, *xs: Tensor) -> Tensor:
        """All into one new map; one alone is copied."""
        if len(xs) == 1:
            return xs[0].clone()
        first, second, *others = alike(*xs)
        full = torch.Size(map(max, *(x.shape for x in (first, second, *others))))
        kind = type(self)
        apart = kind.lasting and torch.is_grad_enabled()
        y = kind.step(first if first.shape == full or not others else first.expand(full), second)
        for x in others:
            y = kind.step(y, x) if apart else kind.onto(y, x)
        return y


class Add(Join):
    """Maps are added."""

    step = torch.add
    onto = Tensor.add_
    lasting = False


class Multiply(Join):
    """Maps are multiplied."""

    step = torch.mul
    onto = Tensor.mul_


class Maximum(Join):
    """The larger value of each place."""

    step = torch.maximum

    onto = staticmethod(lambda y, x: torch.maximum(y, x, out=y))


class Minimum(Join):
    """The smaller value of each place."""

    step = torch.minimum

    onto = staticmethod(lambda y, x: torch.minimum(y, x, out=y))


class Subtract(nn.Module):
    """The first map less the second."""

    def forward(self, x: Tensor, other: Tensor) -> Tensor:
        """`torch.sub`."""
        x, other = alike(x, other)
        return x - other


class Divide(nn.Module):
    """The first map over the second."""

    def forward(self, x: Tensor, other: Tensor) -> Tensor:
        """`torch.div`."""
        x, other = alike(x, other)
        return x / other


class Matmul(nn.Module):
    """Maps as matrices over their last two axes."""

    def forward(self, x: Tensor, other: Tensor) -> Tensor:
        """`torch.matmul`."""
        return x @ other
