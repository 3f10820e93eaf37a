"""Elu: negative values approach a floor smoothly."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES, Activation
from netsheet.layers.attribute import attr
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Elu(Activation):
    """Negative values approach −α smoothly.

    y = x for x > 0, and α·(exp(x) − 1) elsewhere.
    """

    kind = "elu"
    aliases = ("exponential linear unit",)
    source = "Clevert, Unterthiner & Hochreiter 2015, arXiv:1511.07289, equation 15"
    torch_calls = ("elu",)
    kept = "input"
    examples = (*SHAPES, ({"alpha": 0.5}, ((3, 4, 4),), (3, 4, 4)))

    alpha: float = attr("α: how far below 0 values go", default=1.0, form="decimal")

    @classmethod
    def from_torch(cls, input: Operand, alpha: float = 1.0, inplace: bool = False) -> Made:
        """`torch.nn.functional.elu`."""
        return Made(cls(alpha=float(alpha), inplace=inplace), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.ELU`."""
        return nn.ELU(float(self.alpha), inplace=self.inplace)

    onnx_ops = ("Elu",)

    @classmethod
    def from_onnx(cls, x: Shape, *, alpha: float = 1.0) -> Self:  # noqa: ARG003 any input will do
        """`Elu`."""
        return cls(alpha=alpha)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Elu`."""
        return onnx.Elu(onnx.x, alpha=float(self.alpha))
