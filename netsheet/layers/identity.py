"""Identity: nothing happens."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.base import Layer


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Identity(Layer):
    """The output is the input; useful to give a place in the network a name."""

    kind = "identity"
    aliases = ("skip", "shortcut", "none layer", "pass")
    family = "shape"
    source = "by definition"
    examples = SHAPES

    @property
    def shares_storage(self) -> str:
        """It is the same values."""
        return "always"

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Identity`."""
        return nn.Identity()

    onnx_ops = ("Identity",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`Identity`."""
        return cls()

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Identity`."""
        return onnx.Identity(onnx.x)
