"""Sigmoid: values are squeezed between 0 and 1."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sigmoid(Activation):
    """Values are squeezed between 0 and 1.

    y = 1/(1 + exp(−x)).
    """

    kind = "sigmoid"
    aliases = ("logistic",)
    source = "LeCun et al. 1998, Proc. IEEE 86(11)"
    torch_calls = ("sigmoid",)
    kept = "output"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Sigmoid`."""
        return nn.Sigmoid(inplace=self.inplace)

    onnx_ops = ("Sigmoid",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`Sigmoid`."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Sigmoid`."""
        return onnx.Sigmoid(onnx.x)
