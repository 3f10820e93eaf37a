"""Rescaling by fixed numbers."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rescale(Layer):
    """Each value times a fixed number, plus another; nothing is learnt.

    y = a·x + b.
    """

    kind = "rescale"
    aliases = ("affine by constants", "linear by constants", "multiply by constant")
    family = "arithmetic"
    source = "by definition"
    argument = "factor"
    examples = (
        *SHAPES[:2],
        ({"factor": 0.5}, ((2, 9),), (2, 9)),
        ({"factor": -1.0, "shift": 1.0}, ((3, 4, 4),), (3, 4, 4)),
        ({"shift": 1e-6}, ((3, 4, 4),), (3, 4, 4)),
    )

    factor: float = attr("a: what each value is multiplied by", default=1.0, form="decimal")
    shift: float = attr("b: what is added then", default=0.0, form="decimal")

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def describe(self) -> str:
        """`rescale 0.5·x + 1`."""
        times = "x" if self.factor == 1 else f"{float(self.factor):g}·x".replace("-", "−")
        plus = f" {'+' if self.shift > 0 else '−'} {abs(float(self.shift)):g}" if self.shift else ""
        return f"{self.kind} {times}{plus}"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """A product and a sum."""
        return nn.Rescale(float(self.factor), float(self.shift))

    onnx_ops = ("Rescale",)

    @classmethod
    def from_onnx(cls, x: Shape, *, factor: float = 1.0, shift: float = 0.0) -> Self:  # noqa: ARG003 any input will do
        """`Mul`, `Add`, `Sub` and `Div` with single numbers, and `Neg`, worked into one."""
        return cls(factor, shift)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Mul` and `Add`, of which one that changes nothing is left out."""
        y = onnx.x if self.factor == 1 else onnx.Mul(onnx.x, onnx.reals([self.factor]))
        return onnx.Add(y, onnx.reals([self.shift])) if self.shift else y
