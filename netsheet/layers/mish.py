"""Mish: values are weighted smoothly by themselves."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mish(Activation):
    """Values are weighted by the tanh of their own softplus.

    y = x·tanh(ln(1 + exp(x))).
    """

    kind = "mish"
    source = "Misra 2019, arXiv:1908.08681"
    torch_calls = ("mish",)
    kept = "input"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Mish`."""
        return nn.Mish(inplace=self.inplace)

    onnx_ops = ("Mish",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`Mish`, and x times the tanh of its softplus."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Mul` with `Tanh` of `Softplus`: the one operator for it is too new."""
        return onnx.Mul(onnx.x, onnx.Tanh(onnx.Softplus(onnx.x)))
