"""Softplus: relu without a kink."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Softplus(Layer):
    """Relu without a kink.

    y = ln(1 + exp(β·x))/β.
    """

    kind = "softplus"
    aliases = ("smooth relu",)
    family = "activation"
    source = "Dugas et al. 2000, NIPS 13"
    torch_calls = ("softplus",)
    torch_reads = "any"
    examples = (*SHAPES, ({"beta": 2.0}, ((3, 4, 4),), (3, 4, 4)))

    beta: float = attr("β: how sharp the bend is", default=1.0, form="decimal")
    threshold: float = attr(
        "β·x above which y is x, so that exp can't overflow", default=20.0, form="decimal"
    )

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The input."""
        return Keeps(input=True)

    @classmethod
    def from_torch(cls, input: Operand, beta: float = 1, threshold: float = 20) -> Made:
        """`torch.nn.functional.softplus`."""
        return Made(cls(beta=float(beta), threshold=float(threshold)), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Softplus`."""
        return nn.Softplus(float(self.beta), float(self.threshold))

    onnx_ops = ("Softplus",)

    @classmethod
    def from_onnx(cls, x: Shape, *, beta: float = 1.0, threshold: float = 20.0) -> Self:  # noqa: ARG003 any input will do
        """`Softplus`, and the operators around it that make β and the threshold."""
        return cls(beta, threshold)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Softplus`, with β before and after it; beyond a low threshold x itself."""
        beta = float(self.beta)
        inner = onnx.x if beta == 1 else onnx.Mul(onnx.x, onnx.reals([beta]))
        y = onnx.Softplus(inner)
        y = y if beta == 1 else onnx.Div(y, onnx.reals([beta]))
        if self.threshold >= 20:  # noqa: PLR2004 from there on 32 bits hold no difference
            return y
        return onnx.Where(onnx.Greater(inner, onnx.reals([self.threshold])), onnx.x, y)
