"""Softsign: values are squeezed between −1 and 1."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Softsign(Layer):
    """Values are squeezed between −1 and 1, more gently than by tanh.

    y = x/(1 + |x|).
    """

    kind = "softsign"
    family = "activation"
    source = "Bergstra et al. 2009, Technical Report 1337, Université de Montréal"
    torch_calls = ("softsign",)
    torch_reads = "any"
    examples = SHAPES

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def keeps(self, x: Shape) -> Keeps:
        """The input, and 1 + |x|, which it was divided by."""
        return Keeps(input=True, extra_bytes=self.scratch_bytes(x))

    def scratch_bytes(self, x: Shape) -> int:
        """1 + |x|, which the input is divided by."""
        return VALUE_BYTES * x.values

    @classmethod
    def from_torch(cls, input: Operand) -> Made:
        """`torch.nn.functional.softsign`."""
        return Made(cls(), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Softsign`."""
        return nn.Softsign()

    onnx_ops = ("Softsign",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`Softsign`."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Softsign`."""
        return onnx.Softsign(onnx.x)
