"""Silu: values are weighted by their own sigmoid."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation
from netsheet.layers.operators import refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Silu(Activation):
    """Values are weighted by their own sigmoid.

    y = x/(1 + exp(−x)).
    """

    kind = "silu"
    aliases = ("swish",)
    source = "Elfwing et al. 2017, arXiv:1702.03118; Ramachandran et al. 2017, arXiv:1710.05941"
    torch_calls = ("silu",)
    kept = "input"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.SiLU`."""
        return nn.SiLU(inplace=self.inplace)

    onnx_ops = ("Swish",)

    @classmethod
    def from_onnx(cls, x: Shape, *, alpha: float = 1.0) -> Self:  # noqa: ARG003 any input will do
        """`Swish`, and x times its sigmoid."""
        if alpha != 1:
            refuse(f"its slope at 0 is set to {alpha:g}")
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Mul` with `Sigmoid`: the one operator for it is too new."""
        return onnx.Mul(onnx.x, onnx.Sigmoid(onnx.x))
