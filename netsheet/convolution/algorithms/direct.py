"""Direct: every product, added up one after another."""

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution import counts, opencv, rates
from netsheet.convolution.algorithm import Algorithm, nothing
from netsheet.convolution.blocks import Plan, alike
from netsheet.convolution.task import Task

Values = NDArray[Any]


def _uses_opencv(task: Task) -> bool:
    """Whether OpenCV adds up this task's products."""
    return (
        task.plane is not None
        and task.rank == 2  # noqa: PLR2004 pictures
        and task.finite  # it leaves out weights of 0, which make NaN of an infinity
        and opencv.opencv() is not None
        and opencv.goes_direct(_taken(task), int(np.prod(task.spans)))
    )


def _taken(task: Task) -> np.dtype[Any]:
    """The type of what OpenCV is handed."""
    return opencv.route(task, bytes_are_fast=True)


def _seconds(task: Task, threads: int) -> float:
    if _uses_opencv(task):
        taps = int(np.count_nonzero(task.plane != 0))
        return rates.opencv_direct(task, _taken(task), taps, threads)
    used = task.plane if task.plane is not None else task.weight[0]
    taps = int(np.count_nonzero(used)) if task.finite else used.size
    calls = 2 * taps * (1 if task.weight.shape[1] == 1 else task.y.channels)
    return rates.numpy_products(task, task.y.values * taps, calls, threads)


def dense(task: Task) -> NDArray[np.float64]:
    """The kernel of a plane task with its gaps filled with zeros."""
    assert task.plane is not None  # noqa: S101 the caller has looked
    spread = np.zeros(task.spans)
    spread[tuple(slice(None, None, d) for d in task.dilation)] = task.plane
    return spread


def _plan(task: Task) -> Plan:
    if _uses_opencv(task):
        return _with_opencv(task)
    return Plan(lambda block: _with_numpy(task, block))


def _with_opencv(task: Task) -> Plan:
    cv2 = opencv.opencv()
    kernel = dense(task)
    taken = _taken(task)
    kind = opencv.depth(taken)
    size = (kernel.shape[0], kernel.shape[1])
    steps = (slice(None), *(slice(None, None, s) for s in task.stride))
    around = opencv.border(task)

    def run(block: Values) -> Values:
        inside = tuple(n - k + 1 for n, k in zip(block.shape[1:], size, strict=True))
        out = alike(block, (len(block), *inside), taken)
        for part, target in opencv.pairs(block.astype(taken, copy=False), out):
            filtered = cv2.filter2D(part, kind, kernel, borderType=cv2.BORDER_REPLICATE)
            target[...] = opencv.kept(filtered, size, inside)
        return out[steps]

    def inner(rows: Values, out: Values) -> None:
        anchor = (task.pads[1][0], task.pads[0][0])
        for part, target in opencv.pairs(rows, out):
            cv2.filter2D(part, kind, kernel, target, anchor, borderType=around)

    if not taken == task.source == task.result:
        return Plan(run)
    return Plan(run, inner, bordered=opencv.lays(task), shared=True)


def _with_numpy(task: Task, block: Values) -> Values:
    x = block.astype(task.dtype, copy=False)
    size = tuple(
        (n - reach) // s + 1
        for n, reach, s in zip(x.shape[1:], task.spans, task.stride, strict=True)
    )
    y = alike(x, (task.y.channels, *size), task.dtype)
    weight = task.weight.astype(task.dtype)
    with np.errstate(all="ignore"):
        if task.plane is not None:
            _add_up(task, x, weight[0, 0], y)
        elif task.weight.shape[1] == 1 and task.y.channels == task.x.channels:
            _add_up(task, x, weight[:, 0], y)
        else:
            _channel_by_channel(task, x, weight, y)
    return y


def _add_up(task: Task, x: Values, weight: Values, y: Values) -> None:
    """Add up the products of each tap with all channels at once."""
    made = alike(x, y.shape, task.dtype)
    target = y  # the first product is written where the others are added
    for tap in product(*map(range, task.kernel)):
        where: tuple[Any, ...] = (..., *tap)
        factor = weight[where]
        if task.finite and not factor.any():
            continue
        each = factor.reshape(-1, *[1] * task.rank) if factor.ndim else factor
        np.multiply(_seen(task, x, tap, y.shape[1:]), each, out=target)
        if target is made:
            y += made
        target = made
    if target is y:
        y[...] = 0


def _channel_by_channel(task: Task, x: Values, weight: Values, y: Values) -> None:
    """Add up the products of each filter's slice with its channel."""
    each = len(y) // task.groups
    y[...] = 0
    for o in range(len(y)):
        first = o // each * weight.shape[1]
        for c in range(weight.shape[1]):
            for tap in product(*map(range, task.kernel)):
                factor = weight[(o, c, *tap)]
                if task.finite and not factor:
                    continue
                y[o] += factor * _seen(task, x[first + c], tap, y.shape[1:])


def _seen(task: Task, x: Values, tap: tuple[int, ...], size: tuple[int, ...]) -> Values:
    """What a tap sees of a map, from each window."""
    seen: tuple[Any, ...] = (
        ...,
        *(
            slice(t * d, t * d + (n - 1) * s + 1, s)
            for t, d, n, s in zip(tap, task.dilation, size, task.stride, strict=True)
        ),
    )
    found: Values = x[seen]
    return found


def _bound(task: Task, largest: float) -> float:
    return in_any_order(task, largest)


def in_any_order(task: Task, largest: float) -> float:
    """How far a sum of all products can be off, in whatever order it is added up.

    (n + 2)·u·(Σ|w|·max|x| + |b|) for n products, where u is half the type's epsilon; two more for
    weights that are rounded to the type, and for the bias. Source: Higham 2002, Accuracy and
    Stability of Numerical Algorithms, section 4.2.
    """
    total = np.abs(task.weight).reshape(len(task.weight), -1).sum(1) * largest
    if task.bias is not None:
        total = total + np.abs(task.bias)
    unit = float(np.finfo(task.dtype).eps) / 2
    return 1.01 * (task.taps() + 3) * unit * float(total.max())


ALGORITHM = Algorithm(
    "direct", "every product, added up", nothing, counts.direct, _seconds, _plan, _bound
)
