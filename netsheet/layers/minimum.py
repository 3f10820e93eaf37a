"""The smaller of several maps."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer
from netsheet.layers.merge import stretched
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import level, same_rank


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Minimum(Layer):
    """At each place the smaller value of several maps; smaller maps are stretched."""

    kind = "minimum"
    aliases = ("min of maps", "elementwise min", "eltwise min")
    family = "add"
    source = "by definition, torch.minimum"
    torch_calls = ("minimum",)
    inputs = (2, 4096)
    examples = (
        ({}, ((64, 56, 56), (64, 56, 56)), (64, 56, 56)),
        ({}, ((7,), (7,), (7,)), (7,)),
        ({}, ((2, 1), (2, 9)), (2, 9)),
    )

    def output(self, *xs: Shape) -> Shape:
        """The shape that all go together in; refuses what can't be stretched."""
        return stretched(self.kind, xs)

    def keeps(self, *xs: Shape) -> Keeps:
        """The inputs tell which passed its gradient; of several, what was smaller so far too."""
        between = max(0, len(xs) - 2) * self.output(*xs).values
        return Keeps(input=True, extra_bytes=VALUE_BYTES * between)

    @classmethod
    def from_torch(cls, input: Operand, other: Operand) -> Made:
        """`torch.minimum`."""
        return Made(cls(), (input, other))

    def to_torch(self, nn: Any, *xs: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`torch.minimum`, two by two."""
        return nn.Minimum()

    onnx_ops = ("Min",)

    @classmethod
    def from_onnx(cls, *xs: Shape) -> Self:
        """`Min` of maps."""
        same_rank(*xs)
        return cls()

    def to_onnx(self, onnx: Any, *xs: Shape) -> Any:
        """`Min`, flat maps with axes of 1 behind them."""
        return onnx.Min(*level(onnx, *xs))
