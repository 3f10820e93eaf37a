"""Log softmax: the logarithm of the shares that softmax gives."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer, axes_of, over_axes
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import sample_axis


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LogSoftmax(Layer):
    """The logarithm of softmax, computed so that a share near 0 doesn't become −∞.

    y_c = x_c − ln Σ exp(x_j), at each position by itself.
    """

    kind = "log softmax"
    aliases = ("logsoftmax", "log probabilities")
    family = "activation"
    source = "by definition, torch.nn.LogSoftmax"
    torch_calls = ("log_softmax",)
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
        """`log softmax`, or `log softmax over W`."""
        return self.kind if self.over == "C" else f"{self.kind} over {self.over}"

    @classmethod
    def from_torch(
        cls, input: Operand, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
    ) -> Made:
        """`torch.nn.functional.log_softmax`."""
        del _stacklevel, dtype
        implied = 1 if len(input.shape) in {1, 3} else 0
        return Made(cls(over=input.over(implied if dim is None else dim)), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.LogSoftmax`."""
        (axis,) = axes_of(self.over, x, attribute="over")
        return nn.LogSoftmax(dim=1 + axis)

    onnx_ops = ("LogSoftmax",)

    @classmethod
    def from_onnx(cls, x: Shape, *, axis: int = -1) -> Self:
        """`LogSoftmax`, since opset 13 along one axis."""
        return cls(("C", *x.axes)[sample_axis(axis, x)])

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`LogSoftmax`."""
        (axis,) = axes_of(self.over, x, attribute="over")
        return onnx.LogSoftmax(onnx.x, axis=1 + axis)
