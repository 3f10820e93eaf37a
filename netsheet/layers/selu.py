"""Selu: elu that keeps mean and variance."""

from dataclasses import dataclass
from math import isclose
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation
from netsheet.layers.operators import refuse

ALPHA, LAMBDA = 1.6732632423543772, 1.0507009873554805
"""The paper's numbers, which torch and ONNX have too."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Selu(Activation):
    """Elu with constants that keep mean 0 and variance 1 from layer to layer.

    y = λ·x for x > 0, and λ·α·(exp(x) − 1) elsewhere; λ = 1.0507…, α = 1.6733….
    """

    kind = "selu"
    aliases = (
        "scaled exponential linear unit",
        "scaled elu",
    )
    source = "Klambauer et al. 2017, arXiv:1706.02515, equation 2"
    torch_calls = ("selu",)
    kept = "input"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.SELU`."""
        return nn.SELU(inplace=self.inplace)

    onnx_ops = ("Selu",)

    @classmethod
    def from_onnx(cls, x: Shape, *, alpha: float = ALPHA, gamma: float = LAMBDA) -> Self:  # noqa: ARG003 any input will do
        """`Selu` with the paper's two numbers."""
        if not (isclose(alpha, ALPHA, rel_tol=1e-5) and isclose(gamma, LAMBDA, rel_tol=1e-5)):
            refuse(f"its numbers are {alpha:g} and {gamma:g}, and not the paper's")
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Selu`."""
        return onnx.Selu(onnx.x)
