"""Addition of maps, as in a residual connection."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer
from netsheet.layers.merge import same_shape, stretched
from netsheet.layers.operators import level, same_rank


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Add(Layer):
    """Maps of one shape are added, value by value; no parameters.

    With `stretch`, axes of 1 are stretched over the others: a C×1×1 shift over its map.
    """

    kind = "add"
    aliases = ("sum", "addition", "residual", "plus", "eltwise sum", "+")
    family = "add"
    source = "He et al. 2015, arXiv:1512.03385, equation 1"
    inputs = (1, 4096)
    examples = (
        ({}, ((64, 56, 56), (64, 56, 56)), (64, 56, 56)),
        ({}, ((7,), (7,), (7,)), (7,)),
        ({}, ((2, 9), (2, 9)), (2, 9)),
        ({"stretch": True}, ((64, 56, 56), (64, 1, 1)), (64, 56, 56)),
        ({"stretch": True}, ((1, 5, 5), (3,), (3, 1, 1)), (3, 5, 5)),
    )

    stretch: bool = attr(
        "whether smaller maps are stretched; if not, they are refused",
        default=False,
        form="yes/no",
        headings=("broadcast",),
    )

    def output(self, *xs: Shape) -> Shape:
        """The shape that all have; refuses others, unless they can be stretched and may be."""
        if self.stretch:
            return stretched(self.kind, xs)
        same_shape(self.kind, xs)
        return xs[0]

    def to_torch(self, nn: Any, *xs: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """The sum of the inputs."""
        return nn.Add()

    onnx_ops = ("Add", "Sum")

    @classmethod
    def from_onnx(cls, *xs: Shape) -> Self:
        """`Add` and `Sum` of maps, which are stretched where they have unlike sizes."""
        same_rank(*xs)
        return cls(stretch=len(set(xs)) > 1)

    def to_onnx(self, onnx: Any, *xs: Shape) -> Any:
        """`Add` of two, `Sum` of more; flat maps with axes of 1 behind them."""
        if len(xs) == 1:
            return onnx.Identity(onnx.x)
        values = level(onnx, *xs)
        return onnx.Add(*values) if len(xs) == 2 else onnx.Sum(*values)  # noqa: PLR2004 operands
