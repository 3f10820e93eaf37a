"""Hyperbolic tangent, plain or scaled."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES, Activation
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tanh(Activation):
    """Values are squeezed between −1 and 1, or between −A and A.

    y = A·tanh(S·x); A = S = 1 unless given. LeNet-5 has A = 1.7159 and S = 2/3.
    """

    kind = "tanh"
    aliases = ("hyperbolic tangent", "squashing function", "scaled tanh")
    source = "LeCun et al. 1998, Proc. IEEE 86(11), equation 6"
    torch_calls = ("tanh",)
    kept = "output"
    presets = {"scaled tanh": {"amplitude": "1.7159", "slope": "2/3"}}
    examples = (*SHAPES, ({"amplitude": 1.7159, "slope": 2 / 3}, ((120, 1, 1),), (120, 1, 1)))

    amplitude: float = attr("the largest value, A", default=1.0, form="decimal")
    slope: float = attr("the slope at 0 before A, S", default=1.0, form="decimal")

    @property
    def in_place(self) -> bool:
        """As written, but never where it is scaled."""
        return self.inplace and self.amplitude == self.slope == 1

    def keeps(self, x: Shape) -> Keeps:
        """The output, before it is multiplied by A."""
        if self.amplitude == 1:
            return Keeps(output=True)
        return Keeps(extra_bytes=VALUE_BYTES * x.values)

    def scratch_bytes(self, x: Shape) -> int:
        """The values before tanh, and after it those before they are multiplied by A."""
        return 0 if self.amplitude == self.slope == 1 else VALUE_BYTES * x.values

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Tanh`, scaled where asked."""
        if self.amplitude == 1 and self.slope == 1:
            return nn.Tanh(inplace=self.inplace)
        return nn.ScaledTanh(float(self.amplitude), float(self.slope))

    onnx_ops = ("Tanh",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`Tanh`, which is not scaled."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Tanh`, with a factor before and after it where it is scaled."""
        y = onnx.x if self.slope == 1 else onnx.Mul(onnx.x, onnx.reals([self.slope]))
        y = onnx.Tanh(y)
        return y if self.amplitude == 1 else onnx.Mul(y, onnx.reals([self.amplitude]))
