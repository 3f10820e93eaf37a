"""FFT: a product of spectra instead of sums of products, tile by tile."""

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import log2, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution import fourier, rates
from netsheet.convolution.algorithm import Algorithm, unless_finite
from netsheet.convolution.blocks import Plan, alike
from netsheet.convolution.task import Task

Values = NDArray[Any]

LARGEST = {1: 1 << 16, 2: 1 << 9, 3: 1 << 6}
"""Side of the largest tile that is tried, by rank: larger ones leave the cache."""


class Tiles(NamedTuple):
    """How outputs are cut into tiles: sides of the transforms, and outputs that each gives."""

    sides: tuple[int, ...]
    useful: tuple[int, ...]
    number: int

    @property
    def points(self) -> int:
        """Values in a tile."""
        return prod(self.sides)


@cache
def tiles(size: tuple[int, ...], spans: tuple[int, ...]) -> Tiles:
    """The tiles that take the least work for outputs at so many places, each of them computed."""
    options: list[list[int]] = []
    for n, reach in zip(size, spans, strict=True):
        whole = n + reach - 1
        parts = {max(1, -(-n // 2**power)) for power in range(20)}
        tried = {fourier.good_size(part + reach - 1) for part in parts} | {fourier.good_size(whole)}
        most = max(LARGEST[len(size)], 2 * reach)
        options.append(sorted(side for side in tried if side <= most) or [min(tried)])
    best: Tiles | None = None
    least = float("inf")
    for sides in product(*options):
        useful = tuple(side - reach + 1 for side, reach in zip(sides, spans, strict=True))
        if min(useful) < 1:
            continue
        count = prod(-(-n // u) for n, u in zip(size, useful, strict=True))
        work = count * (prod(sides) * log2(prod(sides)) + OVERHEAD)
        if work < least:
            least, best = work, Tiles(sides, useful, count)
    assert best is not None  # noqa: S101 a tile for all is always among the options
    return best


OVERHEAD = 20_000
"""What a tile costs besides, in points times log₂ of points."""


def _dense(task: Task) -> tuple[int, ...]:
    """How many places the window takes with stride 1: all are computed."""
    return tuple((n - 1) * s + 1 for n, s in zip(task.y.size, task.stride, strict=True))


def _macs(task: Task) -> int:
    """Real multiply-adds: 5/4·N·log₂N for each transform of N real values, 2·N for each product.

    A transform of complex values takes some 5·N·log₂N operations, one of real values half as many,
    and two operations are a multiply-add. A spectrum has N/2 complex points, and a complex product
    takes four multiplications.
    """
    cut = tiles(_dense(task), task.spans)
    channels, out, reads = task.x.channels, task.y.channels, task.weight.shape[1]
    transforms = (channels + out) * 5 * cut.points * log2(cut.points) / 4
    return round(float(cut.number * (transforms + 2 * cut.points * out * reads)))


def _seconds(task: Task, threads: int) -> float:
    cut = tiles(_dense(task), task.spans)
    return rates.fft(task, cut.number, cut.points, threads)


def _plan(task: Task) -> Plan:
    cut = tiles(_dense(task), task.spans)
    spectrum = _spectrum(task, cut.sides)

    def run(block: Values) -> Values:
        inside = tuple(n - reach + 1 for n, reach in zip(block.shape[1:], task.spans, strict=True))
        out = alike(block, (task.y.channels, *inside), task.dtype)
        for place in _places(inside, cut):
            _tile(task, block, out, place, cut, spectrum)
        return out[(slice(None), *(slice(None, None, s) for s in task.stride))]

    return Plan(run, rows=max(1, cut.useful[0] // task.stride[0]))


def _places(size: tuple[int, ...], cut: Tiles) -> Iterator[tuple[slice, ...]]:
    """The outputs of each tile."""
    yield from product(
        *(
            [slice(start, min(n, start + u)) for start in range(0, n, u)]
            for n, u in zip(size, cut.useful, strict=True)
        )
    )


def _spectrum(task: Task, sides: tuple[int, ...]) -> Values:
    """The filters' transforms, turned round so that a product of spectra correlates."""
    weight = task.weight if task.plane is None else task.plane[None, None]
    laid = np.zeros((*weight.shape[:2], *sides))
    gaps = tuple(slice(0, reach, d) for reach, d in zip(task.spans, task.dilation, strict=True))
    laid[(slice(None), slice(None), *gaps)] = np.flip(weight, tuple(range(2, 2 + task.rank)))
    spectrum = np.fft.rfftn(laid, axes=tuple(range(2, 2 + task.rank)))
    return spectrum.astype(np.result_type(task.dtype, np.complex64))


def _tile(
    task: Task, block: Values, out: Values, place: tuple[slice, ...], cut: Tiles, spectrum: Values
) -> None:
    """Fill the outputs of one tile."""
    axes = tuple(range(1, 1 + task.rank))
    reads = spectrum.shape[1]
    seen = tuple(
        slice(part.start, part.stop + reach - 1)
        for part, reach in zip(place, task.spans, strict=True)
    )
    good = tuple(
        slice(reach - 1, reach - 1 + part.stop - part.start)
        for part, reach in zip(place, task.spans, strict=True)
    )
    # channel by channel, so that what is worked on stays in the cache
    if task.plane is not None:
        for channel, target in zip(block, out, strict=True):
            transformed = _transformed(task, channel[seen][None], cut, axes)
            transformed *= spectrum[0]
            target[place] = fourier.backward(transformed, cut.sides, axes)[0][good]
        return
    transformed = _transformed(task, block[(slice(None), *seen)], cut, axes)
    each = len(out) // task.groups
    for o, target in enumerate(out):
        first = o // each * reads
        summed = (transformed[first : first + reads] * spectrum[o]).sum(0, keepdims=True)
        target[place] = fourier.backward(summed, cut.sides, axes)[0][good]


def _transformed(task: Task, seen: Values, cut: Tiles, axes: tuple[int, ...]) -> Values:
    """The transforms of channels, filled up with zeros to a tile's size."""
    laid = np.zeros((len(seen), *cut.sides), task.dtype)
    laid[(slice(None), *(slice(0, n) for n in seen.shape[1:]))] = seen
    return fourier.forward(laid, axes)


def _bound(task: Task, largest: float) -> float:
    """How far an output can be off: 20·log₂(N)·u·‖w‖₂·‖x‖₂ for a tile of N values.

    The norms are those of a channel, and where filters read several the sum of them. A transform is
    off by at most 6·log₂(N)·u of its norm, and there are three. Source: Higham 2002, Accuracy and
    Stability of Numerical Algorithms, theorem 24.2.
    """
    cut = tiles(_dense(task), task.spans)
    unit = float(np.finfo(task.dtype).eps) / 2
    weight = np.abs(task.weight).reshape(*task.weight.shape[:2], -1)
    norms = float(np.sqrt((weight**2).sum(-1)).sum(-1).max())
    bias = 0.0 if task.bias is None else float(np.abs(task.bias).max())
    return float(20 * log2(cut.points) * unit * (norms * largest * cut.points**0.5 + bias))


ALGORITHM = Algorithm(
    "fft",
    "products of spectra, tile by tile",
    unless_finite,
    _macs,
    _seconds,
    _plan,
    _bound,
)
