"""Flatten: a map becomes one flat vector."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.base import Layer, Whole
from netsheet.layers.operators import refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Flatten(Layer):
    """A C×H×W map is read as one vector of C·H·W values."""

    kind = "flatten"
    aliases = ("reshape to vector", "vectorise", "vectorize")
    family = "shape"
    source = "the order is torch's: channels first, then rows"
    examples = (
        ({}, ((256, 6, 6),), (9216,)),
        ({}, ((5,),), (5,)),
        ({}, ((4, 7),), (28,)),
        ({}, ((2, 3, 4, 5),), (120,)),
    )

    @property
    def shares_storage(self) -> str:
        """It is the same values, read otherwise."""
        return "always"

    def output(self, x: Shape) -> Shape:
        """A vector of all values."""
        return Shape((x.values,))

    def windows(self, x: Shape) -> tuple[Whole, ...]:
        """Positions are no longer told apart: the vector as a whole reads everything."""
        return (Whole(),) * x.rank

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Flatten`."""
        return nn.Flatten()

    onnx_ops = ("Flatten",)

    @classmethod
    def from_onnx(cls, x: Shape, *, axis: int = 1) -> Self:
        """`Flatten` of all that is behind the batch."""
        if axis % (len(x) + 1) != 1:
            refuse(f"it leaves more than the batch standing, or less (axis = {axis})")
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Flatten`."""
        return onnx.Flatten(onnx.x, axis=1)
