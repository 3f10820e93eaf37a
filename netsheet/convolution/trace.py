"""One value followed to its products: the window, the filter's slices, their sums, the bias.

Requirements met here: sums are exact, so that what another program gives can be held against them
(a product of two float32 fits a float64, and `math.fsum` rounds a sum once). Plain numbers
throughout, for text, pictures and pages; the standard library is all it needs. The other ways
round, from an input and from a weight, are in `netsheet.convolution.backwards`.
"""

from collections.abc import Callable
from math import fsum, inf
from typing import Any, NamedTuple

from netsheet.convolution import reading
from netsheet.convolution.border import Border
from netsheet.convolution.reading import Place
from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.adaptive_max_pool import AdaptiveMaxPool
from netsheet.layers.average_pool import AveragePool
from netsheet.layers.axis import pads
from netsheet.layers.base import Layer
from netsheet.layers.conv import Conv
from netsheet.layers.max_pool import MaxPool
from netsheet.layers.sparse_conv import SparseConv
from netsheet.layers.subsample import Subsample
from netsheet.layers.transposed_conv import TransposedConv

Look = Callable[[Place], float]
"""A value by its place: (channel, row, column) of a map, or an index of a tensor of weights."""

ZERO = Border()


class Product(NamedTuple):
    """One tap: where it lies, the value there, the weight, and their product.

    position: on the map's axes; it lies beyond the edge where `source` differs from it. source: the
    position whose value is taken, None where the border has a value of its own. A max pool has no
    weights: there the weight is 1.
    """

    tap: Place
    position: Place
    source: Place | None
    value: float
    weight: float

    @property
    def product(self) -> float:
        """Value times weight; 0 times infinity is NaN, as everywhere."""
        return self.value * self.weight


class Slice(NamedTuple):
    """What an output reads of one input channel, and what that adds up to.

    sides: of the window, so that products can be laid out in rows.
    """

    channel: int
    sides: tuple[int, ...]
    products: tuple[Product, ...]

    @property
    def total(self) -> float:
        """The sum of the products, rounded once."""
        return added(product.product for product in self.products)


class Trace(NamedTuple):
    """An output value and all that it is made of.

    how: sum (of slices, and the bias), greatest, or mean. divisor: what a mean is divided by.
    value: what comes out by exact sums. winner: the greatest value's tap, the first if several.
    """

    name: str
    layer: str
    x: Shape
    y: Shape
    place: Place
    how: str
    slices: tuple[Slice, ...]
    bias: float | None
    value: float
    divisor: int = 1
    winner: Place | None = None

    @property
    def macs(self) -> int:
        """How many products there are."""
        return sum(len(each.products) for each in self.slices)

    def to_dict(self) -> dict[str, Any]:
        """All of it, for JSON: shapes as lists, every product, the sums."""
        return {
            "name": self.name,
            "layer": self.layer,
            "input": list(self.x),
            "output": list(self.y),
            "place": list(self.place),
            "how": self.how,
            "slices": [
                {
                    "channel": each.channel,
                    "sides": list(each.sides),
                    "products": [_product(product) for product in each.products],
                    "sum": each.total,
                }
                for each in self.slices
            ],
            "bias": self.bias,
            "divisor": self.divisor,
            "winner": None if self.winner is None else list(self.winner),
            "value": self.value,
        }


def _product(product: Product) -> dict[str, Any]:
    return {
        "tap": list(product.tap),
        "position": list(product.position),
        "source": None if product.source is None else list(product.source),
        "value": product.value,
        "weight": product.weight,
        "product": product.product,
    }


def added(values: Any) -> float:
    """The sum of values, rounded once; with NaN or infinities among them, as floats add up."""
    numbers = list(values)
    try:
        return fsum(numbers)
    except (OverflowError, ValueError):  # infinities of both signs, or a sum beyond all floats
        return float(sum(numbers))


