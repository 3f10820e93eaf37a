"""The network's input."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.shape import Shape
from netsheet.layers.absent import absent
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Input(Layer):
    """What the network is given: a picture C×H×W, a sound C×L, a volume C×D×H×W, or a vector."""

    kind = "input"
    aliases = ("input image", "image", "data", "input layer")
    family = "input"
    source = "by definition"
    inputs = (0, 0)
    examples = (
        ({"shape": Shape((3, 227, 227))}, (), (3, 227, 227)),
        ({"shape": Shape((10,))}, (), (10,)),
    )

    shape: Shape = attr("shape of one sample, channels first", form="shape", headings=("size",))

    def output(self) -> Shape:
        """The shape as given."""
        return self.shape

    def windows(self) -> tuple[Any, ...]:
        """It reads nothing."""
        return ()

    def to_torch(self, nn: Any) -> Any:
        """Nothing to compute."""
        return nn.Identity()

    onnx_ops = ()
    from_onnx = absent("an input is no operator")
    to_onnx = absent("an input is no operator")
