"""Reshape: the same values, cut into axes otherwise."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import product
from netsheet.core.shape import AXES, Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer, Whole, mixed
from netsheet.layers.operators import Constant


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reshape(Layer):
    """The values of each sample in their order, read as a map of other sizes.

    The last axis runs fastest, as torch and numpy lay maps; the batch stays as it is.
    """

    kind = "reshape"
    aliases = ("view", "unflatten")
    family = "shape"
    source = "the order is torch's: channels first, then rows"
    argument = "sizes"
    examples = (
        ({"sizes": (2, 32, 7, 7)}, ((64, 7, 7),), (2, 32, 7, 7)),
        ({"sizes": (64, 49)}, ((64, 7, 7),), (64, 49)),
        ({"sizes": (8, 1, 1)}, ((8,),), (8, 1, 1)),
        ({"sizes": (24,)}, ((4, 3, 2),), (24,)),
    )

    sizes: tuple[int, ...] = attr(
        "sizes of the output, channels first", form="sizes", headings=("to shape", "new shape")
    )

    @property
    def shares_storage(self) -> str:
        """It is the same values, read otherwise."""
        return "always"

    def output(self, x: Shape) -> Shape:
        """The sizes asked for; refuses sizes that don't hold the input's values."""
        if not 1 <= len(self.sizes) <= len(AXES):
            what = f"a map has 1 to {len(AXES)} sizes, not {len(self.sizes)}"
            raise RuleError(what, hint="write channels first, as 64×7×7", attribute="sizes")
        y = Shape(self.sizes)
        if y.values != x.values:
            sums = (f"{x}: {int(x.values):,} values", f"{y}: {int(y.values):,} values")
            what = f"{x} can't be read as {y}: they hold different numbers of values"
            raise RuleError(what, sums=sums, hint="the products must agree", attribute="sizes")
        return y

    def windows(self, x: Shape) -> tuple[Any, ...]:
        """As they were, where the positions stay; otherwise positions are others."""
        size = tuple(self.sizes[1:])
        if size == tuple(x.size):
            return Layer.windows(self, x)
        return (Whole(),) * x.rank if product(size) == 1 else mixed(x)

    def describe(self) -> str:
        """`reshape 2×32×7×7`."""
        return f"{self.kind} {'×'.join(str(int(size)) for size in self.sizes)}"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`torch.reshape`, the batch left alone."""
        return nn.Reshape(self.sizes)

    onnx_ops = ("Reshape",)

    @classmethod
    def from_onnx(cls, x: Shape, shape: Constant) -> Self:  # noqa: ARG003 the output will tell
        """`Reshape` to known sizes, the first of them the batch's."""
        return cls(tuple(int(n) for n in shape.numbers()[1:]))

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Reshape`."""
        return onnx.Reshape(onnx.x, onnx.numbers([0, *self.sizes]))
