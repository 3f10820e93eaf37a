"""Division of maps."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.base import Keeps, Layer
from netsheet.layers.merge import stretched
from netsheet.layers.operators import level, same_rank


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Divide(Layer):
    """The first map is divided by the second, value by value; smaller ones are stretched."""

    kind = "divide"
    aliases = ("quotient", "div", "÷")
    family = "multiply"
    source = "by definition, torch.div"
    inputs = (2, 2)
    examples = (
        ({}, ((64, 56, 56), (64, 56, 56)), (64, 56, 56)),
        ({}, ((64, 56, 56), (64, 1, 1)), (64, 56, 56)),
        ({}, ((7,), (1,)), (7,)),
        ({}, ((2, 1), (2, 9)), (2, 9)),
    )

    def output(self, x: Shape, other: Shape) -> Shape:
        """The shape that both go together in; refuses what can't be stretched."""
        return stretched(self.kind, (x, other))

    def keeps(self, x: Shape, other: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """Each is needed for the other's gradient."""
        return Keeps(input=True)

    def to_torch(self, nn: Any, x: Shape, other: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`torch.divide`."""
        return nn.Divide()

    onnx_ops = ("Div",)

    @classmethod
    def from_onnx(cls, x: Shape, other: Shape) -> Self:
        """`Div` of two maps."""
        same_rank(x, other)
        return cls()

    def to_onnx(self, onnx: Any, x: Shape, other: Shape) -> Any:
        """`Div`, a flat map with axes of 1 behind it."""
        return onnx.Div(*level(onnx, x, other))
