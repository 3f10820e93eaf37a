"""Gelu: values are weighted by how likely a normal variable lies below them."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Gelu(Activation):
    """Values are weighted by how likely a normal variable lies below them.

    y = x·Φ(x).
    """

    kind = "gelu"
    aliases = ("gaussian error linear unit",)
    source = "Hendrycks & Gimpel 2016, arXiv:1606.08415"
    kept = "input"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.GELU`."""
        return nn.GELU(inplace=self.inplace)
