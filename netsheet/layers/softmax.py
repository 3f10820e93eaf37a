"""Softmax: scores become shares that sum to 1."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer, axes_of, over_axes
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import sample_axis


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Softmax(Layer):
    """Scores become positive shares that sum to 1: over the channels, or over another axis.

    y_c = exp(x_c)/Σ exp(x_j), at each position by itself.
    """

    kind = "softmax"
    aliases = ("soft-max", "softmax layer", "probabilities")
    family = "activation"
    source = "Bridle 1990, NIPS 2"
    torch_calls = ("softmax",)
    torch_reads = "turned"
    argument = "over"
    examples = (*SHAPES, ({"over": "W"}, ((3, 4, 5),), (3, 4, 5)))

    over: str = attr(
        "the axis along which shares sum to 1, by its letter", default="C", form="axis"
    )

    def output(self, x: Shape) -> Shape:
        """The input's shape; refuses an axis that is not there."""
        axes_of(self.over, x, attribute="over")
        return x

    def windows(self, x: Shape) -> tuple[Any, ...]:
        """Its own position, and all of the axis that is summed over."""
        return over_axes(x, self.over)

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The output."""
        return Keeps(output=True)

    def describe(self) -> str:
        """`softmax`, or `softmax over W`."""
        return self.kind if self.over == "C" else f"{self.kind} over {self.over}"

    @classmethod
    def from_torch(
        cls, input: Operand, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
    ) -> Made:
        """`torch.nn.functional.softmax`."""
        del _stacklevel, dtype
        implied = 1 if len(input.shape) in {1, 3} else 0
        return Made(cls(over=input.over(implied if dim is None else dim)), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.Softmax`."""
        (axis,) = axes_of(self.over, x, attribute="over")
        return nn.Softmax(dim=1 + axis)

    onnx_ops = ("Softmax",)

    @classmethod
    def from_onnx(cls, x: Shape, *, axis: int = -1) -> Self:
        """`Softmax`, since opset 13 along one axis."""
        return cls(("C", *x.axes)[sample_axis(axis, x)])

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Softmax`."""
        (axis,) = axes_of(self.over, x, attribute="over")
        return onnx.Softmax(onnx.x, axis=1 + axis)
