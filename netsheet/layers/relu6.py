"""Relu6: values are held between 0 and 6."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


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
