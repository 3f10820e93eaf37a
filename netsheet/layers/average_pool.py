"""Average pooling."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.numbers import product
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.axis import Padding
from netsheet.layers.base import VALUE_BYTES, Axes, Keeps, Layer, Window
from netsheet.layers.conv import window_text, windows
from netsheet.layers.operand import Made, Operand, axes, only
from netsheet.layers.operators import Sizes, alike, border, each, flat_pads, refuse
from netsheet.layers.pooling import (
    POOL_FORMS,
    copied_bytes,
    corrections,
    grown,
    pool_arguments,
    pooled,
    window_ends,
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AveragePool(Layer):
    """Slide a window over each channel and keep the mean of what is in it.

    H_out = ⌊(H + 2p − k)/s⌋ + 1, or ⌈…⌉ where rounding is up; no parameters.
    """

    kind = "average pool"
    short = "pool"
    aliases = (
        "avg pool",
        "avgpool",
        "average pooling",
        "avg pooling",
        "avgpool1d",
        "avgpool2d",
        "avgpool3d",
        "mean pool",
        "averagepooling2d",
    )
    family = "average pool"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285, relationship 5"
    torch_calls = ("avg_pool1d", "avg_pool2d", "avg_pool3d")
    examples = (
        ({"kernel": 7, "stride": 1}, ((1024, 7, 7),), (1024, 1, 1)),
        ({"kernel": 5, "stride": 3}, ((512, 14, 14),), (512, 4, 4)),
        (
            {"kernel": 3, "stride": 2, "padding": 1, "count_padding": False},
            ((2, 9, 10),),
            (2, 5, 5),
        ),
        ({"kernel": 2}, ((3, 7),), (3, 3)),
        ({"kernel": 3, "stride": 2, "rounding": "up"}, ((2, 6, 6, 6),), (2, 3, 3, 3)),
    )

    kernel: Axes = attr(**POOL_FORMS["kernel"])
    stride: Axes | None = attr(**POOL_FORMS["stride"])
    padding: Padding = attr(**POOL_FORMS["padding"])
    rounding: str = attr(**POOL_FORMS["rounding"])
    count_padding: bool = attr(
        "whether padding counts in the mean",
        default=True,
        form="yes/no",
        headings=("count include pad", "count_include_pad"),
    )

    def output(self, x: Shape) -> Shape:
        """The same channels, and the number of window positions on each axis."""
        return pooled(
            self.kind, x, self.kernel, self.step, self.padding, 1, up=self.rounding == "up"
        )

    @property
    def step(self) -> Axes:
        """The stride; where none is written, windows lie side by side."""
        return self.kernel if self.stride is None else self.stride

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Kernel, stride and leading padding of each axis."""
        return windows(x, self.kernel, self.step, self.padding)

    def keeps(self, x: Shape) -> Keeps:
        """Torch keeps the input (or its copy with padding), though its shape would do.

        Where windows reach into a border that torch can't lay itself, their shares are kept too.
        """
        copied = copied_bytes(self, x, self.step)
        if not copied:
            return Keeps(input=True)
        shares = product(self.output(x).size) if self._reaches_out(x) else 0
        return Keeps(extra_bytes=copied + VALUE_BYTES * shares)

    def scratch_bytes(self, x: Shape) -> int:
        """The copy with padding that torch can't lay itself."""
        return copied_bytes(self, x, self.step)

    def _reaches_out(self, x: Shape) -> bool:
        """Whether some window reaches further than to what counts in the mean."""
        arguments = pool_arguments(self, x, self.step)
        edges = zip(
            x.size,
            self.output(x).size,
            *(arguments[name] for name in ("kernel", "stride", "padding")),
            strict=True,
        )
        return any(
            (count - 1) * s + k > n + before + (after if self.count_padding else 0)
            or (before > 0 and not self.count_padding)
            for n, count, k, s, (before, after) in edges
        )

    def describe(self) -> str:
        """`average pool 7×7`."""
        return f"{self.kind} {window_text(self.kernel, self.step)}"

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> Made:
        """`torch.nn.functional.avg_pool1d`, `avg_pool2d` or `avg_pool3d`."""
        only(divisor_override=(divisor_override, None))
        layer = cls(
            kernel=axes(kernel_size),
            stride=axes(stride or kernel_size),
            padding=axes(padding),
            rounding="up" if ceil_mode else "down",
            count_padding=count_include_pad,
        )
        return Made(layer, (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.AvgPool1d`, `2d` or `3d`; odd padding is laid on first."""
        arguments = pool_arguments(self, x, self.step)
        del arguments["dilation"]
        return nn.average_pool(x.rank, count_padding=self.count_padding, **arguments)

    onnx_ops = ("AveragePool",)

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
        count_include_pad: int = 0,
    ) -> Self:
        """`AveragePool` without dilation; its stride is 1 where it is left out."""
        steps = each(strides, x.rank)
        if any(apart != 1 for apart in dilations):
            refuse(f"its window has holes: dilations {list(dilations)}")
        laid = border(x, kernel_shape, steps, (1,) * x.rank, pads, auto_pad)
        return cls(
            alike(kernel_shape),
            alike(steps),
            laid,
            "up" if ceil_mode else "down",
            bool(count_include_pad) or laid == 0,
        )

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`AveragePool`.

        Where rounding up reaches behind a border that counts, runtimes don't agree on what the
        window holds: there the border is laid on first, and the mean corrected.
        """
        given = pool_arguments(self, x, self.step)
        kernel, steps, laid = given["kernel"], given["stride"], given["padding"]
        ends, up = window_ends(x, given)
        counts = self.count_padding and laid != ((0, 0),) * x.rank
        options = {"kernel_shape": kernel, "strides": steps}
        if ends == laid and not (up and counts and self._reaches_out(x)):
            options |= {"pads": flat_pads(laid), "ceil_mode": int(up)}
            return onnx.AveragePool(onnx.x, **options, count_include_pad=int(counts))
        size = self.output(x).size
        wider = onnx.Pad(onnx.x, onnx.numbers(flat_pads(((0, 0), (0, 0), *grown(x, given, size)))))
        factors = corrections(x, given, size, count_padding=self.count_padding)
        return onnx.Mul(onnx.AveragePool(wider, **options), onnx.reals(factors, (1, 1, *size)))
