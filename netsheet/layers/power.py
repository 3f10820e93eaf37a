"""Power by a fixed number."""

from dataclasses import dataclass
from math import prod
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer
from netsheet.layers.operators import Constant, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Power(Layer):
    """Each value to a fixed power: 2 squares, 0.5 is the square root, −1 the reciprocal.

    y = x^n.
    """

    kind = "power"
    aliases = ("pow",)
    family = "activation"
    source = "by definition"
    presets = {
        "square": {"exponent": "2"},
        "square root": {"exponent": "0.5"},
        "sqrt": {"exponent": "0.5"},
        "reciprocal": {"exponent": "-1"},
    }
    argument = "exponent"
    examples = (
        *SHAPES[:2],
        ({"exponent": 0.5}, ((2, 9),), (2, 9)),
        ({"exponent": -1.0}, ((3, 4, 4),), (3, 4, 4)),
    )

    exponent: float = attr("the power, n", default=2.0, form="decimal")

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The input."""
        return Keeps(input=True)

    def describe(self) -> str:
        """`power 0.5`."""
        return f"{self.kind} {float(self.exponent):g}".replace("-", "−")

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`torch.pow`."""
        return nn.Power(float(self.exponent))

    onnx_ops = ("Pow", "Sqrt", "Reciprocal")

    @classmethod
    def from_onnx(cls, x: Shape, exponent: Constant | None = None, *, op: str) -> Self:  # noqa: ARG003 any input will do
        """`Pow` by one number, `Sqrt` and `Reciprocal`."""
        if exponent is None:
            return cls({"Sqrt": 0.5, "Reciprocal": -1.0}.get(op, 1.0))
        if prod(exponent.shape) != 1:
            refuse(f"it has {prod(exponent.shape)} powers")
        return cls(float(exponent.numbers()[0]))

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Sqrt` and `Reciprocal` where it is these, else `Pow`."""
        single = {0.5: "Sqrt", -1.0: "Reciprocal"}.get(float(self.exponent))
        if single is not None:
            return getattr(onnx, single)(onnx.x)
        return onnx.Pow(onnx.x, onnx.reals([self.exponent]))
