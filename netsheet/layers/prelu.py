"""PReLU: a leaky ReLU whose slope is learnt."""

from dataclasses import dataclass
from math import prod
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer, Weight
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import Constant, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prelu(Layer):
    """Negative values are multiplied by a learnt slope: one for all, or one a channel.

    y = x for x > 0, and a·x elsewhere.
    """

    kind = "prelu"
    aliases = ("parametric relu",)
    family = "activation"
    source = "He et al. 2015, arXiv:1502.01852"
    torch_calls = ("prelu",)
    examples = (*SHAPES, ({"slopes": 3}, ((3, 4, 4),), (3, 4, 4)))

    slopes: int = attr(
        "learnt slopes: 1, or as many as channels", symbol="a", at_least=1, default=1
    )

    def output(self, x: Shape) -> Shape:
        """The input's shape; refuses a number of slopes that is neither 1 nor C."""
        if self.slopes not in {1, x.channels}:
            what = f"{int(self.slopes)} slopes for {int(x.channels)} channels"
            raise RuleError(what, hint=f"slopes must be 1 or {int(x.channels)}", attribute="slopes")
        return x

    def weights(self, x: Shape) -> tuple[Weight, ...]:  # noqa: ARG002 the same whatever the input
        """The slopes."""
        return (Weight("weight", (self.slopes,)),)

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The input."""
        return Keeps(input=True)

    @classmethod
    def from_torch(cls, input: Operand, weight: Operand) -> Made:
        """`torch.nn.functional.prelu`."""
        return Made(
            cls(slopes=weight.shape[0] if weight.shape else 1), (input,), {"weight": weight}
        )

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.PReLU`."""
        return nn.PReLU(self.slopes)

    onnx_ops = ("PRelu",)

    @classmethod
    def from_onnx(cls, x: Shape, weight: Constant) -> Self:
        """`PRelu` with one slope, or one for each channel."""
        single, each = (1,) * len(weight.shape), (x.channels, *(1,) * x.rank)
        if weight.shape not in {single, each, (1, *each)}:
            refuse(f"its slopes are {weight.shape}, neither one nor one for each channel")
        return cls(slopes=prod(weight.shape))

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`PRelu`, the slopes of channels made as long as a map has axes."""
        slopes = onnx.tensor("weight")
        if self.slopes != 1 and x.rank:
            slopes = onnx.Unsqueeze(slopes, onnx.numbers(range(1, 1 + x.rank)))
        return onnx.PRelu(onnx.x, slopes)
