"""Softmax: scores become shares that sum to 1."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.base import Keeps, Layer
from netsheet.layers.operators import refuse, sample_axis


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Softmax(Layer):
    """Scores become positive shares that sum to 1 over the channels.

    y_c = exp(x_c)/Σ exp(x_j), at each position by itself.
    """

    kind = "softmax"
    aliases = ("soft-max", "softmax layer", "probabilities")
    family = "activation"
    source = "Bridle 1990, NIPS 2"
    examples = SHAPES

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The output."""
        return Keeps(output=True)

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Softmax` over the channels."""
        return nn.Softmax(dim=1)

    onnx_ops = ("Softmax",)

    @classmethod
    def from_onnx(cls, x: Shape, *, axis: int = -1) -> Self:
        """`Softmax` over the channels."""
        if sample_axis(axis, x):
            refuse(f"it is over axis {axis}, and not over the channels")
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Softmax`."""
        return onnx.Softmax(onnx.x, axis=1)
