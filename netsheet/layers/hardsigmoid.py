"""Hardsigmoid: sigmoid made of straight pieces."""

from dataclasses import dataclass
from math import isclose
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation
from netsheet.layers.operators import refuse


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

    onnx_ops = ("HardSigmoid",)

    @classmethod
    def from_onnx(cls, x: Shape, *, alpha: float = 0.2, beta: float = 0.5) -> Self:  # noqa: ARG003 any input will do
        """`HardSigmoid` with a slope of 1/6."""
        if not isclose(alpha, 1 / 6, rel_tol=1e-6) or beta != 1 / 2:
            refuse(f"it is {alpha:g}·x + {beta:g}, and not x/6 + 1/2")
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`HardSigmoid`."""
        return onnx.HardSigmoid(onnx.x, alpha=1 / 6, beta=0.5)
