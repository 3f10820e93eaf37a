"""Addition of maps, as in a residual connection."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.layers.merge import same_shape


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Add(Layer):
    """Maps of one shape are added, value by value; no parameters."""

    kind = "add"
    aliases = ("sum", "addition", "residual", "plus", "eltwise sum", "+")
    family = "add"
    source = "He et al. 2015, arXiv:1512.03385, equation 1"
    inputs = (1, 4096)
    examples = (
        ({}, ((64, 56, 56), (64, 56, 56)), (64, 56, 56)),
        ({}, ((7,), (7,), (7,)), (7,)),
        ({}, ((2, 9), (2, 9)), (2, 9)),
    )

    def output(self, *xs: Shape) -> Shape:
        """The shape that all have; refuses others."""
        same_shape(self.kind, xs)
        return xs[0]

    def to_torch(self, nn: Any, *xs: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """The sum of the inputs."""
        return nn.Add()

    onnx_ops = ("Add", "Sum")

    @classmethod
    def from_onnx(cls, *xs: Shape) -> Self:  # noqa: ARG003 any inputs will do
        """`Add` and `Sum` of maps of one shape."""
        return cls()

    def to_onnx(self, onnx: Any, *xs: Shape) -> Any:
        """`Add` of two, `Sum` of more."""
        if len(xs) == 1:
            return onnx.Identity(onnx.x)
        return onnx.Add(*onnx.xs) if len(xs) == 2 else onnx.Sum(*onnx.xs)  # noqa: PLR2004 operands
