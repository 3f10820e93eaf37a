"""Celu: elu without a kink."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES, Activation
from netsheet.layers.attribute import attr
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Celu(Activation):
    """Elu whose slope is continuous for every α.

    y = max(0, x) + min(0, α·(exp(x/α) − 1)).
    """

    kind = "celu"
    aliases = ("continuously differentiable elu",)
    source = "Barron 2017, arXiv:1704.07483"
    torch_calls = ("celu",)
    kept = "input"
    examples = (*SHAPES, ({"alpha": 0.5}, ((3, 4, 4),), (3, 4, 4)))

    alpha: float = attr("α: how far below 0 values go", default=1.0, form="decimal")

    @classmethod
    def from_torch(cls, input: Operand, alpha: float = 1.0, inplace: bool = False) -> Made:
        """`torch.nn.functional.celu`."""
        return Made(cls(alpha=float(alpha), inplace=inplace), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.CELU`."""
        return nn.CELU(float(self.alpha), inplace=self.inplace)

    onnx_ops = ("Celu",)

    @classmethod
    def from_onnx(cls, x: Shape, *, alpha: float = 1.0) -> Self:  # noqa: ARG003 any input will do
        """`Celu`."""
        return cls(alpha=alpha)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Celu`."""
        return onnx.Celu(onnx.x, alpha=float(self.alpha))
