"""Leaky ReLU: negative values are made small instead of 0."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES, Activation
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LeakyRelu(Activation):
    """Negative values are multiplied by a small slope.

    y = x for x > 0, and slope·x elsewhere.
    """

    kind = "leaky relu"
    aliases = ("lrelu",)
    source = "Maas, Hannun & Ng 2013, ICML workshop"
    torch_calls = ("leaky_relu",)
    kept = "input"
    argument = "slope"
    examples = (*SHAPES, ({"slope": 0.2}, ((3, 4, 4),), (3, 4, 4)))

    slope: float = attr(
        "slope for negative values", default=0.01, form="decimal", headings=("negative slope",)
    )

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The input; in place the output, whose signs are the same."""
        return Keeps(input=not self.inplace, output=self.inplace)

    @classmethod
    def from_torch(
        cls, input: Operand, negative_slope: float = 0.01, inplace: bool = False
    ) -> Made:
        """`torch.nn.functional.leaky_relu`."""
        return Made(cls(slope=negative_slope, inplace=inplace), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.LeakyReLU`."""
        return nn.LeakyReLU(float(self.slope), inplace=self.inplace)

    onnx_ops = ("LeakyRelu",)

    @classmethod
    def from_onnx(cls, x: Shape, *, alpha: float = 0.01) -> Self:  # noqa: ARG003 any input will do
        """`LeakyRelu`."""
        return cls(slope=alpha)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`LeakyRelu`."""
        return onnx.LeakyRelu(onnx.x, alpha=float(self.slope))
