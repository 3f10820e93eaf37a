"""Adaptive max pooling: the output's size is given, the windows follow."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.adaptive import adaptive_output, adaptive_windows, stretches
from netsheet.layers.attribute import attr
from netsheet.layers.base import Axes, Keeps, Layer, Whole, Window, per_axis
from netsheet.layers.operand import Made, Operand, only, output_sizes
from netsheet.layers.pooling import INDEX_BYTES


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AdaptiveMaxPool(Layer):
    """Largest value in windows that are laid so that the output has the size asked for.

    Output i looks at rows ⌊i·H/size⌋ to ⌈(i + 1)·H/size⌉ − 1; size 1 is global max pooling.
    """

    kind = "adaptive max pool"
    short = "pool"
    aliases = (
        "adaptivemaxpool2d",
        "adaptivemaxpool1d",
        "adaptivemaxpool3d",
        "global max pool",
        "global max pooling",
        "globalmaxpooling2d",
    )
    family = "adaptive pool"
    source = "Oquab et al. 2015, CVPR (global)"
    torch_calls = ("adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d")
    presets = {
        name: {"size": "1"}
        for name in ("global max pool", "global max pooling", "globalmaxpooling2d")
    }
    argument = "size"
    examples = (
        ({"size": 1}, ((8, 7, 7),), (8, 1, 1)),
        ({"size": (2, 3)}, ((4, 7, 6),), (4, 2, 3)),
        ({"size": 4}, ((2, 9),), (2, 4)),
    )

    size: Axes = attr(
        "size of the output, in pixels",
        symbol="n",
        at_least=1,
        default=1,
        form="axes",
        headings=("target",),
    )

    def output(self, x: Shape) -> Shape:
        """The same channels at the size asked for."""
        return adaptive_output(self.kind, x, self.size)

    def windows(self, x: Shape) -> tuple[Window | Whole, ...]:
        """Everything for size 1; an even split is a plain pool; others are bounded."""
        return adaptive_windows(x, self.size)

    def keeps(self, x: Shape) -> Keeps:
        """The input, and the place of each window's winner."""
        return Keeps(input=True, extra_bytes=INDEX_BYTES * self.output(x).values)

    def scratch_bytes(self, x: Shape) -> int:
        """Torch finds the winners' places even when nobody asks for them."""
        return INDEX_BYTES * self.output(x).values

    @classmethod
    def from_torch(cls, input: Operand, output_size: Any, return_indices: bool = False) -> Made:
        """`torch.nn.functional.adaptive_max_pool1d` and its kin."""
        only(return_indices=(return_indices, False))
        return Made(cls(size=output_sizes(output_size, input)), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.AdaptiveMaxPool1d`, `2d` or `3d`."""
        return getattr(nn, f"AdaptiveMaxPool{x.rank}d")(
            per_axis(self.size, x.rank, attribute="size")
        )

    onnx_ops = ("GlobalMaxPool",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`GlobalMaxPool`."""
        return cls(1)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`GlobalMaxPool`; `MaxPool` where windows are alike; else windows gathered an axis."""
        wanted = per_axis(self.size, x.rank, attribute="size")
        if all(m == 1 for m in wanted):
            return onnx.GlobalMaxPool(onnx.x)
        if all(n % m == 0 for n, m in zip(x.size, wanted, strict=True)):
            sides = [n // m for n, m in zip(x.size, wanted, strict=True)]
            return onnx.MaxPool(onnx.x, kernel_shape=sides, strides=sides)
        y = onnx.x
        for axis, (n, m) in enumerate(zip(x.size, wanted, strict=True), start=2):
            spans = stretches(n, m)
            most = max(end - start for start, end in spans)
            # a shorter window reads its last row again, which changes no maximum
            reads = [min(start + step, end - 1) for start, end in spans for step in range(most)]
            y = onnx.Gather(y, onnx.numbers(reads), axis=axis)
            rows = [0, x.channels, *wanted[: axis - 2], m, most, *x.size[axis - 1 :]]
            y = onnx.ReduceMax(onnx.Reshape(y, onnx.numbers(rows)), axes=[axis + 1], keepdims=0)
        return y
