"""Convolution in one, two or three dimensions, as networks compute it."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import exact, product
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.axis import PADDING_WORDS, Padding, bordered, pads, slide, uneven
from netsheet.layers.base import (
    VALUE_BYTES,
    Axes,
    Keeps,
    Layer,
    Weight,
    Window,
    needs_rank,
    per_axis,
)
from netsheet.layers.operand import Made, Operand, axes
from netsheet.layers.operators import Constant, Sizes, alike, border, each, flat_pads, kernel_of


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Conv(Layer):
    """Slide a window over the map; each output channel sees C/g input channels.

    H_out = ⌊(H + 2p − (d(k − 1) + 1))/s⌋ + 1 on each axis; k·k·(C/g)·C_out weights. It is
    cross-correlation: the kernel is not flipped, as everywhere in the field.
    """

    kind = "conv"
    aliases: ClassVar[Any] = (
        "convolution",
        "convolutional",
        "conv1d",
        "conv2d",
        "conv3d",
        "convolution layer",
        "conv layer",
        "convolutional layer",
        "locally shared",
    )
    family = "conv"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285, relationship 6 and section 5.1"
    torch_calls: ClassVar[Any] = ("conv1d", "conv2d", "conv3d")
    presets: ClassVar[Any] = {
        "depthwise conv": {"out": "in", "groups": "in"},
        "depthwise convolution": {"out": "in", "groups": "in"},
        "dwconv": {"out": "in", "groups": "in"},
        "conv dw": {"out": "in", "groups": "in"},
        "pointwise conv": {"kernel": "1"},
        "pointwise convolution": {"kernel": "1"},
    }
    shorthand: ClassVar[Any] = (r"conv(?P<kernel>\d+)-(?P<out>\d+)",)
    examples: ClassVar[Any] = (
        ({"out": 4, "kernel": 5}, ((3, 32, 32),), (4, 28, 28)),
        ({"out": 96, "kernel": 11, "stride": 4}, ((3, 227, 227),), (96, 55, 55)),
        ({"out": 256, "kernel": 5, "padding": 2, "groups": 2}, ((96, 27, 27),), (256, 27, 27)),
        ({"out": 1, "kernel": 3, "padding": 1}, ((1, 5),), (1, 5)),
        ({"out": 8, "kernel": 3, "stride": 2, "padding": "same"}, ((4, 9, 10, 11),), (8, 5, 5, 6)),
        (
            {"out": 6, "kernel": (3, 5), "dilation": (2, 1), "padding": ((1, 0), (0, 2))},
            ((2, 12, 9),),
            (6, 9, 7),
        ),
    )

    out: int = attr(
        "output channels, one for each filter",
        symbol="C_out",
        at_least=1,
        headings=(
            "filters",
            "channels",
            "maps",
            "#filters",
            "output channels",
            "out channels",
            "number of filters",
            "num filters",
            "num_output",
            "feature maps",
            "kernels",
            "c_out",
            "units",
            "#out",
            "#channels",
            "c",
        ),
    )
    kernel: Axes = attr(
        "size of the window, in pixels",
        symbol="k",
        at_least=1,
        form="axes",
        headings=(
            "kernel size",
            "patch size",
            "patch size/stride",
            "filter size",
            "filter size/stride",
            "filter",
            "window",
            "size/stride",
            "kernel/stride",
            "kernel size/stride",
            "ksize",
            "k",
        ),
    )
    stride: Axes = attr(
        "step of the window, in pixels",
        symbol="s",
        at_least=1,
        default=1,
        form="axes",
        headings=("strides", "s"),
    )
    padding: Padding = attr(
        "zeros around the input: a number, one an axis, before/after, same, half or valid",
        symbol="p",
        at_least=0,
        default=0,
        form="padding",
        headings=("pad", "paddings", "p"),
        words=PADDING_WORDS,
    )
    dilation: Axes = attr(
        "distance between neighbouring window positions, in pixels",
        symbol="d",
        at_least=1,
        default=1,
        form="axes",
        headings=("dilations", "rate", "atrous"),
    )
    groups: int = attr(
        "parts into which the channels are split; a filter sees its own part",
        symbol="g",
        at_least=1,
        default=1,
        headings=("group", "cardinality"),
    )
    bias: bool = attr(
        "whether each output channel adds a number of its own",
        default=True,
        form="yes/no",
        headings=("use bias",),
    )
    trained: bool = attr(
        "whether training changes the weights; if not, they are a buffer, as of a fixed filter",
        default=True,
        form="yes/no",
    )

    def output(self, x: Shape) -> Shape:
        """C_out and the number of window positions on each axis; refuses what can't be."""
        needs_rank(x, self.kind)
        for name, channels in (("input", x.channels), ("output", self.out)):
            if channels % self.groups:
                raise _uneven(name, int(channels), int(self.groups))
        size = slide(x, self.kernel, self.stride, self.padding, self.dilation)
        return Shape((self.out, *size))

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """C_out filters of C/g × k × k, and a bias each."""
        kernel = per_axis(self.kernel, x.rank, attribute="kernel")
        shape = (self.out, exact(x.channels, self.groups), *kernel)
        weight = Weight("weight", shape, "weight" if self.trained else "buffer")
        return (weight, Weight("bias", (self.out,), "bias")) if self.bias else (weight,)

    def macs(self, x: Shape, y: Shape) -> int:
        """Every weight once at each output position."""
        weight, *_ = self.weights(x)
        return product((*y.size, *reversed(weight.shape)))

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Kernel, stride, leading padding and dilation of each axis."""
        return windows(x, self.kernel, self.stride, self.padding, self.dilation)

    def _copied(self, x: Shape) -> int:
        """Bytes of the copy with its padding: torch can lay only even padding itself."""
        given = pads(self.padding, x, self.kernel, self.stride, self.dilation)
        return VALUE_BYTES * bordered(x, given).values if uneven(given) else 0

    def keeps(self, x: Shape) -> Keeps:
        """The gradient of the weights needs the input, with its padding where that is uneven."""
        copied = self._copied(x)
        return Keeps(input=not copied, extra_bytes=copied)

    def scratch_bytes(self, x: Shape) -> int:
        """The input with uneven padding laid on."""
        return self._copied(x)

    def describe(self) -> str:
        """`conv 5×5/2, 256, groups 2`."""
        text = f"{self.kind} {window_text(self.kernel, self.stride)}, {self.out}"
        return text if self.groups == 1 else f"{text}, groups {self.groups}"

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        weight: Operand,
        bias: Operand | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Made:
        """`torch.nn.functional.conv1d`, `conv2d` or `conv3d`."""
        out, _, *kernel = weight.shape
        layer = cls(
            out=out,
            kernel=axes(kernel),
            stride=axes(stride),
            padding=padding if isinstance(padding, str) else axes(padding),
            dilation=axes(dilation),
            groups=groups,
            bias=bias is not None,
        )
        return Made(layer, (input,), {"weight": weight, "bias": bias})

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.Conv1d`, `2d` or `3d`; padding that differs before and after is laid on first."""
        given = pads(self.padding, x, self.kernel, self.stride, self.dilation)
        return nn.conv(
            x.rank,
            x.channels,
            self.out,
            kernel=per_axis(self.kernel, x.rank, attribute="kernel"),
            stride=per_axis(self.stride, x.rank, attribute="stride"),
            padding=given,
            dilation=per_axis(self.dilation, x.rank, attribute="dilation"),
            groups=self.groups,
            bias=self.bias,
            trained=self.trained,
        )

    onnx_ops = ("Conv",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        weight: Constant,
        bias: Constant | None = None,
        *,
        kernel_shape: Sizes = (),
        strides: Sizes = (),
        pads: Sizes = (),
        dilations: Sizes = (),
        group: int = 1,
        auto_pad: str = "NOTSET",
    ) -> Self:
        """`Conv`, whose kernel is its weights' where the operator leaves it out."""
        out, _, *_ = weight.shape
        kernel = kernel_of(weight, kernel_shape)
        steps, apart = each(strides, x.rank), each(dilations, x.rank)
        return cls(
            out,
            alike(kernel),
            alike(steps),
            border(x, kernel, steps, apart, pads, auto_pad),
            alike(apart),
            group,
            bias is not None,
        )

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Conv`, its border written out for each side."""
        return self.operator(onnx, x, onnx.tensor("weight"))

    def operator(self, onnx: Any, x: Shape, filters: Any) -> Any:
        """`Conv` with these filters, as they are or as something makes them of the stored ones."""
        given = pads(self.padding, x, self.kernel, self.stride, self.dilation)
        return onnx.Conv(
            onnx.x,
            filters,
            onnx.tensor("bias") if self.bias else "",
            kernel_shape=per_axis(self.kernel, x.rank, attribute="kernel"),
            strides=per_axis(self.stride, x.rank, attribute="stride"),
            pads=flat_pads(given),
            dilations=per_axis(self.dilation, x.rank, attribute="dilation"),
            group=self.groups,
        )


def _uneven(name: str, channels: int, groups: int) -> RuleError:
    """The refusal of channels that do not split evenly."""
    each, left = divmod(channels, groups)
    near = f"{groups * each} or {groups * (each + 1)}" if each else f"{groups}"
    what = f"{channels} {name} channels can't be split into {groups} groups"
    hint = f"{name} channels must be a multiple of groups: {near} would do"
    return RuleError(
        what, sums=(f"{channels} = {groups}·{each} + {left}",), hint=hint, attribute="groups"
    )


def windows(
    x: Shape, kernel: Axes, stride: Axes, padding: Padding, dilation: Axes = 1
) -> tuple[Window, ...]:
    """The window of each axis of a layer that slides one."""
    rank = x.rank
    return tuple(
        Window(k, s, -pad[0], d)
        for k, s, pad, d in zip(
            per_axis(kernel, rank, attribute="kernel"),
            per_axis(stride, rank, attribute="stride"),
            pads(padding, x, kernel, stride, dilation),
            per_axis(dilation, rank, attribute="dilation"),
            strict=True,
        )
    )


def window_text(kernel: Axes, stride: Axes) -> str:
    """Kernel and stride as papers print them: `7×7/2`; a stride of 1 is left out."""
    sides = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    steps = stride if isinstance(stride, tuple) else (stride,) * len(sides)
    text = "×".join(str(int(k)) for k in sides)
    if all(step == 1 for step in steps):
        return text
    return f"{text}/{steps[0] if len(set(steps)) == 1 else '×'.join(str(int(s)) for s in steps)}"
