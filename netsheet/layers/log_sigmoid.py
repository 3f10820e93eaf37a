"""Log sigmoid."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LogSigmoid(Layer):
    """The logarithm of the sigmoid, computed so that it can't underflow.

    y = −ln(1 + exp(−x)).
    """

    kind = "log sigmoid"
    aliases = ("logsigmoid",)
    family = "activation"
    source = "by definition, torch.nn.LogSigmoid"
    torch_calls = ("logsigmoid",)
    torch_reads = "any"
    examples = SHAPES

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def keeps(self, x: Shape) -> Keeps:
        """The input, and its exponentials; on a GPU without these."""
        return Keeps(input=True, extra_bytes=self.scratch_bytes(x))

    def scratch_bytes(self, x: Shape) -> int:
        """The exponentials; on a GPU nothing."""
        return VALUE_BYTES * x.values

    @classmethod
    def from_torch(cls, input: Operand) -> Made:
        """`torch.nn.functional.logsigmoid`."""
        return Made(cls(), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.LogSigmoid`."""
        return nn.LogSigmoid()

    onnx_ops = ("LogSigmoid",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """The logarithm of a sigmoid, or minus the softplus of −x."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """−softplus(−x)."""
        return onnx.Neg(onnx.Softplus(onnx.Neg(onnx.x)))
