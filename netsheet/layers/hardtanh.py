"""Hardtanh: values are held between two bounds."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES, Activation
from netsheet.layers.attribute import attr
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import Constant, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Hardtanh(Activation):
    """Values are held between two bounds.

    y = min(max(x, low), high).
    """

    kind = "hardtanh"
    aliases = (
        "hard tanh",
        "clip",
        "clamp",
    )
    source = "Collobert 2004, thesis, Université Paris VI; ONNX operator Clip"
    torch_calls = ("hardtanh",)
    kept = "input"
    examples = (*SHAPES, ({"low": 0.0, "high": 20.0}, ((3, 4, 4),), (3, 4, 4)))

    low: float = attr("the lower bound", default=-1.0, form="decimal", headings=("min", "min val"))
    high: float = attr("the upper bound", default=1.0, form="decimal", headings=("max", "max val"))

    def output(self, x: Shape) -> Shape:
        """The input's shape; refuses bounds in the wrong order."""
        if self.low >= self.high:
            what = f"nothing lies between {float(self.low):g} and {float(self.high):g}"
            raise RuleError(what, hint="low must be below high", attribute="low")
        return x

    @classmethod
    def from_torch(
        cls, input: Operand, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
    ) -> Made:
        """`torch.nn.functional.hardtanh`."""
        return Made(cls(low=min_val, high=max_val, inplace=inplace), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Hardtanh`."""
        return nn.Hardtanh(float(self.low), float(self.high), inplace=self.inplace)

    onnx_ops = ("Clip",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,  # noqa: ARG003 any input will do
        min: Constant | None = None,
        max: Constant | None = None,
    ) -> Self:
        """`Clip` with two bounds, which are not those of relu6."""
        if min is None or max is None:
            refuse("it has one bound")
        (low,), (high,) = min.numbers(), max.numbers()
        if (low, high) == (0, 6):
            refuse("it is relu6")
        return cls(low=low, high=high)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Clip`."""
        return onnx.Clip(onnx.x, onnx.reals([self.low]), onnx.reals([self.high]))
