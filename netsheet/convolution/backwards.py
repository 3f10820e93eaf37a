"""A trace the other way round: who reads an input value, and what a weight meets.

Requirements met here: both are told output by output, as the forward trace reads them, so that
neither can disagree with it; a border that repeats the map counts as reading.
"""

from typing import NamedTuple

from netsheet.convolution import reading
from netsheet.convolution.border import Border
from netsheet.convolution.reading import Place
from netsheet.convolution.trace import ZERO, channels_read, check_place
from netsheet.core.errors import UnsupportedError
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.layers.conv import Conv
from netsheet.layers.sparse_conv import SparseConv
from netsheet.layers.transposed_conv import TransposedConv


class Reader(NamedTuple):
    """Outputs that read an input: their position, the tap they read it through, their channels."""

    place: Place
    tap: Place
    channels: tuple[int, ...]


class Met(NamedTuple):
    """What a weight meets for one output: the input's position, perhaps beyond the edge.

    source: the position whose value is taken; None where the border has a value of its own.
    """

    place: Place
    position: Place
    source: Place | None


def read_by(layer: Layer, x: Shape, place: Place, border: Border = ZERO) -> tuple[Reader, ...]:
    """Every output that reads an input value: place is its channel and position.

    With a border that repeats the map, an output may read it more than once, and beyond the edge.
    """
    check_place(place, x, "input")
    along = reading.axes(layer, x)
    channel, *at = place
    channels = tuple(o for o in range(layer.output(x).channels) if _reads(layer, x, o, channel))
    if border.mode in {"zero", "constant"} or isinstance(layer, TransposedConv):
        found = reading.readers(along, tuple(at))
        return tuple(Reader(out, tap, channels) for out, tap in found)
    readers = []
    positions = [_shown_at(axis, j, border) for axis, j in zip(along, at, strict=True)]
    for position in _every(positions):
        readers += [Reader(out, tap, channels) for out, tap in reading.readers(along, position)]
    return tuple(sorted(readers))


def _every(options: list[list[int]]) -> list[Place]:
    """Every choice of one from each."""
    found: list[Place] = [()]
    for each in options:
        found = [(*before, j) for before in found for j in each]
    return found


def _shown_at(axis: reading.Axis, j: int, border: Border) -> list[int]:
    """The positions, on the map and beyond, that show the value of position j."""
    seen = [at for i in range(axis.m) for _, at in axis.reads(i)]
    span = range(min([*seen, 0]), max([*seen, axis.n - 1]) + 1)
    return [at for at in span if border.source(at, axis.n) == j]


def _reads(layer: Layer, x: Shape, out: int, channel: int) -> bool:
    """Whether an output channel reads an input channel."""
    if isinstance(layer, Conv | SparseConv | TransposedConv):
        return channel in {c for c, _ in channels_read(layer, x, out)}
    return out == channel


def met_by(
    layer: Layer, x: Shape, index: Place, border: Border = ZERO
) -> tuple[int, tuple[Met, ...]]:
    """The input channel that a weight reads, and every input that it meets, output by output.

    index: as torch keeps the weight. RuleError for an index that is not there, UnsupportedError for
    a layer that has no weights of this kind.
    """
    if not isinstance(layer, Conv | SparseConv | TransposedConv):
        what = f"{layer.kind} has no weights that meet inputs one by one"
        raise UnsupportedError(f"{what}\n  those of convolutions do")
    shape = layer.weights(x)[0].shape
    check_place(index, Shape(shape), "weight", sizes="×".join(map(str, shape)))
    along = reading.axes(layer, x)
    tap = index[len(index) - x.rank :]
    begin = index[: len(index) - x.rank]
    out_of = {
        key: c for o in range(layer.output(x).channels) for c, key in channels_read(layer, x, o)
    }
    met = []
    for place, position in reading.meets(along, tap):
        sources = [border.source(j, n) for j, n in zip(position, x.size, strict=True)]
        source = None if None in sources else tuple(j for j in sources if j is not None)
        met.append(Met(place, position, source))
    return out_of[begin], tuple(met)
