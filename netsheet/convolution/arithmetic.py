"""A convolution, pool or transposed convolution gone through step by step, with small numbers.

Requirements met here: sizes, padding, what is never read and what each output reads come from the
layer's own rules; the numbers are small whole ones, the same each time, so that every sum can be
checked by head. Plain values, for whoever draws them.
"""

from collections.abc import Sequence
from itertools import product
from math import prod
from random import Random
from typing import NamedTuple

from netsheet.convolution import reading
from netsheet.convolution.reading import Place
from netsheet.convolution.trace import Look, Trace, trace
from netsheet.core.errors import UnsupportedError
from netsheet.core.numbers import explained
from netsheet.core.shape import Shape
from netsheet.layers.average_pool import AveragePool
from netsheet.layers.axis import Pads, pads, unread
from netsheet.layers.base import Layer, per_axis
from netsheet.layers.conv import Conv
from netsheet.layers.max_pool import MaxPool
from netsheet.layers.transposed_conv import TransposedConv

MOST_STEPS = 1024
"""More output positions than these are not gone through."""

MOST_VALUES = 20_000
"""Nor are maps of more values."""

LETTERS = {"H": "H_out", "W": "W_out", "L": "L_out"}

Numbers = dict[Place, int]
"""Values by place: channel first, or a weight's index as torch keeps it."""


class Stamp(NamedTuple):
    """One step of a transposed convolution: an input's value is laid down, times the filter.

    landed: for each filter tap, the output position it lands on. sums: the outputs after it.
    """

    source: Place
    landed: tuple[tuple[Place, Place], ...]
    sums: Numbers


