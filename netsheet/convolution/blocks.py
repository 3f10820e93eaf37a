"""A convolution cut into blocks, each with its border laid on, shared among threads.

Requirements met here: what is held beside input and output does not grow with the map, but for
one axis' length; a border is laid by `netsheet.convolution.border`, or by a library whose border is
the same; an algorithm sees nothing but blocks in which every window fits.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution.border import Border
from netsheet.convolution.finish import Clipped, finish
from netsheet.convolution.opencv import INTERLEAVED, on_cores
from netsheet.convolution.task import Task

Values = NDArray[Any]

BLOCK_BYTES = 1 << 20
"""Bytes of a block of the map, in the numbers that are computed with: a cache's worth."""

TALL = 8
"""A block has at least so many times as many rows as a window reaches over, where there are."""

SMALL = {"values": 400_000, "macs": 20_000_000}
"""Fewer values of the map and fewer multiply-adds are done before threads have started."""


class Plan(NamedTuple):
    """A way to compute a task, ready to run.

    run: from a block of the map, bordered, C×…, to its outputs, C_out×…. inner: fills an array of
    outputs from rows of the map as they are, right wherever the window lies within these rows; only
    for outputs as large as the map. bordered: at the map's own edges too. alone: it uses threads
    itself. shared: what OpenCV does within, it shares among threads itself, as well as we would.
    rows: of how many rows of outputs a block is best made, where that is not left to the cache's
    size.
    """

    run: Callable[[Values], Values]
    inner: Callable[[Values, Values], None] | None = None
    bordered: bool = False
    alone: bool = False
    shared: bool = False
    rows: int | None = None


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def carry_out(
    task: Task, x: Values, plan: Plan, *, threads: int | None = None
) -> tuple[Values, Clipped]:
    """Every output of a task, C_out×…, and how many were clipped, if that is counted.

    The axes of what comes out lie in memory as those of x.
    """
    y = alike(x, task.y, task.result)
    if plan.inner is not None and _same(task, x):
        return y, _by_rows(task, x, y, plan, _workers(task, plan, threads))

    def block(box: "Box") -> Clipped:
        made = plan.run(lay(task, x, box))
        return finish(task, made, y[:, *box])

    return y, Clipped.total(in_blocks(task, block, plan, threads))


def in_blocks(
    task: Task, work: Callable[["Box"], Clipped], plan: Plan, threads: int | None
) -> list[Clipped]:
    """What some work gives for each block of a task's outputs, shared among threads."""
    workers = _workers(task, plan, threads)
    with on_cores(1):
        return _spread(work, list(_boxes(task, workers, plan.rows)), workers)


def _workers(task: Task, plan: Plan, threads: int | None) -> int:
    """How many threads a task is worth."""
    small = task.x.values < SMALL["values"] and task.macs < SMALL["macs"]
    return 1 if plan.alone or small else threads or cores()


Box = tuple[slice, ...]
"""A block of outputs: a slice of each axis."""


def _spread(work: Callable[[Any], Any], jobs: list[Any], workers: int) -> list[Any]:
    """The results of all jobs, in order."""
    if workers == 1 or len(jobs) < 2:  # noqa: PLR2004 nothing to share
        return [work(job) for job in jobs]
    with ThreadPoolExecutor(min(workers, len(jobs))) as pool:
        return list(pool.map(work, jobs))


