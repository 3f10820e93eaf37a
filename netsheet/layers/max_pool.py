"""Max pooling."""

from dataclasses import dataclass
from math import inf
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.axis import Padding
from netsheet.layers.base import Axes, Keeps, Layer, Window
from netsheet.layers.conv import window_text, windows
from netsheet.layers.operand import Made, Operand, axes, only
from netsheet.layers.operators import Sizes, alike, border, each, flat_pads
from netsheet.layers.pooling import (
    INDEX_BYTES,
    POOL_FORMS,
    copied_bytes,
    pool_arguments,
    pooled,
    window_ends,
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MaxPool(Layer):
    """Slide a window over each channel and keep the largest value in it.

    H_out = ⌊(H + 2p − (d(k − 1) + 1))/s⌋ + 1, or ⌈…⌉ where rounding is up; no parameters.
    """

    kind = "max pool"
    short = "pool"
    aliases = (
        "max pooling",
        "maxpool1d",
        "maxpool2d",
        "maxpool3d",
        "maxpooling2d",
        "pool max",
        "mp",
        "max pool layer",
    )
    family = "max pool"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285, relationship 5; rounding up as in Caffe"
    torch_calls = ("max_pool1d", "max_pool2d", "max_pool3d")
    examples = (
        ({"kernel": 3, "stride": 2}, ((96, 55, 55),), (96, 27, 27)),
        ({"kernel": 3, "stride": 2, "rounding": "up"}, ((64, 112, 112),), (64, 56, 56)),
        ({"kernel": 2, "stride": 2}, ((4, 9),), (4, 4)),
        ({"kernel": (1, 2, 3), "stride": 1, "padding": (0, 1, 1)}, ((2, 3, 4, 5),), (2, 3, 5, 5)),
        ({"kernel": 2, "stride": 3, "rounding": "up"}, ((1, 7, 7),), (1, 3, 3)),
    )

    kernel: Axes = attr(**POOL_FORMS["kernel"])
    stride: Axes | None = attr(**POOL_FORMS["stride"])
    padding: Padding = attr(**POOL_FORMS["padding"])
    dilation: Axes = attr(
        "distance between neighbouring window positions, in pixels",
        symbol="d",
        at_least=1,
        default=1,
        form="axes",
    )
    rounding: str = attr(**POOL_FORMS["rounding"])

    def output(self, x: Shape) -> Shape:
        """The same channels, and the number of window positions on each axis."""
        return pooled(
            self.kind,
            x,
            self.kernel,
            self.step,
            self.padding,
            self.dilation,
            up=self.rounding == "up",
        )

    @property
    def step(self) -> Axes:
        """The stride; where none is written, windows lie side by side."""
        return self.kernel if self.stride is None else self.stride

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Kernel, stride, leading padding and dilation of each axis."""
        return windows(x, self.kernel, self.step, self.padding, self.dilation)

    def keeps(self, x: Shape) -> Keeps:
        """The input (or its copy with padding), and the place of each window's winner."""
        copied = copied_bytes(self, x, self.step, self.dilation)
        return Keeps(input=not copied, extra_bytes=copied + INDEX_BYTES * self.output(x).values)

    def scratch_bytes(self, x: Shape) -> int:
        """Torch finds the winners' places even when nobody asks, but for 1-D maps on the CPU."""
        copied = copied_bytes(self, x, self.step, self.dilation)
        return copied + INDEX_BYTES * self.output(x).values

    def describe(self) -> str:
        """`max pool 3×3/2`."""
        return f"{self.kind} {window_text(self.kernel, self.step)}"

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Made:
        """`torch.nn.functional.max_pool1d`, `max_pool2d` or `max_pool3d`."""
        only(return_indices=(return_indices, False))
        layer = cls(
            kernel=axes(kernel_size),
            stride=axes(stride or kernel_size),
            padding=axes(padding),
            dilation=axes(dilation),
            rounding="up" if ceil_mode else "down",
        )
        return Made(layer, (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.MaxPool1d`, `2d` or `3d`; odd padding is laid on first, as −∞."""
        return nn.max_pool(x.rank, **pool_arguments(self, x, self.step, self.dilation))

    onnx_ops = ("MaxPool",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        *,
        kernel_shape: Sizes,
        strides: Sizes = (),
        pads: Sizes = (),
        dilations: Sizes = (),
        auto_pad: str = "NOTSET",
        ceil_mode: int = 0,
        storage_order: int = 0,  # noqa: ARG003 of the places, which nobody reads
    ) -> Self:
        """`MaxPool`; its stride is 1 where it is left out."""
        steps, apart = each(strides, x.rank), each(dilations, x.rank)
        return cls(
            alike(kernel_shape),
            alike(steps),
            border(x, kernel_shape, steps, apart, pads, auto_pad),
            alike(apart),
            "up" if ceil_mode else "down",
        )

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`MaxPool`; a border as wide as the kernel, which none lays itself, comes before it."""
        given = pool_arguments(self, x, self.step, self.dilation)
        border, up = window_ends(x, given)
        y = onnx.x
        if any(max(pair) >= k for pair, k in zip(border, given["kernel"], strict=True)):
            sides = onnx.numbers(flat_pads(((0, 0), (0, 0), *border)))
            y = onnx.Pad(y, sides, onnx.reals([-inf]))
            border = ((0, 0),) * x.rank
        return onnx.MaxPool(
            y,
            kernel_shape=given["kernel"],
            strides=given["stride"],
            pads=flat_pads(border),
            dilations=given["dilation"],
            ceil_mode=int(up),
        )
