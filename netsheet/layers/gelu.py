"""Gelu: values are weighted by how likely a normal variable lies below them."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES, Activation
from netsheet.layers.attribute import attr
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Gelu(Activation):
    """Values are weighted by how likely a normal variable lies below them.

    y = x·Φ(x); approximately x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2.
    """

    kind = "gelu"
    aliases = ("gaussian error linear unit",)
    source = "Hendrycks & Gimpel 2016, arXiv:1606.08415"
    torch_calls = ("gelu",)
    kept = "input"
    examples = (*SHAPES, ({"approximate": True}, ((3, 4, 4),), (3, 4, 4)))

    approximate: bool = attr(
        "whether it is approximated by tanh", default=False, form="yes/no", headings=("tanh",)
    )

    @classmethod
    def from_torch(cls, input: Operand, approximate: str = "none") -> Made:
        """`torch.nn.functional.gelu`."""
        return Made(cls(approximate=approximate != "none"), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.GELU`."""
        return nn.GELU(inplace=self.inplace, tanh=self.approximate)
