"""Hardswish: swish made of straight pieces."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Hardswish(Activation):
    """Swish made of straight pieces.

    y = x·min(max(x + 3, 0), 6)/6.
    """

    kind = "hardswish"
    aliases = (
        "hard swish",
        "h-swish",
        "hswish",
        "hs",
    )
    source = "Howard et al. 2019, arXiv:1905.02244"
    torch_calls = ("hardswish",)
    kept = "input"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Hardswish`."""
        return nn.Hardswish(inplace=self.inplace)

    onnx_ops = ("HardSwish",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`HardSwish`."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`HardSwish`."""
        return onnx.HardSwish(onnx.x)
