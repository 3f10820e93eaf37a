"""Concatenation of channels."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.numbers import total
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.layers.merge import same_size


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Concat(Layer):
    """Maps of one size are laid behind each other: their channels add up."""

    kind = "concat"
    aliases = (
        "concatenate",
        "concatenation",
        "depth concat",
        "depthconcat",
        "filter concatenation",
        "filter concat",
        "cat",
    )
    family = "concat"
    source = "Szegedy et al. 2014, arXiv:1409.4842, figure 2"
    inputs = (1, 4096)
    examples = (
        ({}, ((64, 28, 28), (128, 28, 28), (32, 28, 28)), (224, 28, 28)),
        ({}, ((3,), (4,)), (7,)),
        ({}, ((2, 9), (1, 9)), (3, 9)),
    )

    def output(self, *xs: Shape) -> Shape:
        """The sum of the channels; refuses maps of different size."""
        same_size(self.kind, xs)
        return Shape((total(x.channels for x in xs), *xs[0].size))

    def to_torch(self, nn: Any, *xs: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`torch.cat` over the channels."""
        return nn.Concat()
