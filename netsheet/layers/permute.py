"""Permute: the axes in another order."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer, axes_of, mixed
from netsheet.layers.operators import Sizes, sample_axis


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Permute(Layer):
    """The axes of a map in another order: H×W×C is a map with its channels behind.

    The values are copied, so that the last axis runs fastest again.
    """

    kind = "permute"
    aliases = ("transpose", "axes order")
    family = "shape"
    source = "torch.permute, without the batch"
    argument = "order"
    examples = (
        ({"order": "HWC"}, ((3, 5, 7),), (5, 7, 3)),
        ({"order": "LC"}, ((4, 9),), (9, 4)),
        ({"order": "DCHW"}, ((2, 3, 4, 5),), (3, 2, 4, 5)),
    )

    order: str = attr("the letters of the axes in their new order, as H×W×C", form="order")

    def output(self, x: Shape) -> Shape:
        """The sizes in their new order; refuses letters that are not the input's."""
        places = axes_of(self.order, x, attribute="order")
        if len(places) != len(x):
            what = f"{'×'.join(self.order)} leaves out axes of {x}"
            hint = f"name all of {', '.join(('C', *x.axes))}, in the order they are to have"
            raise RuleError(what, hint=hint, attribute="order")
        return Shape(x[place] for place in places)

    def windows(self, x: Shape) -> tuple[Any, ...]:
        """As they were, where the positions stay; otherwise positions are others."""
        places = axes_of(self.order, x, attribute="order")
        return Layer.windows(self, x) if places == tuple(range(len(x))) else mixed(x)

    def describe(self) -> str:
        """`permute H×W×C`."""
        return f"{self.kind} {'×'.join(self.order)}"

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`torch.permute`, and a copy."""
        return nn.Permute(axes_of(self.order, x, attribute="order"))

    onnx_ops = ("Transpose",)

    @classmethod
    def from_onnx(cls, x: Shape, *, perm: Sizes) -> Self:
        """`Transpose` that leaves the batch in its place."""
        letters = ("C", *x.axes)
        return cls("".join(letters[sample_axis(axis, x)] for axis in perm[1:]))

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Transpose`."""
        places = axes_of(self.order, x, attribute="order")
        return onnx.Transpose(onnx.x, perm=[0, *(1 + place for place in places)])
