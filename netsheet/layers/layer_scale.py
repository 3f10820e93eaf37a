"""Layer scale: a trained factor for each channel."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer, Weight
from netsheet.layers.operators import Constant, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LayerScale(Layer):
    """Each channel is multiplied by a learnt factor, which begins near 0.

    y = γ·x: one parameter a channel. At the end of a residual branch it lets a deep network begin
    as if the branch were not there.
    """

    kind = "layer scale"
    short = "scale"
    aliases = ("layerscale", "channel scale", "gamma")
    family = "multiply"
    source = "Touvron et al. 2021, arXiv:2103.17239, equation 4"
    argument = "initial"
    examples = (*SHAPES, ({"initial": 0.1}, ((96, 56, 56),), (96, 56, 56)))

    initial: float = attr("what γ begins with", default=1e-6, form="decimal", headings=("init",))

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """γ, C×1×1, so that it stretches over the map."""
        return (Weight("weight", (x.channels, *(1,) * x.rank)),)

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The gradient of γ needs the input."""
        return Keeps(input=True)

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.LayerScale`."""
        return nn.LayerScale(x.channels, x.rank, float(self.initial))

    onnx_ops = ("Mul",)

    @classmethod
    def from_onnx(cls, x: Shape, weight: Constant) -> Self:
        """`Mul` with a stored number for each channel."""
        wanted = (x.channels, *(1,) * x.rank)
        if weight.shape not in {wanted, (1, *wanted)}:
            refuse(f"what it multiplies by is {weight.shape}, and not one for each channel")
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Mul`."""
        return onnx.Mul(onnx.x, onnx.tensor("weight"))
