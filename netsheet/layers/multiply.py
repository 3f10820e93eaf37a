"""Multiplication of maps, as in squeeze-and-excitation."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer
from netsheet.layers.merge import stretched
from netsheet.layers.operators import level, same_rank


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Multiply(Layer):
    """Maps are multiplied, value by value; a C×1×1 gate is stretched over its map."""

    kind = "multiply"
    aliases = ("scale", "product", "mul", "gate", "excite", "eltwise product", "×")
    family = "multiply"
    source = "Hu et al. 2017, arXiv:1709.01507, equation 4"
    inputs = (2, 4096)
    examples = (
        ({}, ((64, 56, 56), (64, 1, 1)), (64, 56, 56)),
        ({}, ((7,), (7,)), (7,)),
        ({}, ((2, 1), (2, 9)), (2, 9)),
        ({}, ((8,), (8, 5, 5)), (8, 5, 5)),
    )

    def output(self, *xs: Shape) -> Shape:
        """The largest shape; refuses what can't be stretched to it."""
        return stretched(self.kind, xs)

    def keeps(self, *xs: Shape) -> Keeps:
        """Each factor is needed for the other's gradient; of several, the products so far too."""
        between = max(0, len(xs) - 2) * self.output(*xs).values
        return Keeps(input=True, extra_bytes=VALUE_BYTES * between)

    def to_torch(self, nn: Any, *xs: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """The product of the inputs."""
        return nn.Multiply()

    onnx_ops = ("Mul",)

    @classmethod
    def from_onnx(cls, *xs: Shape) -> Self:
        """`Mul` of maps, where axes of 1 are stretched."""
        same_rank(*xs)
        return cls()

    def to_onnx(self, onnx: Any, *xs: Shape) -> Any:
        """`Mul`, a flat gate with axes of 1 behind it."""
        y, *others = level(onnx, *xs)
        for factor in others:
            y = onnx.Mul(y, factor)
        return y
