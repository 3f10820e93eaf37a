"""Measures what the cost model multiplies by: the figures of netsheet/convolution/rates.py.

Processor time is taken and not the clock's, so that what else runs on the machine disturbs less.
"""

import statistics
import time
from collections.abc import Callable
from math import log2
from typing import Any
from unittest import mock

import numpy as np

from netsheet.convolution import fourier
from netsheet.convolution.algorithms import find_algorithm
from netsheet.convolution.algorithms.fft import tiles
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


def line(name: str, low: float, high: float, small: int, large: int, values: int) -> str:
    """Seconds of a value, and of each product, from two measurements."""
    each = (high - low) / (large - small) / values
    return f"  {name}: ({low / values - small * each:.3g}, {each:.3g}),"


def measure() -> None:
    """Measure all, and print."""
    pairs = [(kind, kind) for kind in ("uint8", "uint16", "float32", "float64")]
    small, large = RNG.normal(size=(3, 3)), RNG.normal(size=(7, 7))
    print("DIRECT")
    for pair in pairs:
        runs = [once("direct", *plane_task(kernel, *pair)) for kernel in (small, large)]
        print(line(f"{pair}", *runs, 9, 49, 500 * 700 * 3))
    print("SEPARABLE")
    for pair in pairs:
        kernels = [np.outer(RNG.normal(size=k), RNG.normal(size=k)) for k in (5, 31)]
        runs = [once("separable", *plane_task(kernel, *pair)) for kernel in kernels]
        print(line(f"{pair}", *runs, 10, 62, 500 * 700 * 3))
    print("BOX")
    for pair in pairs[:3]:
        found = once("running sums", *plane_task(np.full((15, 15), 1 / 225), *pair))
        print(f"  {pair}: {found / (500 * 700 * 3):.3g},")
    print("NUMPY")
    for kind in ("float32", "float64"):
        with mock.patch(WITHOUT_OPENCV, lambda: None):
            task, x = plane_task(large, kind, kind, (100, 700))
            found = once("direct", task, x)
        print(f"  {kind}: {found / (task.y.values * 49):.3g},")
    values = (RNG.random((200, 700, 3)) * 300).astype(np.float32)
    out = np.empty(values.shape, np.uint8)
    found = seconds(lambda: round_into(values.copy(), out, counting=False))
    print(f"ROUND {found / values.size:.3g}")
    print("POINT")
    for scipy in (True, False):
        for kind in ("float32", "float64"):
            with mock.patch(WITHOUT_SCIPY, fourier.scipy_fft if scipy else (lambda: None)):
                task, x = plane_task(RNG.normal(size=(51, 51)), kind, kind)
                found = once("fft", task, x)
            cut = tiles(task.y.size, task.spans)
            print(
                f"  ({scipy}, {kind}): {found / (cut.number * cut.points * 3 * (log2(cut.points) + 2)):.3g},"
            )
    print("PRODUCT, MOVED")
    for kind in ("float32", "float64"):
        a, b = RNG.normal(size=(256, 576)).astype(kind), RNG.normal(size=(576, 4096)).astype(kind)
        found = seconds(lambda a=a, b=b: a @ b, time.process_time) / (256 * 576 * 4096)
        x = RNG.normal(size=(64, 56, 56)).astype(kind)
        task = make_task(x, RNG.normal(size=(1, 64, 3, 3)))
        moved = once("matrix", task, x) / (64 * 9 * 54 * 54)
        print(f"  {kind}: {found:.3g}, {moved:.3g}")
    tiny = np.ones((3, 4, 4))
    print(f"CALL {seconds(lambda: [tiny + tiny for _ in range(1000)]) / 1000:.3g}")