def _boxes(task: Task, workers: int, wanted: int | None) -> Iterator[Box]:
    """Rows of outputs, as many at a time as fit a block and as give every thread some."""
    count, *others = task.y.size
    stride, reach = task.stride[0], task.spans[0]
    values = max(task.x.values // task.x.size[0], task.y.values // count)
    line = values * task.dtype.itemsize
    rows = max(BLOCK_BYTES // (line * stride), TALL * reach // stride, 1)
    rows = wanted or min(rows, -(-count // workers))
    rest = tuple(slice(0, n) for n in others)
    for top in range(0, count, rows):
        yield (slice(top, min(count, top + rows)), *rest)


def _same(task: Task, x: Values) -> bool:
    """Whether outputs lie as the map does, one for each position, and as OpenCV takes both."""
    return (
        task.rank == 2  # noqa: PLR2004 pictures
        and task.y.size == task.x.size
        and set(task.stride) == {1}
        and min(task.x.size) > 2 * max(task.spans)
        and len(x) <= INTERLEAVED
        and x.transpose(1, 2, 0).flags.c_contiguous
    )


def _by_rows(task: Task, x: Values, y: Values, plan: Plan, workers: int) -> Clipped:
    """Rows in as many parts as there are threads, and what lies near the cuts once more.

    Nothing is copied but near cuts, and near the map's edges where the border is to be laid.
    """
    assert plan.inner is not None  # noqa: S101 the caller has looked
    inner = plan.inner
    (high, wide), ((above, _), (left, _)) = task.x.size, task.pads
    below, right = (
        reach - 1 - before for reach, before in zip(task.spans, (above, left), strict=True)
    )
    parts = 1 if plan.shared else max(1, min(workers, high // (8 * task.spans[0])))
    cuts = [high * part // parts for part in range(parts + 1)]
    pieces = list(pairwise(cuts))
    with on_cores(workers if plan.shared else 1):
        _spread(lambda rows: inner(x[:, slice(*rows)], y[:, slice(*rows)]), pieces, parts)
    seams = [slice(max(0, cut - below), min(high, cut + above)) for cut in cuts]
    if plan.bordered:
        seams, left, right = seams[1:-1], 0, 0
    strips: list[Box] = [(rows, slice(0, wide)) for rows in seams if rows.stop > rows.start]
    every = [slice(top, min(high, top + 512)) for top in range(0, high, 512)]
    strips += [(rows, slice(0, left)) for rows in every if left]
    strips += [(rows, slice(wide - right, wide)) for rows in every if right]

    def strip(box: Box) -> Clipped:
        return finish(task, plan.run(lay(task, x, box)), y[:, *box])

    near = len(x) * sum(prod(part.stop - part.start for part in box) for box in strips)
    with on_cores(1):
        return Clipped.total(_spread(strip, strips, workers if near > SMALL["values"] else 1))


def alike(x: Values, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Values:
    """A new array of another shape, whose axes lie in memory in the order of those of x."""
    order = sorted(range(x.ndim), key=lambda axis: -abs(x.strides[axis]))
    made = np.empty([shape[axis] for axis in order], dtype)
    return made.transpose([order.index(axis) for axis in range(x.ndim)])


def lay(task: Task, x: Values, box: Box) -> Values:
    """What the windows of a block of outputs cover, bordered: C×…; a view where nothing is laid."""
    for axis, part in enumerate(box):
        s, reach, before = task.stride[axis], task.spans[axis], task.pads[axis][0]
        low, high = part.start * s - before, (part.stop - 1) * s + reach - before
        x = _along(x, axis + 1, low, high, task.border)
    return x


def _along(x: Values, axis: int, low: int, high: int, border: Border) -> Values:
    """Positions low up to high of an axis, which may lie beyond its edges."""

    def at(where: slice | int) -> tuple[slice | int, ...]:
        return (slice(None),) * axis + (where,)

    n = x.shape[axis]
    first, last = min(max(low, 0), n), max(min(high, n), 0)
    held = x[at(slice(first, last))]
    if (first, last) == (low, high):
        return held
    shape = (*x.shape[:axis], high - low, *x.shape[axis + 1 :])
    block = alike(x, shape, x.dtype)
    block[at(slice(first - low, first - low + held.shape[axis]))] = held
    for i in (*range(low, min(first, high)), *range(max(last, low), high)):
        source = border.source(i, n)
        block[at(i - low)] = border.value if source is None else x[at(source)]
    return block
