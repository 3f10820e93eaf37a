"""Transposed convolution: the convolution's gradient used as a layer, to enlarge a map."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import Number, exact, explained, product
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Axes, Keeps, Layer, Weight, Window, needs_rank, per_axis
from netsheet.layers.conv import window_text
from netsheet.layers.operand import Made, Operand, axes
from netsheet.layers.operators import Constant, Sizes, alike, each, kernel_of, pairs, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TransposedConv(Layer):
    """Stamp each input value, times a kernel, onto a larger map.

    H_out = (H − 1)s − 2p + d(k − 1) + 1 + extra on each axis; a weight is used once at each
    *input* position, so multiply-adds go with the input's size.
    """

    kind = "transposed conv"
    aliases = (
        "transposed convolution",
        "deconv",
        "deconvolution",
        "convtranspose1d",
        "convtranspose2d",
        "convtranspose3d",
        "conv transpose",
        "up conv",
        "upconv",
        "fractionally strided conv",
    )
    family = "conv"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285, relationship 14"
    torch_calls = ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
    examples = (
        ({"out": 2, "kernel": 3, "stride": 2, "padding": 1}, ((4, 5, 5),), (2, 9, 9)),
        ({"out": 3, "kernel": 2, "stride": 2}, ((4, 7, 6),), (3, 14, 12)),
        ({"out": 2, "kernel": 4, "stride": 2, "padding": 1, "groups": 2}, ((4, 5),), (2, 10)),
        (
            {"out": 2, "kernel": 3, "stride": 2, "padding": 1, "extra": 1},
            ((2, 3, 4, 5),),
            (2, 6, 8, 10),
        ),
        ({"out": 2, "kernel": 3, "dilation": 2}, ((2, 4, 4),), (2, 8, 8)),
    )

    out: int = attr("output channels", symbol="C_out", at_least=1)
    kernel: Axes = attr("size of the stamp, in pixels", symbol="k", at_least=1, form="axes")
    stride: Axes = attr(
        "step between stamps on the output, in pixels",
        symbol="s",
        at_least=1,
        default=1,
        form="axes",
    )
    padding: Axes = attr(
        "pixels cut off each side of the output", symbol="p", at_least=0, default=0, form="axes"
    )
    dilation: Axes = attr(
        "distance between neighbouring stamp positions, in pixels",
        symbol="d",
        at_least=1,
        default=1,
        form="axes",
    )
    extra: Axes = attr(
        "rows added behind, to choose among the sizes that a convolution maps onto one",
        symbol="e",
        at_least=0,
        default=0,
        form="axes",
        headings=("output padding", "output_padding"),
    )
    groups: int = attr("parts into which the channels are split", symbol="g", at_least=1, default=1)
    bias: bool = attr(
        "whether each output channel adds a number of its own", default=True, form="yes/no"
    )

    def output(self, x: Shape) -> Shape:
        """C_out, and (H − 1)s − 2p + d(k − 1) + 1 + extra on each axis."""
        needs_rank(x, self.kind)
        for name, channels in (("input", x.channels), ("output", self.out)):
            if channels % self.groups:
                what = (
                    f"{int(channels)} {name} channels can't be split into {int(self.groups)} groups"
                )
                raise RuleError(
                    what, hint=f"{name} channels must be a multiple of groups", attribute="groups"
                )
        return Shape((self.out, *(self._axis(x, index) for index in range(x.rank))))

    def _each(self, rank: int) -> tuple[tuple[int, ...], ...]:
        names = ("kernel", "stride", "padding", "dilation", "extra")
        return tuple(
            zip(
                *(per_axis(getattr(self, name), rank, attribute=name) for name in names),
                strict=True,
            )
        )

    def _axis(self, x: Shape, index: int) -> int:
        k, s, p, d, e = self._each(x.rank)[index]
        if e >= max(s, d):
            steps = f"the stride, {int(s)}, or the dilation, {int(d)}"
            what = f"extra {int(e)} is not smaller than {steps}"
            raise RuleError(
                what, hint=f"at most {int(max(s, d)) - 1} makes sense here", attribute="extra"
            )
        size = (x.size[index] - 1) * s - 2 * p + d * (k - 1) + 1 + e
        if size < 1:
            letter = x.axes[index]
            names = (
                Number.symbol(n, v)
                for n, v in (
                    (letter, x.size[index]),
                    ("s", s),
                    ("p", p),
                    ("d", d),
                    ("k", k),
                    ("e", e),
                )
            )
            n, s, p, d, k, e = names
            shown = explained((n - 1) * s - 2 * p + d * (k - 1) + 1 + e)
            what = "nothing is left of the output after its padding is cut off"
            raise RuleError(
                what,
                sums=(f"{letter}_out = {shown}, must be at least 1",),
                hint="less padding or a larger kernel would do",
                attribute="padding",
            )
        return size

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """C × C_out/g × k × k, in torch's order, and a bias for each output channel."""
        kernel = per_axis(self.kernel, x.rank, attribute="kernel")
        weight = Weight("weight", (x.channels, exact(self.out, self.groups), *kernel))
        return (weight, Weight("bias", (self.out,), "bias")) if self.bias else (weight,)

    def macs(self, x: Shape, y: Shape) -> int:  # noqa: ARG002 the output's size doesn't matter
        """Every weight once at each input position."""
        weight, *_ = self.weights(x)
        return product((*x.size, *reversed(weight.shape)))

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Output i reads the inputs j with i + p − d(k − 1) ≤ j·s ≤ i + p."""
        return tuple(
            Window(k, 1, p - d * (k - 1), d)
            if s == 1
            else Window(d * (k - 1) + 1, 1, p - d * (k - 1), 1, up=s)
            for k, s, p, d, _ in self._each(x.rank)
        )

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The gradient of the weights needs the input."""
        return Keeps(input=True)

    def describe(self) -> str:
        """`transposed conv 2×2/2, 64`."""
        return f"{self.kind} {window_text(self.kernel, self.stride)}, {self.out}"

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        weight: Operand,
        bias: Operand | None = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Made:
        """`torch.nn.functional.conv_transpose1d`, `conv_transpose2d` or `conv_transpose3d`."""
        _, wide, *kernel = weight.shape
        layer = cls(
            out=wide * groups,
            kernel=axes(kernel),
            stride=axes(stride),
            padding=axes(padding),
            extra=axes(output_padding),
            groups=groups,
            dilation=axes(dilation),
            bias=bias is not None,
        )
        return Made(layer, (input,), {"weight": weight, "bias": bias})

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.ConvTranspose1d`, `2d` or `3d`."""
        k, s, p, d, e = (tuple(column) for column in zip(*self._each(x.rank), strict=True))
        kind = getattr(nn, f"ConvTranspose{x.rank}d")
        return kind(
            x.channels,
            self.out,
            k,
            stride=s,
            padding=p,
            output_padding=e,
            groups=self.groups,
            bias=self.bias,
            dilation=d,
        )

    onnx_ops = ("ConvTranspose",)

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
        output_padding: Sizes = (),
        output_shape: Sizes = (),
    ) -> Self:
        """`ConvTranspose`, where as much is cut off before each axis as behind it."""
        _, out, *_ = weight.shape
        kernel = kernel_of(weight, kernel_shape)
        steps, apart = each(strides, x.rank), each(dilations, x.rank)
        extra = tuple(output_padding) or (0,) * x.rank
        if auto_pad in {"SAME_UPPER", "SAME_LOWER"} and not output_shape:
            output_shape = [n * s for n, s in zip(x.size, steps, strict=True)]
        cut = pairs(pads, x.rank) if pads else ((0, 0),) * x.rank
        if output_shape:
            axes = zip(x.size, kernel, steps, apart, extra, output_shape, strict=True)
            whole = [s * (n - 1) + e + d * (k - 1) + 1 - y for n, k, s, d, e, y in axes]
            upper = auto_pad == "SAME_UPPER"
            cut = tuple((n // 2, n - n // 2) if upper else (n - n // 2, n // 2) for n in whole)
        if any(before != after for before, after in cut):
            # rows cut off before are the border; of those behind, fewer or more are an extra
            extra = tuple(e + b - a for e, (b, a) in zip(extra, cut, strict=True))
            if min(extra) < 0:
                refuse(f"it cuts off more behind than before: {cut}")
        padding = alike([before for before, _ in cut])
        return cls(
            out * group,
            alike(kernel),
            alike(steps),
            padding,
            alike(apart),
            alike(extra),
            group,
            bias is not None,
        )

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`ConvTranspose`.

        An extra as large as the stride is none that runtimes know: then less is cut off behind,
        and what is missing still holds the bias alone.
        """
        k, s, p, d, e = (tuple(column) for column in zip(*self._each(x.rank), strict=True))
        options = {"kernel_shape": k, "strides": s, "dilations": d, "group": self.groups}
        weight, bias = onnx.tensor("weight"), onnx.tensor("bias") if self.bias else ""
        if all(extra < step for extra, step in zip(e, s, strict=True)):
            options |= {"pads": [*p, *p], "output_padding": e}
            return onnx.ConvTranspose(onnx.x, weight, bias, **options)
        behind = [max(0, cut - extra) for cut, extra in zip(p, e, strict=True)]
        more = [max(0, extra - cut) for cut, extra in zip(p, e, strict=True)]
        y = onnx.ConvTranspose(onnx.x, weight, **options, pads=[*p, *behind])
        if any(more):
            y = onnx.Pad(y, onnx.numbers([0] * (4 + x.rank) + more))
        if not bias:
            return y
        return onnx.Add(y, onnx.Unsqueeze(bias, onnx.numbers(range(1, 1 + x.rank))))
