"""Convolution with standardised weights."""

from dataclasses import dataclass
from typing import Any, ClassVar

from netsheet.core.errors import RuleError
from netsheet.core.numbers import larger, product
from netsheet.core.shape import Shape
from netsheet.layers.absent import absent
from netsheet.layers.attribute import attr
from netsheet.layers.axis import pads
from netsheet.layers.base import VALUE_BYTES, Keeps, Weight, per_axis
from netsheet.layers.conv import Conv


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StandardisedConv(Conv):
    """A convolution whose filters are brought to mean 0 and variance 1 each time they are used.

    Ŵ = (W − mean)/√(var + ε) for each filter; with a gain, times a learnt factor for each filter
    and a fixed scale. Networks with it do without batch norm.
    """

    kind = "standardised conv"
    short = "conv"
    aliases: ClassVar[Any] = ("standardized conv", "weight standardised conv", "stdconv", "ws conv")
    shorthand: ClassVar[Any] = ()
    presets: ClassVar[Any] = {}
    source = (
        "Qiao et al. 2019, arXiv:1903.10520, equation 5; gain: Brock et al. 2021, arXiv:2101.08692"
    )
    torch_calls: ClassVar[Any] = ()
    examples: ClassVar[Any] = (
        ({"out": 64, "kernel": 7, "stride": 2, "padding": 3}, ((3, 224, 224),), (64, 112, 112)),
        ({"out": 8, "kernel": 3, "gain": True, "scale": 0.2}, ((4, 9),), (8, 7)),
        ({"out": 8, "kernel": 1, "gain": True, "bias": False}, ((4, 3, 3),), (8, 3, 3)),
        (
            {"out": 4, "kernel": 3, "stride": 2, "padding": ((0, 1),) * 3, "groups": 2},
            ((2, 4, 4, 4),),
            (4, 2, 2, 2),
        ),
    )

    gain: bool = attr("whether each filter has a learnt factor", default=False, form="yes/no")
    scale: float = attr(
        "fixed factor of all filters, with the learnt one", default=1.0, form="decimal"
    )
    epsilon: float = attr(
        "ε, added to a filter's variance", default=1e-6, form="decimal", headings=("eps",)
    )

    def output(self, x: Shape) -> Shape:
        """As a convolution's; refuses a scale without a gain, and filters that are not learnt."""
        if self.scale != 1 and not self.gain:
            what = f"a scale of {float(self.scale):g} goes with a gain, and there is none"
            raise RuleError(what, hint="say that gain is yes", attribute="scale")
        if not self.trained:
            what = "filters that are not learnt are standardised once, not each time"
            raise RuleError(what, hint="take a plain conv", attribute="trained")
        return Conv.output(self, x)

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """Filters and biases, and a gain for each filter."""
        gain = Weight("gain", (self.out, *(1,) * (x.rank + 1)))
        return (*Conv.weights(self, x), *((gain,) if self.gain else ()))

    def _filters(self, x: Shape) -> int:
        """Values of all filters."""
        return Conv.weights(self, x)[0].count

    def _statistics(self) -> int:
        """Mean and deviation of each filter, and its factor."""
        return product((2 + self.gain, self.out))

    def keeps(self, x: Shape) -> Keeps:
        """The input, as a convolution; the filters as they were used, and their statistics."""
        plain = Conv.keeps(self, x)
        filters = VALUE_BYTES * (self._filters(x) + self._statistics())
        return plain._replace(extra_bytes=plain.extra_bytes + filters)

    def scratch_bytes(self, x: Shape) -> int:
        """The filters as they are used; where the map is tiny, their statistics exceed it."""
        beside = VALUE_BYTES * (self._statistics() - self.output(x).values)
        filters = VALUE_BYTES * self._filters(x)
        return filters + larger(Conv.scratch_bytes(self, x), beside)

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.Conv1d`, `2d` or `3d` with standardised filters."""
        return nn.standardised_conv(
            x.rank,
            x.channels,
            self.out,
            kernel=per_axis(self.kernel, x.rank, attribute="kernel"),
            stride=per_axis(self.stride, x.rank, attribute="stride"),
            padding=pads(self.padding, x, self.kernel, self.stride, self.dilation),
            dilation=per_axis(self.dilation, x.rank, attribute="dilation"),
            groups=self.groups,
            bias=self.bias,
            gain=self.gain,
            scale=float(self.scale),
            epsilon=float(self.epsilon),
        )

    onnx_ops: ClassVar[Any] = ()
    from_onnx = absent("filters that are computed are no constants, which a Conv's must be here")

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """The filters less their mean, over their deviation, step by step; then `Conv`."""
        axes = list(range(1, 2 + x.rank))
        weight = onnx.tensor("weight")
        apart = onnx.Sub(weight, onnx.ReduceMean(weight, axes=axes, keepdims=1))
        variance = onnx.ReduceMean(onnx.Mul(apart, apart), axes=axes, keepdims=1)
        root = onnx.Sqrt(onnx.Add(variance, onnx.reals([float(self.epsilon)])))
        filters = onnx.Div(apart, root)
        if self.gain:
            factors = onnx.Mul(onnx.tensor("gain"), onnx.reals([float(self.scale)]))
            filters = onnx.Mul(filters, factors)
        return self.operator(onnx, x, filters)
