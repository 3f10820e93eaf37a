"""Separable: a kernel that is a product of one-axis kernels, laid on one axis after another."""

from netsheet.convolution import counts, lines
from netsheet.convolution.algorithm import Algorithm, unless_plane
from netsheet.convolution.blocks import Plan
from netsheet.convolution.separate import Parts
from netsheet.convolution.task import Task


def _parts(task: Task) -> Parts:
    assert task.parts is not None  # noqa: S101 others are refused
    return task.parts


def _refuses(task: Task) -> str:
    if other := unless_plane(task):
        return other
    if task.rank == 1:
        return "a kernel of one axis has nothing to take apart"
    if task.parts is None or task.parts.rank != 1:
        return "the kernel is no product of one-axis kernels"
    return ""


def _seconds(task: Task, threads: int) -> float:
    return lines.seconds(task, _parts(task), threads)


def _plan(task: Task) -> Plan:
    return lines.plan(task, _parts(task))


def _bound(task: Task, largest: float) -> float:
    return lines.bound(task, _parts(task), largest)


ALGORITHM = Algorithm(
    "separable",
    "one-axis kernels whose product the kernel is, one axis after another",
    _refuses,
    counts.line_by_line,
    _seconds,
    _plan,
    _bound,
)
