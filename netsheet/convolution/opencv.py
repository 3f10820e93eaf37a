"""OpenCV for the inner loops over pictures: windows of two axes, the same for every channel.

Requirements met here: it is used where it is installed, in a version whose rounding is known, and
for those types, sizes and borders only whose results it gives as the definition does. Why it:
`benchmarks/filter.py` measures it, and `docs/convolution.md` says what came out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution.task import Task

Values = NDArray[Any]

OLDEST = 5
"""Before, smooth 8-bit filters were rounded in the middle of the way."""

MOST_TAPS = {"uint8": 130, "float32": 130, "float64": 50}
"""Kernels of so many numbers are filtered by a transform, by type; smaller ones are added up."""

INTERLEAVED = 4
"""Channels that lie beside each other in memory and are filtered in one go, at most."""


@cache
def opencv() -> Any:
    """OpenCV's module, or None where it is not installed or too old."""
    try:
        import cv2
    except ImportError:
        return None
    return cv2 if int(cv2.__version__.partition(".")[0]) >= OLDEST else None


_GUARD = Lock()
_INSIDE: list[int] = []
"""Of everybody who is in `on_cores`: how many threads OpenCV had before."""


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    """While anybody is in here, OpenCV shares a call among so many threads.

    One where blocks are shared among threads already, for OpenCV's own would get in their way. The
    number is one for the whole process; it is put back when the last one leaves.
    """
    cv2 = opencv()
    if cv2 is None:
        yield
        return
    with _GUARD:
        _INSIDE.append(_INSIDE[0] if _INSIDE else cv2.getNumThreads())
        cv2.setNumThreads(count)
    try:
        yield
    finally:
        with _GUARD:
            before = _INSIDE.pop()
            if not _INSIDE:
                cv2.setNumThreads(before)


def route(task: Task, *, bytes_are_fast: bool) -> np.dtype[Any]:
    """The type of what OpenCV is handed and gives: uint8 as it is, or what is computed in.

    bytes_are_fast: whether it has a fast way for whole numbers of 8 bits. Those of 16 bits it takes
    as well, but several times as slowly as floats.
    """
    whole = task.source == task.made == np.uint8
    return np.dtype(np.uint8) if whole and bytes_are_fast else task.dtype


def goes_direct(taken: np.dtype[Any], numbers: int) -> bool:
    """Whether it adds up the products of a kernel of so many numbers one by one."""
    return numbers < MOST_TAPS[taken.name]


def depth(kind: np.dtype[Any]) -> int:
    """OpenCV's number for a type."""
    cv2 = opencv()
    names = {"uint8": cv2.CV_8U, "uint16": cv2.CV_16U, "float32": cv2.CV_32F, "float64": cv2.CV_64F}
    number: int = names[kind.name]
    return number


BORDERS = {"zero": "BORDER_CONSTANT", "edge": "BORDER_REPLICATE", "reflect": "BORDER_REFLECT_101"}
"""Borders that OpenCV lays as `netsheet.convolution.border` does, and its words for them."""


def lays(task: Task) -> bool:
    """Whether OpenCV's own border is the task's."""
    return task.border.mode in BORDERS


def border(task: Task) -> int:
    """OpenCV's number for the task's border, or for another where it has none: it is laid anew."""
    number: int = getattr(opencv(), BORDERS.get(task.border.mode, "BORDER_REPLICATE"))
    return number


def pairs(block: Values, out: Values) -> Iterator[tuple[Values, Values]]:
    """Parts of C×H×W that OpenCV takes in one go, each with the part of the output it fills.

    Pictures, whose channels lie beside each other, are taken whole; others channel by channel.
    """
    beside, made = block.transpose(1, 2, 0), out.transpose(1, 2, 0)
    if 1 < len(block) <= INTERLEAVED and beside.flags.c_contiguous and made.flags.c_contiguous:
        yield beside, made
        return
    for channel, target in zip(block, out, strict=True):
        yield np.ascontiguousarray(channel), target


def kept(filtered: Values, kernel: tuple[int, int], size: tuple[int, ...]) -> Values:
    """Outputs whose windows lie inside: OpenCV's middle is where a window's middle is."""
    top, left = kernel[0] // 2, kernel[1] // 2
    return filtered[top : top + size[0], left : left + size[1]]
