"""What an algorithm is: a way to compute convolutions, what it refuses, costs and promises."""

from collections.abc import Callable
from typing import NamedTuple

from netsheet.convolution.blocks import Plan
from netsheet.convolution.task import Task


class Algorithm(NamedTuple):
    """A way to compute a task.

    words: what it does, in a line. refuses: why it can't do a task, in words; empty where it can.
    macs: multiply-adds it takes, as a number that remembers how it came about where a rule gives
    it. seconds: how long it takes with so many threads, by `netsheet.convolution.rates`.
    plan: makes it ready to run. bound: no output is further from the definition's than this, if no
    value of the map is larger than the number given; rounding to whole numbers comes on top.
    """

    name: str
    words: str
    refuses: Callable[[Task], str]
    macs: Callable[[Task], int]
    seconds: Callable[[Task, int], float]
    plan: Callable[[Task], Plan]
    bound: Callable[[Task, float], float]


def nothing(_: Task) -> str:
    """Refuse no task."""
    return ""


def unless_finite(task: Task) -> str:
    """Refuse NaN and infinities, which would spread where the definition doesn't let them."""
    if task.finite:
        return ""
    return "the map holds NaN or infinities, which it would spread"


def unless_plane(task: Task) -> str:
    """Refuse all but one kernel that filters every channel by itself."""
    if task.plane is None:
        return "it takes one kernel for every channel by itself"
    return unless_finite(task)
