"""Gated linear unit."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import exact
from netsheet.core.shape import Shape
from netsheet.layers.base import Keeps, Layer
from netsheet.layers.operand import Made, Operand, only


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Glu(Layer):
    """Half of the channels pass, each weighted by the sigmoid of its fellow in the other half.

    y = a·σ(b), where a is the first half and b the second.
    """

    kind = "glu"
    aliases = ("gated linear unit",)
    family = "activation"
    source = "Dauphin et al. 2016, arXiv:1612.08083, equation 1"
    torch_calls = ("glu",)
    torch_reads = "turned"
    examples = (
        ({}, ((64, 7, 7),), (32, 7, 7)),
        ({}, ((2, 9),), (1, 9)),
        ({}, ((8,),), (4,)),
    )

    def output(self, x: Shape) -> Shape:
        """Half of the channels; refuses an odd number."""
        if x.channels % 2:
            what = f"{int(x.channels)} channels have no halves"
            raise RuleError(what, hint="the input's channels must be an even number")
        return Shape((exact(x.channels, 2), *x.size))

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The input."""
        return Keeps(input=True)

    @classmethod
    def from_torch(cls, input: Operand, dim: int = -1) -> Made:
        """`torch.nn.functional.glu` over the channels."""
        only(dim=(input.over(dim), "C"))
        return Made(cls(), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.GLU` over the channels."""
        return nn.GLU(dim=1)

    onnx_ops = ("Glu",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """The first half of the channels times the sigmoid of the second."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """Two `Slice`, `Sigmoid` and `Mul`."""
        axis, half = onnx.numbers([1]), int(x.channels) // 2
        passing, gate = (
            onnx.Slice(onnx.x, onnx.numbers([start]), onnx.numbers([start + half]), axis)
            for start in (0, half)
        )
        return onnx.Mul(passing, onnx.Sigmoid(gate))
