"""Matrix product: windows laid out as columns, multiplied by the filters as rows."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from netsheet.convolution import counts, rates
from netsheet.convolution.algorithm import Algorithm, nothing
from netsheet.convolution.algorithms.direct import in_any_order
from netsheet.convolution.blocks import Plan
from netsheet.convolution.task import Task

Values = NDArray[Any]


def _seconds(task: Task, threads: int) -> float:
    moved = task.x.channels * int(np.prod(task.kernel)) * int(np.prod(task.y.size))
    if _pointwise(task):
        moved = task.x.values
    return rates.products_of_matrices(task, task.macs, moved, 2 * task.groups, threads)


def _pointwise(task: Task) -> bool:
    """Whether a window is one position, so that the map itself is the matrix."""
    return set(task.kernel) == {1} and set(task.stride) == {1}


def _plan(task: Task) -> Plan:
    each = task.y.channels // task.groups
    reads = task.weight.shape[1]
    rows = task.weight.astype(task.dtype).reshape(task.groups, each, -1)
    axes = tuple(range(1, 1 + task.rank))

    def run(block: Values) -> Values:
        x = block.astype(task.dtype, copy=False)
        seen = sliding_window_view(x, task.spans, axes)
        steps = tuple(slice(None, None, s) for s in task.stride)
        gaps = tuple(slice(None, None, d) for d in task.dilation)
        seen = seen[(slice(None), *steps, *gaps)]
        size = seen.shape[1 : 1 + task.rank]
        order = (0, *range(1 + task.rank, 1 + 2 * task.rank), *axes)
        seen = seen.transpose(order)
        y = np.empty((task.y.channels, *size), task.dtype)
        with np.errstate(all="ignore"):
            for group in range(task.groups):
                columns = seen[group * reads : (group + 1) * reads].reshape(rows.shape[2], -1)
                np.matmul(
                    rows[group], columns, out=y[group * each : (group + 1) * each].reshape(each, -1)
                )
        return y

    return Plan(run, alone=True)


ALGORITHM = Algorithm(
    "matrix",
    "windows as columns, times the filters as rows: one product of matrices",
    nothing,
    counts.direct,
    _seconds,
    _plan,
    in_any_order,
)
