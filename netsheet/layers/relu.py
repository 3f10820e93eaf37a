"""Relu: negative values become 0."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Relu(Activation):
    """Negative values become 0.

    y = max(x, 0).
    """

    kind = "relu"
    aliases = (
        "rectified linear",
        "rectifier",
        "rectified linear unit",
        "re",
    )
    source = "Nair & Hinton 2010, ICML"
    torch_calls = ("relu",)
    kept = "output"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.ReLU`."""
        return nn.ReLU(inplace=self.inplace)

    onnx_ops = ("Relu",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`Relu`."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Relu`."""
        return onnx.Relu(onnx.x)
