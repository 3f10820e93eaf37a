"""Mish: values are weighted smoothly by themselves."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mish(Activation):
    """Values are weighted by the tanh of their own softplus.

    y = x·tanh(ln(1 + exp(x))).
    """

    kind = "mish"
    source = "Misra 2019, arXiv:1908.08681"
    torch_calls = ("mish",)
    kept = "input"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Mish`."""
        return nn.Mish(inplace=self.inplace)