class Arithmetic(NamedTuple):
    """A layer on a small map: its numbers, and what happens at each step.

    pads: padding before and after each axis, or for a transposed convolution what is cut off.
    unread: how many rows and columns at the far edge no window reads. sums: how the output's sizes
    come about. steps: positions of the output (of the input, where stamps are laid down), in order.
    """

    layer: Layer
    x: Shape
    y: Shape
    values: Numbers
    weights: Numbers
    biases: Numbers
    pads: Pads
    unread: tuple[int, ...]
    sums: tuple[str, ...]
    steps: tuple[Place, ...]

    @property
    def kernel(self) -> tuple[int, ...]:
        """Sides of the window."""
        return per_axis(self.layer.kernel, self.x.rank, attribute="kernel")  # type: ignore[attr-defined]  # each of these has one

    @property
    def stride(self) -> tuple[int, ...]:
        """Steps of the window, or between stamps."""
        return per_axis(_step(self.layer), self.x.rank, attribute="stride")

    @property
    def transposed(self) -> bool:
        """Whether stamps are laid down instead of windows slid."""
        return isinstance(self.layer, TransposedConv)

    def at(self, step: Place) -> tuple[Trace, ...]:
        """One position of the output, traced for each of its channels."""
        return tuple(
            trace(self.layer, self.x, (channel, *step), _look(self.values), self._held)
            for channel in range(self.y.channels)
        )

    def read(self, step: Place) -> tuple[tuple[Place, Place], ...]:
        """Taps and positions of the window for one position of the output."""
        return tuple(reading.reads(reading.axes(self.layer, self.x), step))

    def stamps(self) -> tuple[Stamp, ...]:
        """Each input position of a transposed convolution laid down, and the outputs after it."""
        along = reading.axes(self.layer, self.x)
        sums = {
            (o, *place): self.biases.get((o,), 0)
            for o in range(self.y.channels)
            for place in product(*map(range, self.y.size))
        }
        found = []
        for source in self.steps:
            pairs = [
                axis.lands(j)
                for axis, j in zip(along, source, strict=True)
                if isinstance(axis, reading.Stamping)
            ]
            landed = tuple(
                (tuple(t for t, _ in each), tuple(i for _, i in each)) for each in product(*pairs)
            )
            sums = dict(sums)
            for o, (tap, place) in product(range(self.y.channels), landed):
                if reading.inside(place, self.y.size):
                    sums[(o, *place)] += self._stamped(o, source, tap)
            found.append(Stamp(source, landed, sums))
        return tuple(found)

    def _stamped(self, out: int, source: Place, tap: Place) -> int:
        """What an input position adds to an output channel through a tap."""
        layer = self.layer
        assert isinstance(layer, TransposedConv)  # noqa: S101 nothing else lays stamps
        each, reads = layer.out // layer.groups, self.x.channels // layer.groups
        channels = range(out // each * reads, (out // each + 1) * reads)
        return sum(
            self.values[(c, *source)] * self.weights[(c, out % each, *tap)] for c in channels
        )

    @property
    def _held(self) -> dict[str, Look]:
        held = {"weight": _look(self.weights)}
        return {**held, "bias": _look(self.biases)} if self.biases else held


def _look(values: Numbers) -> Look:
    return lambda place: float(values[place])


DRAWN = (Conv, TransposedConv, MaxPool, AveragePool)
"""Kinds of layers that are gone through."""


def go_through(layer: Layer, x: Shape, *, seed: int = 1) -> Arithmetic:
    """A layer on a map of this shape, with numbers drawn from a seed: C×L or C×H×W.

    RuleError where the layer refuses the map, UnsupportedError for volumes, for maps too large to
    be looked at, and for other layers than convolutions and pools.
    """
    if not isinstance(layer, DRAWN):
        kinds = ", ".join(kind.kind for kind in DRAWN)
        raise UnsupportedError(f"{layer.kind} has no picture of its steps\n  there are {kinds}")
    y = layer.output(x)
    if x.rank > 2:  # noqa: PLR2004 a sheet of paper
        raise UnsupportedError("a volume has no flat picture\n  give an input as C×H×W, or H×W")
    draws = isinstance(layer, TransposedConv)
    size = x.size if draws else y.size
    if prod(size) > MOST_STEPS or x.values > MOST_VALUES or y.values > MOST_VALUES:
        what = f"{x} to {y} is too large to be looked at step by step"
        raise UnsupportedError(f"{what}\n  take a smaller input: at most {MOST_STEPS:,} positions")
    random = Random(seed)  # noqa: S311 numbers to look at
    values = _drawn(random, x, range(4))
    shapes = {weight.role: weight.shape for weight in layer.weights(x)}
    weights = _drawn(random, shapes.get("weight", ()), range(-1, 3))
    biases = _drawn(random, shapes.get("bias", ()), range(-1, 2))
    steps = tuple(product(*map(range, size)))
    return Arithmetic(
        layer,
        x,
        y,
        values,
        weights,
        biases,
        _pads(layer, x),
        _unread(layer, x),
        _sums(layer, x),
        steps,
    )


def _drawn(random: Random, shape: Sequence[int], choice: range) -> Numbers:
    """Small whole numbers for each place of a shape; none for no shape."""
    if not shape:
        return {}
    return {place: random.choice(choice) for place in product(*map(range, shape))}


def _pads(layer: Layer, x: Shape) -> Pads:
    """Padding before and after; of a transposed convolution, what is cut off of its output."""
    if isinstance(layer, TransposedConv):
        cut = per_axis(layer.padding, x.rank, attribute="padding")
        extra = per_axis(layer.extra, x.rank, attribute="extra")
        return tuple((p, p - e) for p, e in zip(cut, extra, strict=True))
    given = getattr(layer, "padding", 0)
    return pads(given, x, layer.kernel, _step(layer), getattr(layer, "dilation", 1))  # type: ignore[attr-defined]  # all that slide


def _step(layer: Layer) -> int | tuple[int, ...]:
    step: int | tuple[int, ...] = getattr(layer, "step", 0) or getattr(layer, "stride", 1)
    return step


def _unread(layer: Layer, x: Shape) -> tuple[int, ...]:
    """Rows and columns at the far edge that no window reads, padding counted."""
    if isinstance(layer, TransposedConv):
        return (0,) * x.rank
    up = getattr(layer, "rounding", "down") == "up"
    found = []
    for n, window, (before, after) in zip(x.size, layer.windows(x), _pads(layer, x), strict=True):
        whole = (n + before + after, window.reads, window.stride, (0, 0), window.gap)  # type: ignore[union-attr]  # none reads a whole axis
        found.append(unread(*whole, up=up))
    return tuple(found)


def _sums(layer: Layer, x: Shape) -> tuple[str, ...]:
    """How the output's sizes come about: one line for all axes that are alike."""
    sizes = layer.remembering().output(x.named()).size
    texts: dict[str, list[str]] = {}
    for letter, size in zip(x.axes, sizes, strict=True):
        texts.setdefault(explained(size), []).append(f"{letter}_out")
    return tuple(f"{', '.join(names)} = {text}" for text, names in texts.items())
