"""Gelu: values are weighted by how likely a normal variable lies below them."""

from dataclasses import dataclass
from math import pi, sqrt
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES, Activation
from netsheet.layers.attribute import attr
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Gelu(Activation):
    """Values are weighted by how likely a normal variable lies below them.

    y = x·Φ(x); approximately x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2.
    """

    kind = "gelu"
    aliases = ("gaussian error linear unit",)
    source = "Hendrycks & Gimpel 2016, arXiv:1606.08415"
    torch_calls = ("gelu",)
    kept = "input"
    examples = (*SHAPES, ({"approximate": True}, ((3, 4, 4),), (3, 4, 4)))

    approximate: bool = attr(
        "whether it is approximated by tanh", default=False, form="yes/no", headings=("tanh",)
    )

    @classmethod
    def from_torch(cls, input: Operand, approximate: str = "none") -> Made:
        """`torch.nn.functional.gelu`."""
        return Made(cls(approximate=approximate != "none"), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.GELU`."""
        return nn.GELU(inplace=self.inplace, tanh=self.approximate)

    onnx_ops = ("Gelu",)

    @classmethod
    def from_onnx(cls, x: Shape, *, approximate: str = "none") -> Self:  # noqa: ARG003 any input will do
        """`Gelu`, and the operators that say it in steps."""
        if approximate not in {"none", "tanh"}:
            refuse(f'it is approximated by "{approximate}"')
        return cls(approximate=approximate == "tanh")

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """x/2·(1 + erf(x/√2)), or with tanh: the one operator for it is too new."""
        if self.approximate:
            cube = onnx.Mul(onnx.Pow(onnx.x, onnx.reals([3])), onnx.reals([0.044715]))
            inner = onnx.Mul(onnx.Add(onnx.x, cube), onnx.reals([sqrt(2 / pi)]))
            likely = onnx.Add(onnx.Tanh(inner), onnx.reals([1]))
        else:
            likely = onnx.Add(onnx.Erf(onnx.Div(onnx.x, onnx.reals([sqrt(2)]))), onnx.reals([1]))
        return onnx.Mul(onnx.Mul(onnx.x, likely), onnx.reals([0.5]))
