"""Running sums: a kernel whose numbers are all one, by sums that neighbouring windows share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution import counts, opencv, rates
from netsheet.convolution.algorithm import Algorithm, unless_plane
from netsheet.convolution.blocks import Plan, alike
from netsheet.convolution.task import Task
from netsheet.core.numbers import product

Values = NDArray[Any]

MOST = 2**31
"""OpenCV adds up whole numbers in 32 bits."""


def _number(task: Task) -> float:
    """The one number of the kernel."""
    assert task.plane is not None  # noqa: S101 others are refused
    return float(task.plane.flat[0])


def _uses_opencv(task: Task) -> bool:
    """Whether OpenCV does it: its sums run along whole columns, which float64 would notice."""
    whole = np.iinfo(task.source).max * np.prod(task.kernel) if task.source.kind == "u" else 0
    return bool(
        task.rank == 2  # noqa: PLR2004 pictures
        and task.dtype == np.float32
        and whole < MOST
        and opencv.opencv() is not None
    )


def _refuses(task: Task) -> str:
    if other := unless_plane(task):
        return other
    assert task.plane is not None  # noqa: S101 others are refused
    if not (task.plane == task.plane.flat[0]).all():
        return "the kernel's numbers are not all the same"
    if set(task.dilation) != {1}:
        return "the window has gaps"
    return ""


def _macs(task: Task) -> int:
    """One for each output: the sums are made by adding alone."""
    return product((*counts.sizes(task), counts.channels(task)))


def additions(side: int) -> int:
    """How many additions give the sum of so many neighbours, from sums of 1, 2, 4, … of them.

    >>> [additions(k) for k in (1, 2, 3, 31, 32)]
    [0, 1, 2, 8, 5]
    """
    return side.bit_length() - 1 + side.bit_count() - 1


def _seconds(task: Task, threads: int) -> float:
    if _uses_opencv(task):
        return rates.opencv_box(task, threads)
    passes = sum(map(additions, task.kernel)) + 1
    return rates.numpy_products(task, 2 * task.x.values * passes, passes, threads)  # as measured


def _plan(task: Task) -> Plan:
    if _uses_opencv(task):
        return _with_opencv(task)
    return Plan(lambda block: _with_numpy(task, block))


def _with_numpy(task: Task, block: Values) -> Values:
    y = block.astype(task.dtype, copy=False)
    for axis in reversed(range(task.rank)):
        y = _neighbours(y, axis + 1, task.kernel[axis])
        s = task.stride[axis]
        y = y[(slice(None),) * (axis + 1) + (slice(None, None, s),)]
    found: Values = y * task.dtype.type(_number(task))
    return found


def _neighbours(x: Values, axis: int, side: int) -> Values:
    """Sums of so many neighbours along an axis: no error runs further than a window reaches."""

    def part(values: Values, start: int, count: int) -> Values:
        return values[(slice(None),) * axis + (slice(start, start + count),)]

    n = x.shape[axis]
    doubled, reach = x, 1  # sums of `reach` neighbours, for each of which there is room
    total: Values | None = None
    taken = 0
    while True:
        if side & reach:
            count = n - side + 1
            here = part(doubled, taken, count)
            total = here.copy() if total is None else np.add(total, here, out=total)
            taken += reach
        if taken == side:
            assert total is not None  # noqa: S101 a side is at least 1
            return total
        count = n - 2 * reach + 1
        doubled = np.add(part(doubled, 0, count), part(doubled, reach, count))
        reach *= 2


def _with_opencv(task: Task) -> Plan:
    cv2 = opencv.opencv()
    high, across = task.kernel
    number = _number(task)
    mean = abs(high * across * number - 1) <= np.finfo(np.float64).eps  # a mean
    whole = mean and task.source == task.made and task.source.kind == "u"
    taken = task.source if whole else task.dtype
    kind = opencv.depth(taken)
    steps = (slice(None), *(slice(None, None, s) for s in task.stride))
    around = opencv.border(task)

    def run(block: Values) -> Values:
        inside = (block.shape[1] - high + 1, block.shape[2] - across + 1)
        out = alike(block, (len(block), *inside), taken)
        for part, target in opencv.pairs(block.astype(taken, copy=False), out):
            found = cv2.boxFilter(
                part, kind, (across, high), normalize=mean, borderType=cv2.BORDER_REPLICATE
            )
            target[...] = opencv.kept(found, (high, across), inside)
        if not mean:
            out *= task.dtype.type(number)
        return out[steps]

    def inner(rows: Values, out: Values) -> None:
        anchor = (task.pads[1][0], task.pads[0][0])
        for part, target in opencv.pairs(rows, out):
            cv2.boxFilter(part, kind, (across, high), target, anchor, True, around)  # noqa: FBT003 OpenCV's order

    if not (mean and taken == task.source == task.result):
        return Plan(run)
    return Plan(run, inner, bordered=opencv.lays(task))


def _bound(task: Task, largest: float) -> float:
    """How far a sum can be off: each of its additions rounds once, and the number on top.

    OpenCV's sums are exact for whole numbers; for others they run in float64 down a column of a
    block, and are off by as many of its roundings as that has rows.
    """
    unit = float(np.finfo(task.dtype).eps) / 2
    rounded = (sum(map(additions, task.kernel)) + 4) * unit
    if _uses_opencv(task):
        rounded = 4 * unit + 2 * sum(task.x.size) * float(np.finfo(np.float64).eps)
    bias = 0.0 if task.bias is None else float(np.abs(task.bias).max())
    assert task.plane is not None  # noqa: S101 others are refused
    return 1.01 * rounded * (float(np.abs(task.plane).sum()) * largest + bias)


ALGORITHM = Algorithm(
    "running sums",
    "sums of neighbours, shared between windows, times the kernel's one number",
    _refuses,
    _macs,
    _seconds,
    _plan,
    _bound,
)
