"""One-axis kernels laid on a map, one axis after another: what separable kernels come down to."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution import opencv, rates
from netsheet.convolution.blocks import Plan, alike
from netsheet.convolution.separate import NOTHING, Line, Parts
from netsheet.convolution.task import Task

Values = NDArray[Any]


def uses_opencv(task: Task) -> bool:
    """Whether OpenCV does it."""
    return task.rank == 2 and opencv.opencv() is not None  # noqa: PLR2004 pictures


def taken(task: Task, parts: Parts) -> np.dtype[Any]:
    """The type of what OpenCV is handed; bytes are fast for one product of mirrored lines."""
    mirrored = all(_mirror(line) is not None for lines in parts.lines for line in lines)
    return opencv.route(task, bytes_are_fast=parts.rank == 1 and mirrored)


def _mirror(line: Line) -> Line | None:
    """A line that is its own mirror image, or that with the other sign, but for rounding: exactly.

    None where it is no such line. What is changed lies below the rounding of float32.
    """
    for sign in (1.0, -1.0):
        if np.abs(line - sign * line[::-1]).max() <= NOTHING * np.abs(line).max():
            mirrored: Line = (line + sign * line[::-1]) / 2
            return mirrored
    return None


def seconds(task: Task, parts: Parts, threads: int) -> float:
    """How long it takes to lay the products of one-axis kernels on a map."""
    taps = parts.rank * sum(task.kernel)
    if uses_opencv(task):
        handed = taken(task, parts)
        return rates.opencv_separable(task, handed, sum(task.spans), parts.rank, threads)
    products = task.x.values / max(task.stride) * taps
    return rates.numpy_products(task, products, 2 * taps, threads)


def plan(task: Task, parts: Parts) -> Plan:
    """Ready to lay the products of one-axis kernels on blocks, and add up what they give."""
    if uses_opencv(task):
        return _with_opencv(task, parts)
    return Plan(lambda block: _with_numpy(task, parts, block))


def bound(task: Task, parts: Parts, largest: float) -> float:
    """How far the sum can be off: (Σk + rank + 3)·u·Σ|w|·max|x|, and what the parts leave over."""
    unit = float(np.finfo(task.dtype).eps) / 2
    added = sum(task.kernel) + parts.rank + 3
    bias = 0.0 if task.bias is None else float(np.abs(task.bias).max())
    return largest * (1.01 * added * unit * parts.weight() + parts.left) + added * unit * bias


def _with_numpy(task: Task, parts: Parts, block: Values) -> Values:
    x = block.astype(task.dtype, copy=False)
    total: Values | None = None
    for lines in parts.lines:
        y = x
        for axis in reversed(range(task.rank)):
            y = _along(task, y, lines[axis].astype(task.dtype), axis)
        total = y if total is None else np.add(total, y, out=total)
    assert total is not None  # noqa: S101 a kernel of nothing but zeros has no parts, and is refused
    return total


def _along(task: Task, x: Values, line: Line, axis: int) -> Values:
    """A one-axis kernel laid on one axis."""
    s, d = task.stride[axis], task.dilation[axis]
    count = (x.shape[axis + 1] - task.spans[axis]) // s + 1
    shape = (*x.shape[: axis + 1], count, *x.shape[axis + 2 :])
    y, made = alike(x, shape, task.dtype), alike(x, shape, task.dtype)
    target = y
    for t, factor in enumerate(line):
        if not factor:
            continue
        seen = x[(slice(None),) * (axis + 1) + (slice(t * d, t * d + (count - 1) * s + 1, s),)]
        np.multiply(seen, factor, out=target)
        if target is made:
            y += made
        target = made
    return y


def _with_opencv(task: Task, parts: Parts) -> Plan:
    cv2 = opencv.opencv()
    several = parts.rank > 1
    handed = taken(task, parts)
    kind = opencv.depth(handed)
    spread = [
        tuple(_gapped(_exact(line), d) for line, d in zip(lines, task.dilation, strict=True))
        for lines in parts.lines
    ]
    size = (len(spread[0][0]), len(spread[0][1]))
    steps = (slice(None), *(slice(None, None, s) for s in task.stride))
    lay = partial(cv2.sepFilter2D, borderType=cv2.BORDER_REPLICATE)
    around = opencv.border(task)

    def run(block: Values) -> Values:
        inside = tuple(n - k + 1 for n, k in zip(block.shape[1:], size, strict=True))
        out = alike(block, (len(block), *inside), handed)
        for part, target in opencv.pairs(block.astype(handed, copy=False), out):
            for number, (down, across) in enumerate(spread):
                filtered = opencv.kept(lay(part, kind, across, down), size, inside)
                target[...] = filtered if not number else target + filtered
        return out[steps]

    def inner(rows: Values, out: Values) -> None:
        anchor = (task.pads[1][0], task.pads[0][0])
        (down, across), *_ = spread
        for part, target in opencv.pairs(rows, out):
            cv2.sepFilter2D(part, kind, across, down, target, anchor, borderType=around)

    if several or not handed == task.source == task.result:
        return Plan(run)
    return Plan(run, inner, bordered=opencv.lays(task), shared=True)


def _exact(line: Line) -> Line:
    """A line that is mirrored but for rounding made so, as OpenCV compares its ends exactly."""
    mirrored = _mirror(line)
    return line if mirrored is None else mirrored


def _gapped(line: Line, dilation: int) -> Line:
    """A one-axis kernel with its gaps filled with zeros."""
    spread = np.zeros(dilation * (len(line) - 1) + 1)
    spread[::dilation] = line
    return spread
