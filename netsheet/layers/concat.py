"""Concatenation of channels."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.numbers import total
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer, axes_of, mixed
from netsheet.layers.merge import same_shape, same_size
from netsheet.layers.operators import sample_axis


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Concat(Layer):
    """Maps of one size are laid behind each other: their channels add up.

    Over another axis, that axis adds up, and all else must agree.
    """

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
        ({"over": "H"}, ((4, 7, 1), (4, 5, 1)), (4, 12, 1)),
    )

    over: str = attr(
        "the axis along which maps are laid, by its letter",
        default="C",
        form="axis",
        headings=("axis",),
    )

    def output(self, *xs: Shape) -> Shape:
        """The sum of the channels; refuses maps of different size."""
        if self.over == "C":
            same_size(self.kind, xs)
            return Shape((total(x.channels for x in xs), *xs[0].size))
        (place,) = axes_of(self.over, xs[0], attribute="over")
        beside = [Shape((*x[:place], *x[place + 1 :])) for x in xs]
        if any(len(x) != len(xs[0]) for x in xs):
            same_size(self.kind, xs)
        same_shape(f"{self.kind} over {self.over}, beside this,", tuple(beside))
        return Shape((*xs[0][:place], total(x[place] for x in xs), *xs[0][place + 1 :]))

    def windows(self, *xs: Shape) -> tuple[Any, ...]:
        """Its own position; laid along another axis, a bound."""
        return Layer.windows(self, *xs) if self.over == "C" else mixed(xs[0])

    def describe(self) -> str:
        """`concat`, or `concat over H`."""
        return self.kind if self.over == "C" else f"{self.kind} over {self.over}"

    def to_torch(self, nn: Any, *xs: Shape) -> Any:
        """`torch.cat` over the axis."""
        (place,) = axes_of(self.over, xs[0], attribute="over")
        return nn.Concat(place)

    onnx_ops = ("Concat",)

    @classmethod
    def from_onnx(cls, *xs: Shape, axis: int) -> Self:
        """`Concat` along any axis but the batch."""
        return cls(("C", *xs[0].axes)[sample_axis(axis, xs[0])])

    def to_onnx(self, onnx: Any, *xs: Shape) -> Any:
        """`Concat`; what is the same for every sample is repeated for each."""
        (place,) = axes_of(self.over, xs[0], attribute="over")
        varying = [value for value in onnx.xs if not onnx.is_single(value)]
        if not varying or len(varying) == len(xs):
            return onnx.Concat(*onnx.xs, axis=1 + place)
        batch = onnx.Shape(varying[0], start=0, end=1)
        parts = [
            onnx.Expand(value, onnx.Concat(batch, onnx.numbers(x), axis=0))
            if onnx.is_single(value)
            else value
            for value, x in zip(onnx.xs, xs, strict=True)
        ]
        return onnx.Concat(*parts, axis=1 + place)
