"""Relu6: values are held between 0 and 6."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation
from netsheet.layers.operators import Constant, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Relu6(Activation):
    """Values are held between 0 and 6.

    y = min(max(x, 0), 6).
    """

    kind = "relu6"
    aliases = ("clipped relu",)
    source = "Howard et al. 2017, arXiv:1704.04861"
    torch_calls = ("relu6",)
    kept = "input"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.ReLU6`."""
        return nn.ReLU6(inplace=self.inplace)

    onnx_ops = ("Clip",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,  # noqa: ARG003 any input will do
        min: Constant | None = None,
        max: Constant | None = None,
    ) -> Self:
        """`Clip` to 0 and 6."""
        bounds = [side.numbers() if side is not None else () for side in (min, max)]
        if bounds != [(0,), (6,)]:
            refuse("it holds values between other bounds than 0 and 6")
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Clip`."""
        return onnx.Clip(onnx.x, onnx.reals([0]), onnx.reals([6]))
