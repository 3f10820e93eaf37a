"""Hardsigmoid: sigmoid made of straight pieces."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Hardsigmoid(Activation):
    """Sigmoid made of straight pieces.

    y = min(max(x + 3, 0), 6)/6.
    """

    kind = "hardsigmoid"
    aliases = (
        "hard sigmoid",
        "h-sigmoid",
        "hsigmoid",
    )
    source = "Howard et al. 2019, arXiv:1905.02244"
    torch_calls = ("hardsigmoid",)
    kept = "input"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Hardsigmoid`."""
        return nn.Hardsigmoid(inplace=self.inplace)
