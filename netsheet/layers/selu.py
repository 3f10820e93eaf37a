"""Selu: elu that keeps mean and variance."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


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
