"""Measures what the cost model multiplies by: the figures of netsheet/convolution/rates.py.

Processor time is taken and not the clock's, so that what else runs on the machine disturbs less.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from itertools import product
from math import log2
from typing import Any
from unittest import mock

import numpy as np

from netsheet.convolution import fourier
from netsheet.convolution.algorithms import find_algorithm
from netsheet.convolution.algorithms.fft import tiles
from netsheet.convolution.algorithms.winograd import _inputs
from netsheet.convolution.finish import round_into
from netsheet.convolution.task import Task, make_task

RNG = np.random.default_rng(0)

WITHOUT_OPENCV = "netsheet.convolution.opencv.opencv"
WITHOUT_SCIPY = "netsheet.convolution.fourier.scipy_fft"


def seconds(run: Callable[[], object], clock: Callable[[], float] = time.thread_time) -> float:
    """Median processor time of a call."""
    run()
    times = []
    for _ in range(7):
        start = clock()
        run()
        times.append(clock() - start)
    return statistics.median(times)


def plane_task(
    kernel: Any,  # noqa: ANN401 an array
    source: str,
    result: str,
    size: tuple[int, int] = (500, 700),
) -> tuple[Task, Any]:
    """A kernel on a picture of three colours that lie beside each other, windows inside."""
    x = (RNG.random((*size, 3)) * 255).astype(source).transpose(2, 0, 1)
    kinds = {"dtype": np.dtype("float64" if result == "float64" else "float32")}
    weight = np.broadcast_to(kernel, (3, 1, *np.shape(kernel)))
    return make_task(x, weight, groups=3, result=np.dtype(result), **kinds), x


def once(name: str, task: Task, x: Any) -> float:  # noqa: ANN401 an array
    """Seconds of an algorithm on one block."""
    plan = find_algorithm(name).plan(task)
    return seconds(lambda: plan.run(x))


def line(name: str, taps: tuple[int, int], runs: tuple[float, float], values: int) -> str:
    """Seconds of a value, and of each product, from measurements with few taps and with many."""
    each = (runs[1] - runs[0]) / (taps[1] - taps[0]) / values
    return f"  {name}: ({runs[0] / values - taps[0] * each:.3g}, {each:.3g}),"


VALUES = 500 * 700 * 3


def mirrored(side: int) -> Any:  # noqa: ANN401 an array
    """A product of mirrored lines, as a blur is one."""
    half = RNG.random(side)
    return np.outer(half + half[::-1], half + half[::-1])


def opencv() -> None:
    """OpenCV's filters on one core."""
    kinds = ("uint8", "float32", "float64")
    small, large = RNG.normal(size=(3, 3)), RNG.normal(size=(7, 7))
    print("DIRECT")
    for kind in kinds:
        first, second = (once("direct", *plane_task(each, kind, kind)) for each in (small, large))
        print(line(kind, (9, 49), (first, second), VALUES))
    print("SEPARABLE")
    for kind in kinds:
        tasks = [plane_task(mirrored(side) / side**2, kind, kind) for side in (5, 31)]
        first, second = (once("separable", *each) for each in tasks)
        print(line(kind, (10, 62), (first, second), VALUES))
    print("BOX")
    for kind in ("uint8", "uint16", "float32"):
        found = once("running sums", *plane_task(np.full((15, 15), 1 / 225), kind, kind))
        print(f"  {kind}: {found / VALUES:.3g},")


def numpy() -> None:
    """What numpy does: products, rounding, matrices."""
    print("NUMPY")
    for kind in ("float32", "float64"):
        with mock.patch(WITHOUT_OPENCV, return_value=None):
            task, x = plane_task(RNG.normal(size=(7, 7)), kind, kind, (100, 700))
            found = once("direct", task, x)
        print(f"  {kind}: {found / (task.y.values * 49):.3g},")
    bytes_ = (RNG.random((200, 700, 3)) * 255).astype(np.uint8)
    found = seconds(lambda: bytes_.astype(np.float32)) / bytes_.size
    print(f"CONVERT {found:.3g}")
    values, out = bytes_.astype(np.float32), np.empty_like(bytes_)
    found = seconds(lambda: round_into(values, out, counting=False)) / values.size
    print(f"ROUND {found:.3g}")
    print("PRODUCT, MOVED, TRANSFORMED")
    for kind in ("float32", "float64"):
        a, b = RNG.normal(size=(256, 576)).astype(kind), RNG.normal(size=(576, 4096)).astype(kind)
        product = seconds(partial(np.matmul, a, b), time.process_time) / (256 * 576 * 4096)
        x = RNG.normal(size=(64, 58, 58)).astype(kind)
        seen = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (1, 2)).transpose(0, 3, 4, 1, 2)
        moved = seconds(partial(np.reshape, seen, (576, -1), copy=True)) / (576 * 56 * 56)
        turned = seconds(partial(_inputs, x, 28, 28)) / x.size
        print(f"  {kind}: {product:.3g}, {moved:.3g}, {turned:.3g}")
    tiny = np.ones((3, 4, 4))
    print(f"CALL {seconds(lambda: [tiny + tiny for _ in range(1000)]) / 1000:.3g}")


def transforms() -> None:
    """SciPy's transforms, and numpy's."""
    print("POINT")
    for scipy, kind in product((True, False), ("float32", "float64")):
        found_fft = fourier.scipy_fft() if scipy else None
        with mock.patch(WITHOUT_SCIPY, return_value=found_fft):
            task, x = plane_task(RNG.normal(size=(51, 51)), kind, kind)
            found = once("fft", task, x)
        cut = tiles(task.y.size, task.spans)
        points = cut.number * cut.points * 3 * (log2(cut.points) + 2)
        print(f"  ({scipy}, {kind}): {found / points:.3g},")


def measure() -> None:
    """Measure all, and print."""
    opencv()
    numpy()
    transforms()
