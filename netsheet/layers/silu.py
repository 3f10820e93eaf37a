"""Silu: values are weighted by their own sigmoid."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.shape import Shape
from netsheet.layers.activation import Activation


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
