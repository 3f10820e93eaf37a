"""A trained tensor by itself, which another row reads."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.numbers import product
from netsheet.core.shape import AXES, Shape
from netsheet.layers.absent import absent
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer, Weight


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Parameter(Layer):
    """A tensor that training changes, and that belongs to no layer: another row reads it.

    It is the same for every sample. One that no row reads is unused: it is counted, for it is
    stored, and the sheet says so.
    """

    kind = "parameter"
    short = "param"
    aliases = ("trained tensor", "learnt tensor", "learned tensor", "bare parameter")
    family = "parameter"
    source = "by definition"
    inputs = (0, 0)
    argument = "sizes"
    examples = (
        ({"sizes": (64, 1, 1)}, (), (64, 1, 1)),
        ({"sizes": ()}, (), (1,)),
        ({"sizes": (8, 4, 3, 3, 3), "trained": False}, (), (864,)),
    )

    sizes: tuple[int, ...] = attr(
        "sizes of the tensor, channels first; scalar for a single number", form="sizes"
    )
    trained: bool = attr(
        "whether training changes it; if not, it is a buffer", default=True, form="yes/no"
    )

    def output(self) -> Shape:
        """The tensor's shape; of one that is no map, a vector of its values."""
        if 1 <= len(self.sizes) <= len(AXES):
            return Shape(self.sizes)
        return Shape((product(self.sizes),))

    def weights(self) -> tuple[Weight, ...]:
        """The tensor."""
        return (Weight("value", self.sizes, "weight" if self.trained else "buffer"),)

    def windows(self) -> tuple[Any, ...]:
        """It reads nothing."""
        return ()

    def describe(self) -> str:
        """`parameter 64×1×1`."""
        return f"{self.kind} {'×'.join(map(str, map(int, self.sizes))) or 'scalar'}"

    def to_torch(self, nn: Any) -> Any:
        """A module that holds it as `value`, and gives it as a batch of one."""
        return nn.Tensor(self.sizes, trained=self.trained)

    from_onnx = absent("a tensor that an operator reads is no operator itself")

    def to_onnx(self, onnx: Any) -> Any:
        """The tensor, as a batch of one."""
        if 1 <= len(self.sizes) <= len(AXES):
            return onnx.Unsqueeze(onnx.tensor("value"), onnx.numbers([0]))
        return onnx.Reshape(onnx.tensor("value"), onnx.numbers([1, -1]))
