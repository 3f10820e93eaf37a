"""Product of two maps as matrices."""

from dataclasses import dataclass
from typing import Any, NoReturn, Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import product
from netsheet.core.shape import Shape
from netsheet.layers.base import Keeps, Layer, Whole, mixed
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Matmul(Layer):
    """Two maps are multiplied as matrices over their last two axes, one pair for each other place.

    M×K times K×N gives M×N with M·K·N multiply-adds, as in attention. No parameters.
    """

    kind = "matmul"
    aliases = ("matrix product", "matrix multiplication", "batched matmul", "bmm")
    family = "matmul"
    source = "Vaswani et al. 2017, arXiv:1706.03762, equation 1"
    torch_calls = ("matmul", "bmm")
    inputs = (2, 2)
    examples = (
        ({}, ((49, 64), (64, 49)), (49, 49)),
        ({}, ((8, 49, 32), (8, 32, 49)), (8, 49, 49)),
        ({}, ((2, 3, 4, 5), (2, 3, 5, 6)), (2, 3, 4, 6)),
    )

    def output(self, x: Shape, other: Shape) -> Shape:
        """M×N behind the other axes; refuses matrices that don't fit each other."""
        if x.rank == 0 or x.rank != other.rank:
            _refuse(x, other, "the same axes, two or more: M×K and K×N")
        if x[-1] != other[-2]:
            _refuse(x, other, f"the first's last axis, {int(x[-1])}, as the second's last but one")
        if x[:-2] != other[:-2]:
            _refuse(x, other, "the same sizes before the last two")
        return Shape((*x[:-1], other[-1]))

    def macs(self, x: Shape, other: Shape, y: Shape) -> int:  # noqa: ARG002 K, M and N are the first's and the output's
        """M·K·N for each pair of matrices."""
        return product((*x, y[-1]))

    def windows(self, x: Shape, other: Shape) -> tuple[Whole, ...]:  # noqa: ARG002 the same whatever the other
        """Rows and columns read whole: a bound."""
        return mixed(x)

    def keeps(self, x: Shape, other: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """Each is needed for the other's gradient."""
        return Keeps(input=True)

    @classmethod
    def from_torch(cls, input: Operand, other: Operand) -> Made:
        """`torch.matmul` of two maps."""
        return Made(cls(), (input, other))

    def to_torch(self, nn: Any, x: Shape, other: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`torch.matmul`."""
        return nn.Matmul()

    onnx_ops = ("MatMul",)

    @classmethod
    def from_onnx(cls, x: Shape, other: Shape) -> Self:  # noqa: ARG003 the output will tell
        """`MatMul` of two maps."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape, other: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`MatMul`."""
        return onnx.MatMul(*onnx.xs)


def _refuse(x: Shape, other: Shape, need: str) -> NoReturn:
    what = f"matmul can't multiply {x} with {other}: they need {need}"
    raise RuleError(what, hint="permute and reshape bring axes into place", attribute="from")
