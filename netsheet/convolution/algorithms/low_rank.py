"""Low rank: a kernel that is a sum of a few products of one-axis kernels."""

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
    if task.rank != 2:  # noqa: PLR2004 a matrix has a rank
        return "it takes kernels of two axes"
    if task.parts is None or task.parts.rank == 1:
        return "the kernel's rank is 1, or it is all zeros"
    if task.parts.rank == min(task.kernel):
        return f"the kernel has full rank, {task.parts.rank}"
    return ""


def _macs(task: Task) -> int:
    return counts.line_by_line(task, _parts(task).rank)


def _seconds(task: Task, threads: int) -> float:
    return lines.seconds(task, _parts(task), threads)


def _plan(task: Task) -> Plan:
    return lines.plan(task, _parts(task))


def _bound(task: Task, largest: float) -> float:
    return lines.bound(task, _parts(task), largest)


ALGORITHM = Algorithm(
    "low rank",
    "a few products of one-axis kernels, added up",
    _refuses,
    _macs,
    _seconds,
    _plan,
    _bound,
)
