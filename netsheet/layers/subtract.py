"""Subtraction of maps."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.layers.merge import stretched
from netsheet.layers.operators import level, same_rank


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Subtract(Layer):
    """The second map is taken from the first, value by value; smaller ones are stretched."""

    kind = "subtract"
    aliases = ("minus", "difference", "sub", "−")
    family = "add"
    source = "by definition, torch.sub"
    inputs = (2, 2)
    examples = (
        ({}, ((64, 56, 56), (64, 56, 56)), (64, 56, 56)),
        ({}, ((64, 56, 56), (64, 1, 1)), (64, 56, 56)),
        ({}, ((7,), (1,)), (7,)),
        ({}, ((2, 1), (2, 9)), (2, 9)),
    )

    def output(self, x: Shape, other: Shape) -> Shape:
        """The shape that both go together in; refuses what can't be stretched."""
        return stretched(self.kind, (x, other))

    def to_torch(self, nn: Any, x: Shape, other: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`torch.subtract`."""
        return nn.Subtract()

    onnx_ops = ("Sub",)

    @classmethod
    def from_onnx(cls, x: Shape, other: Shape) -> Self:
        """`Sub` of two maps."""
        same_rank(x, other)
        return cls()

    def to_onnx(self, onnx: Any, x: Shape, other: Shape) -> Any:
        """`Sub`, a flat map with axes of 1 behind it."""
        return onnx.Sub(*level(onnx, x, other))