def trace(
    layer: Layer,
    x: Shape,
    place: Place,
    look: Look,
    weights: dict[str, Look] | None = None,
    *,
    name: str = "",
    border: Border = ZERO,
) -> Trace:
    """Follow an output value of a convolution or a pool to its products.

    place: channel, and a position for each axis. look: the input's values. weights: those of the
    layer by name ("weight", "bias"), by the index that torch keeps them under. border: what lies
    beyond the edge of a convolution's input; a max pool's border never wins, a mean pool's is 0.
    RuleError for a place that is not there, UnsupportedError for a layer without a window.
    """
    y = layer.output(x)
    check_place(place, y, "output")
    along = reading.axes(layer, x)
    channel, *at = place
    taps = list(reading.reads(along, tuple(at)))
    sides = tuple(axis.taps for axis in along)
    held = weights or {}
    weight, bias = held.get("weight"), held.get("bias")
    shift = bias((channel,)) if bias is not None else None
    parts: dict[str, Any] = {
        "name": name,
        "layer": layer.describe(),
        "x": x,
        "y": y,
        "place": place,
        "bias": shift,
    }
    if isinstance(layer, Conv | SparseConv | TransposedConv):
        assert weight is not None  # noqa: S101 convolutions have weights
        slices = tuple(
            Slice(c, sides, _products(taps, x, c, look, border, _weights(weight, key)))
            for c, key in channels_read(layer, x, channel)
        )
        total = added([p.product for s in slices for p in s.products] + [shift or 0.0])
        return Trace(**parts, how="sum", slices=slices, value=total)
    if isinstance(layer, Subsample):
        assert weight is not None  # noqa: S101 it has a coefficient for each channel
        factor = weight((channel,))
        one = Slice(channel, sides, _products(taps, x, channel, look, ZERO, lambda _: factor))
        total = added([p.product for p in one.products] + [shift or 0.0])
        return Trace(**parts, how="sum", slices=(one,), value=total)
    return _pool(layer, parts, taps, sides, look)


def _weights(weight: Look, begin: Place) -> Look:
    """A slice of a filter, by its taps."""
    return lambda tap: weight((*begin, *tap))


def _pool(
    layer: Layer,
    parts: dict[str, Any],
    taps: list[tuple[Place, Place]],
    sides: tuple[int, ...],
    look: Look,
) -> Trace:
    """The greatest value of a window, or the mean."""
    x, (channel, *_) = parts["x"], parts["place"]
    if isinstance(layer, MaxPool | AdaptiveMaxPool):
        within = [(tap, at) for tap, at in taps if reading.inside(at, x.size)]
        one = Slice(channel, sides, _products(within, x, channel, look, ZERO, lambda _: 1.0))
        nan = [p for p in one.products if p.value != p.value]  # NaN wins, as in torch
        best = nan[0] if nan else max(one.products, key=lambda p: p.value)
        value = best.value if one.products else -inf
        return Trace(**parts, how="greatest", slices=(one,), value=value, winner=best.tap)
    counted = taps
    if isinstance(layer, AveragePool):
        border = pads(layer.padding, x, layer.kernel, layer.step)
        reach = border if layer.count_padding else ((0, 0),) * x.rank
        counted = [
            (tap, at)
            for tap, at in taps
            if all(-b <= j < n + a for j, n, (b, a) in zip(at, x.size, reach, strict=True))
        ]
    within = [(tap, at) for tap, at in counted if reading.inside(at, x.size)]
    one = Slice(channel, sides, _products(within, x, channel, look, ZERO, lambda _: 1.0))
    value = one.total / len(counted)
    return Trace(**parts, how="mean", slices=(one,), value=value, divisor=len(counted))


def channels_read(layer: Layer, x: Shape, out: int) -> list[tuple[int, Place]]:
    """The input channels that an output channel reads, and the beginning of each one's weights."""
    if isinstance(layer, SparseConv):
        first = sum(len(links) for links in layer.links[:out])
        return [(c, (first + place,)) for place, c in enumerate(layer.links[out])]
    assert isinstance(layer, Conv | TransposedConv)  # noqa: S101 the caller has looked
    each, reads = layer.out // layer.groups, x.channels // layer.groups
    group = out // each
    channels = range(group * reads, (group + 1) * reads)
    if isinstance(layer, TransposedConv):
        return [(c, (c, out % each)) for c in channels]
    return [(c, (out, place)) for place, c in enumerate(channels)]


def _products(
    taps: list[tuple[Place, Place]],
    x: Shape,
    channel: int,
    look: Look,
    border: Border,
    weight: Callable[[Place], float],
) -> tuple[Product, ...]:
    """The products of one channel."""
    found = []
    for tap, position in taps:
        sources = [border.source(j, n) for j, n in zip(position, x.size, strict=True)]
        if None in sources:
            found.append(Product(tap, position, None, border.value, weight(tap)))
            continue
        source = tuple(j for j in sources if j is not None)
        found.append(Product(tap, position, source, look((channel, *source)), weight(tap)))
    return tuple(found)


def check_place(place: Place, shape: Shape, what: str, *, sizes: str = "") -> None:
    """Refuse a place that is not there, with the places that there are."""
    named = sizes or str(shape)
    text = ",".join(map(str, place))
    if len(place) != len(shape):
        wrong = f"{text or 'nothing'} is no place of the {what}, {named}"
        hint = f"it takes {len(shape)} numbers, counted from 0, the channel first"
        raise RuleError(wrong, hint=hint)
    for i, n in zip(place, shape, strict=True):
        if not 0 <= i < n:
            wrong = f"{text} lies outside the {what}, {named}"
            raise RuleError(wrong, hint=f"{i} is to be from 0 to {n - 1}: places count from 0")
