"""Adaptive average pooling: the output's size is given, the windows follow."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.adaptive import adaptive_output, adaptive_windows, stretches
from netsheet.layers.attribute import attr
from netsheet.layers.base import Axes, Keeps, Layer, Whole, Window, per_axis
from netsheet.layers.operand import Made, Operand, output_sizes


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AdaptiveAveragePool(Layer):
    """Mean over windows that are laid so that the output has the size asked for.

    Output i is the mean of rows ⌊i·H/size⌋ to ⌈(i + 1)·H/size⌉ − 1. Size 1 is global average
    pooling: one number a channel.
    """

    kind = "adaptive average pool"
    short = "pool"
    aliases = (
        "adaptive avg pool",
        "adaptiveavgpool2d",
        "adaptiveavgpool1d",
        "adaptiveavgpool3d",
        "global average pool",
        "global average pooling",
        "global avg pool",
        "gap",
        "globalaveragepooling2d",
        "global pool",
    )
    family = "adaptive pool"
    source = "Lin, Chen & Yan 2013, arXiv:1312.4400, section 3.2 (global)"
    torch_calls = ("adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d")
    presets = {
        name: {"size": "1"}
        for name in (
            "global average pool",
            "global average pooling",
            "global avg pool",
            "gap",
            "globalaveragepooling2d",
            "global pool",
        )
    }
    argument = "size"
    examples = (
        ({"size": 1}, ((2048, 7, 7),), (2048, 1, 1)),
        ({"size": 6}, ((256, 13, 13),), (256, 6, 6)),
        ({"size": (2, 3)}, ((4, 7, 6),), (4, 2, 3)),
        ({"size": 4}, ((2, 9),), (2, 4)),
        ({"size": 2}, ((2, 5, 4, 3),), (2, 2, 2, 2)),
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
        """Torch keeps the input, though its shape would do; for size 1, only the shape."""
        return Keeps(input=any(n != 1 for n in per_axis(self.size, x.rank, attribute="size")))

    def describe(self) -> str:
        """`global average pool` or `adaptive average pool 6`."""
        sizes = self.size if isinstance(self.size, tuple) else (self.size,)
        if all(size == 1 for size in sizes):
            return "global average pool"
        return f"{self.kind} {'×'.join(str(int(size)) for size in sizes)}"

    @classmethod
    def from_torch(cls, input: Operand, output_size: Any) -> Made:
        """`torch.nn.functional.adaptive_avg_pool1d` and its kin."""
        return Made(cls(size=output_sizes(output_size, input)), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.AdaptiveAvgPool1d`, `2d` or `3d`."""
        return getattr(nn, f"AdaptiveAvgPool{x.rank}d")(
            per_axis(self.size, x.rank, attribute="size")
        )

    onnx_ops = ("GlobalAveragePool",)

    @classmethod
    def from_onnx(cls, x: Shape) -> Self:  # noqa: ARG003 any input will do
        """`GlobalAveragePool`."""
        return cls(1)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`GlobalAveragePool`; `AveragePool` where windows are alike; else a product an axis."""
        wanted = per_axis(self.size, x.rank, attribute="size")
        if all(m == 1 for m in wanted):
            return onnx.GlobalAveragePool(onnx.x)
        if all(n % m == 0 for n, m in zip(x.size, wanted, strict=True)):
            sides = [n // m for n, m in zip(x.size, wanted, strict=True)]
            return onnx.AveragePool(onnx.x, kernel_shape=sides, strides=sides)
        y, last = onnx.x, len(x)
        for axis, (n, m) in enumerate(zip(x.size, wanted, strict=True), start=2):
            shares = [[0.0] * m for _ in range(n)]
            for place, (start, end) in enumerate(stretches(n, m)):
                for read in range(start, end):
                    shares[read][place] = 1 / (end - start)
            swap = list(range(last + 1))
            swap[axis], swap[last] = last, axis
            turned = y if axis == last else onnx.Transpose(y, perm=swap)
            y = onnx.MatMul(turned, onnx.reals([x for row in shares for x in row], (n, m)))
            y = y if axis == last else onnx.Transpose(y, perm=swap)
        return y
