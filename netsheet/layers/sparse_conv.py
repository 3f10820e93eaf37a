"""Convolution in which each output channel reads its own choice of input channels."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from netsheet.core.errors import RuleError
from netsheet.core.numbers import Number, product
from netsheet.core.shape import Shape
from netsheet.layers.absent import absent
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
from netsheet.layers.conv import window_text, windows
from netsheet.layers.operators import flat_pads

Links = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SparseConv(Layer):
    """A convolution with a table of connections: output channel j reads the inputs in its list.

    k·k weights for each connection: LeNet-5's C3 has 60 connections, 60·25 + 16 parameters.
    """

    kind = "sparse conv"
    short = "conv"
    aliases = ("sparsely connected conv", "partially connected conv")
    family = "conv"
    source = "LeCun et al. 1998, Proc. IEEE 86(11), table I"
    examples = (
        ({"links": ((0, 1), (1, 2), (0, 1, 2)), "kernel": 5}, ((3, 14, 14),), (3, 10, 10)),
        ({"links": ((1,),), "kernel": 3, "padding": 1}, ((2, 7),), (1, 7)),
    )

    links: Links = attr(
        "input channels that each output channel reads, counted from 0",
        form="links",
    )
    kernel: Axes = attr(
        "size of the window, in pixels",
        symbol="k",
        at_least=1,
        form="axes",
        headings=("kernel size", "patch size"),
    )
    stride: Axes = attr(
        "step of the window, in pixels", symbol="s", at_least=1, default=1, form="axes"
    )
    padding: Padding = attr(
        "zeros around the input",
        symbol="p",
        at_least=0,
        default=0,
        form="padding",
        words=PADDING_WORDS,
    )
    bias: bool = attr(
        "whether each output channel adds a number of its own", default=True, form="yes/no"
    )

    def output(self, x: Shape) -> Shape:
        """One channel for each list, and the number of window positions on each axis."""
        needs_rank(x, self.kind)
        if not self.links or any(not reads for reads in self.links):
            what = "an output channel reads nothing"
            raise RuleError(
                what, hint="every column of the connections table needs a mark", attribute="links"
            )
        furthest = max(max(reads) for reads in self.links)
        if furthest >= x.channels:
            last = int(x.channels) - 1
            what = f"the connections name input channel {furthest}, and the last one is {last}"
            raise RuleError(what, hint="channels are counted from 0", attribute="links")
        return Shape((len(self.links), *slide(x, self.kernel, self.stride, self.padding)))

    @property
    def connected(self) -> int:
        """Number of connections between an input and an output channel."""
        return sum(len(reads) for reads in self.links)

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """A k × k window for each connection, and a bias for each output channel."""
        kernel = per_axis(self.kernel, x.rank, attribute="kernel")
        links: int = self.connected
        if any(isinstance(side, Number) for side in kernel):
            links = Number.symbol("links", links)
        weight = Weight("weight", (links, *kernel))
        return (weight, Weight("bias", (len(self.links),), "bias")) if self.bias else (weight,)

    def macs(self, x: Shape, y: Shape) -> int:
        """Every weight once at each output position."""
        weight, *_ = self.weights(x)
        return product((*y.size, *reversed(weight.shape)))

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Kernel, stride and leading padding of each axis."""
        return windows(x, self.kernel, self.stride, self.padding)

    def _laid(self, x: Shape) -> tuple[Shape, bool]:
        """The input with uneven padding, which torch can't lay itself; and whether it is uneven."""
        given = pads(self.padding, x, self.kernel, self.stride)
        return (bordered(x, given), True) if uneven(given) else (x, False)

    def keeps(self, x: Shape) -> Keeps:
        """The inputs laid side by side in the order of the links, a copy for each."""
        laid, _ = self._laid(x)
        return Keeps(extra_bytes=VALUE_BYTES * self.connected * product(laid.size))

    def scratch_bytes(self, x: Shape) -> int:
        """A copy of the input for each link, and the parts of the output before they are joined."""
        (laid, copied), one = self._laid(x), product(self.output(x).size)
        made, most = 0, 0
        runs = [(many, len(list(group))) for many, group in groupby(map(len, self.links))]
        for many, count in runs:
            made += count * one
            most = max(most, many * count * product(laid.size) + made)
        if len(runs) > 1:
            most = max(most, 2 * made)
        return VALUE_BYTES * (most - made + (laid.values if copied else 0))

    def describe(self) -> str:
        """`sparse conv 5×5, 16, 60 links`."""
        window = window_text(self.kernel, self.stride)
        return f"{self.kind} {window}, {len(self.links)}, {self.connected} links"

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """Grouped convolutions, one for neighbouring outputs that read equally many inputs."""
        return nn.SparseConv(
            x.rank,
            self.links,
            kernel=per_axis(self.kernel, x.rank, attribute="kernel"),
            stride=per_axis(self.stride, x.rank, attribute="stride"),
            padding=pads(self.padding, x, self.kernel, self.stride),
            bias=self.bias,
        )

    from_onnx = absent("of a convolution's weights none is known to be left out")

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """Channels gathered for each link, and `Conv` in groups for outputs that read as many."""
        kernel = per_axis(self.kernel, x.rank, attribute="kernel")
        steps = per_axis(self.stride, x.rank, attribute="stride")
        sides = flat_pads(pads(self.padding, x, self.kernel, self.stride))
        parts: list[Any] = []
        link = output = 0
        for many, group in groupby(self.links, key=len):
            reads = list(group)
            count, stop = len(reads), link + many * len(reads)
            laid = onnx.Gather(onnx.x, onnx.numbers([n for one in reads for n in one]), axis=1)
            weight = onnx.tensor("weight")
            bias = onnx.tensor("bias") if self.bias else ""
            if count < len(self.links):
                weight = onnx.Slice(weight, *map(onnx.numbers, ([link], [stop], [0])))
                end = output + count
                bias = bias and onnx.Slice(bias, *map(onnx.numbers, ([output], [end], [0])))
            weight = onnx.Reshape(weight, onnx.numbers([count, many, *kernel]))
            options = {"kernel_shape": kernel, "strides": steps, "pads": sides, "group": count}
            parts.append(onnx.Conv(laid, weight, bias, **options))
            link, output = stop, output + count
        return parts[0] if len(parts) == 1 else onnx.Concat(*parts, axis=1)
