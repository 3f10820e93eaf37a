"""Which input position meets which tap of the window for which output, along one axis.

Requirements met here: three ways of reading (a window that slides, a stamp that is laid down, an
axis that is split) answer the same three questions: what an output reads, which outputs read an
input, and what a tap meets; everything that draws or traces a layer asks here.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple, Protocol

from netsheet.core.errors import UnsupportedError
from netsheet.core.shape import Shape
from netsheet.layers.adaptive_average_pool import AdaptiveAveragePool
from netsheet.layers.adaptive_max_pool import AdaptiveMaxPool
from netsheet.layers.average_pool import AveragePool
from netsheet.layers.base import Layer, Window, per_axis
from netsheet.layers.conv import Conv
from netsheet.layers.max_pool import MaxPool
from netsheet.layers.sparse_conv import SparseConv
from netsheet.layers.subsample import Subsample
from netsheet.layers.transposed_conv import TransposedConv

Place = tuple[int, ...]


class Axis(Protocol):
    """One axis of a layer: `n` inputs, `m` outputs, and `taps` numbers in its window."""

    @property
    def n(self) -> int:
        """Input positions."""

    @property
    def m(self) -> int:
        """Output positions."""

    @property
    def taps(self) -> int:
        """Numbers in the window, at most."""

    def reads(self, i: int) -> list[tuple[int, int]]:
        """For output i: each tap and the input position that it meets, perhaps beyond the edge."""


class Sliding(NamedTuple):
    """A window that slides: output i's tap t lies on input i·stride + first + t·gap."""

    n: int
    m: int
    taps: int
    stride: int
    first: int
    gap: int

    def reads(self, i: int) -> list[tuple[int, int]]:
        """Every tap, and where it lies.

        >>> Sliding(7, 4, 3, 2, -1, 1).reads(0)
        [(0, -1), (1, 0), (2, 1)]
        """
        return [(t, i * self.stride + self.first + t * self.gap) for t in range(self.taps)]


class Stamping(NamedTuple):
    """A stamp that is laid down: input j's tap t lands on output j·stride + t·gap − cut."""

    n: int
    m: int
    taps: int
    stride: int
    cut: int
    gap: int

    def reads(self, i: int) -> list[tuple[int, int]]:
        """The taps that land on an output, and the input of each.

        >>> Stamping(3, 5, 3, 2, 1, 1).reads(1)
        [(0, 1), (2, 0)]
        """
        found = []
        for t in range(self.taps):
            j, left = divmod(i + self.cut - t * self.gap, self.stride)
            if not left and 0 <= j < self.n:
                found.append((t, j))
        return found

    def lands(self, j: int) -> list[tuple[int, int]]:
        """For input j: each tap, and the output that it lands on, perhaps one that is cut off."""
        return [(t, j * self.stride + t * self.gap - self.cut) for t in range(self.taps)]


class Split(NamedTuple):
    """An axis that is split: output i reads inputs ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉ − 1."""

    n: int
    m: int

    @property
    def taps(self) -> int:
        """The most that an output reads."""
        return max(len(self.reads(i)) for i in range(self.m))

    def reads(self, i: int) -> list[tuple[int, int]]:
        """What an output reads, counted from 0.

        >>> Split(5, 2).reads(0), Split(5, 2).reads(1)
        ([(0, 0), (1, 1), (2, 2)], [(0, 2), (1, 3), (2, 4)])
        """
        start, stop = i * self.n // self.m, -(-(i + 1) * self.n // self.m)
        return [(j - start, j) for j in range(start, stop)]


SLIDING = (Conv, SparseConv, MaxPool, AveragePool, Subsample)
SPLIT = (AdaptiveAveragePool, AdaptiveMaxPool)


def axes(layer: Layer, x: Shape) -> tuple[Axis, ...]:
    """How a layer reads each axis of a map; UnsupportedError for a layer without a window."""
    size = tuple(map(int, layer.output(x).size))
    if isinstance(layer, TransposedConv):
        names = ("kernel", "stride", "padding", "dilation")
        each = zip(
            *(per_axis(getattr(layer, name), x.rank, attribute=name) for name in names), strict=True
        )
        return tuple(
            Stamping(n, count, k, s, p, d)
            for n, count, (k, s, p, d) in zip(x.size, size, each, strict=True)
        )
    if isinstance(layer, SPLIT):
        return tuple(Split(n, count) for n, count in zip(x.size, size, strict=True))
    if not isinstance(layer, SLIDING):
        what = f"{layer.kind} has no window that slides"
        raise UnsupportedError(f"{what}\n  convolutions and pools can be followed")
    found = []
    for n, count, window in zip(x.size, size, layer.windows(x), strict=True):
        assert isinstance(window, Window)  # noqa: S101 none of these reads a whole axis
        found.append(Sliding(n, count, window.reads, window.stride, window.first, window.gap))
    return tuple(found)


def reads(along: tuple[Axis, ...], place: Place) -> Iterator[tuple[Place, Place]]:
    """For an output: each tap and the position it meets, which may lie beyond the edge."""
    for pairs in product(*(axis.reads(i) for axis, i in zip(along, place, strict=True))):
        yield tuple(t for t, _ in pairs), tuple(j for _, j in pairs)


def readers(along: tuple[Axis, ...], position: Place) -> Iterator[tuple[Place, Place]]:
    """For an input: each output that reads it, and through which tap."""
    found = [
        [(i, t) for i in range(axis.m) for t, at in axis.reads(i) if at == j]
        for axis, j in zip(along, position, strict=True)
    ]
    for pairs in product(*found):
        yield tuple(i for i, _ in pairs), tuple(t for _, t in pairs)


def meets(along: tuple[Axis, ...], tap: Place) -> Iterator[tuple[Place, Place]]:
    """For a tap: each output, and the position that is met for it, perhaps beyond the edge."""
    found = [
        [(i, at) for i in range(axis.m) for each, at in axis.reads(i) if each == t]
        for axis, t in zip(along, tap, strict=True)
    ]
    for pairs in product(*found):
        yield tuple(i for i, _ in pairs), tuple(j for _, j in pairs)


def inside(position: Place, size: Place) -> bool:
    """Whether a position lies on the map."""
    return all(0 <= j < n for j, n in zip(position, size, strict=True))
