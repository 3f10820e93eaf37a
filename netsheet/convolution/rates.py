"""How fast the algorithms' inner loops are, as measured; what the cost model multiplies by.

The figures are those of one machine and say which algorithm is faster, not how long it takes on
yours. `python benchmarks/filter.py --rates` measures them again, and `--model` holds the model's
choices against measurements.
"""

from math import log2
from typing import Any

import numpy as np

from netsheet.convolution import fourier
from netsheet.convolution.task import Task

CALL = 2.5e-6
"""Seconds of a call of numpy on a small array, and of what Python does around it."""

START = 30e-6
"""Seconds before the first block: threads, arrays and the like."""

NUMPY = {"float32": 0.4e-9, "float64": 0.7e-9}
"""Seconds of a product and its sum in numpy, on arrays that fit the cache, on one core."""

CONVERT = 0.5e-9
"""Seconds of turning a value into a float."""

ROUND = 0.4e-9
"""Seconds of rounding and clipping a value."""

DIRECT = {"uint8": (0.1e-9, 0.06e-9), "float32": (0.4e-9, 0.04e-9), "float64": (0.9e-9, 0.14e-9)}
"""OpenCV's filter2D on one core, by type: seconds of a value, and of each product."""

SEPARABLE = {"uint8": (0.1e-9, 0.04e-9), "float32": (0.2e-9, 0.06e-9), "float64": (1e-9, 0.11e-9)}
"""OpenCV's sepFilter2D, as above; products along both axes."""

BOX = {"uint8": 0.5e-9, "uint16": 0.6e-9, "float32": 1.5e-9}
"""OpenCV's boxFilter: seconds of a value, whatever the window."""

POINT = {
    (True, "float32"): 0.35e-9,
    (True, "float64"): 0.6e-9,
    (False, "float32"): 0.6e-9,
    (False, "float64"): 0.7e-9,
}
"""Seconds of a transform's value, times log₂ of how many there are; with SciPy, or numpy."""

PRODUCT = {"float32": 0.025e-9, "float64": 0.05e-9}
"""Seconds of a multiply-add in a product of large matrices, on one core."""

MOVED = {"float32": 0.3e-9, "float64": 0.5e-9}
"""Seconds of a value that is laid out for such a product, on one core."""


def numpy_products(task: Task, products: float, calls: int, threads: int) -> float:
    """Products added up by numpy, in so many calls for each block."""
    blocks = max(1, task.x.values * task.dtype.itemsize // (1 << 20))
    share = min(threads, blocks)
    each = NUMPY[task.dtype.name] * products + rounding(task)
    return START + (each + CALL * calls * blocks) / share


def rounding(task: Task) -> float:
    """Rounding to whole numbers, where that is done by numpy."""
    return ROUND * int(task.y.values) if task.result.kind == "u" else 0.0


def _handed(task: Task, taken: np.dtype[Any]) -> float:
    """What it takes to hand OpenCV another type than the map's, and to round what comes back."""
    convert = CONVERT * task.x.values if taken != task.source else 0.0
    return convert + (rounding(task) if taken != task.result else 0.0)


def opencv_direct(task: Task, taken: np.dtype[Any], taps: int, threads: int) -> float:
    """OpenCV's filter2D, handed a type, for a kernel of so many numbers that are not 0."""
    value, tap = DIRECT[taken.name]
    return START + (task.x.values * (value + tap * taps) + _handed(task, taken)) / threads


def opencv_separable(task: Task, taken: np.dtype[Any], taps: int, rank: int, threads: int) -> float:
    """OpenCV's sepFilter2D, handed a type, as often as the kernel has rank."""
    value, tap = SEPARABLE[taken.name]
    return START + (rank * task.x.values * (value + tap * taps) + _handed(task, taken)) / threads


def opencv_box(task: Task, threads: int) -> float:
    """OpenCV's boxFilter."""
    taken = task.source if task.source == task.made and task.source.name in BOX else task.dtype
    return START + (task.x.values * BOX[taken.name] + _handed(task, taken)) / threads


def fft(task: Task, count: int, points: int, threads: int) -> float:
    """Transforms of so many tiles of so many values, and their products."""
    point = POINT[fourier.scipy_fft() is not None, task.dtype.name]
    channels, out, reads = task.x.channels, task.y.channels, task.weight.shape[1]
    each = points * point * (log2(points) * (channels + out) / 2 + 2 * out * reads)
    shares = min(threads, count)
    return START + float(count * (each + 20 * CALL) + rounding(task)) / shares


def products_of_matrices(task: Task, macs: int, moved: int, calls: int, threads: int) -> float:
    """Values laid out on one core, and a product of matrices on all."""
    kind = task.dtype.name
    return (
        START + CALL * calls + macs * PRODUCT[kind] / threads + moved * MOVED[kind] + rounding(task)
    )
