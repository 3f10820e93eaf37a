"""Convolution and cross-correlation of arrays: one, two and three axes, any channels."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netsheet.convolution.blocks import carry_out
from netsheet.convolution.choice import Choice, choose
from netsheet.convolution.task import Task, make_task
from netsheet.core.errors import RuleError

Values = NDArray[Any]


def correlate(
    x: ArrayLike,
    kernel: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: int | str | tuple[Any, ...] = 0,
    border: str = "zero",
    value: float = 0.0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
    algorithm: str = "auto",
    threads: int | None = None,
) -> Values:
    """Lay filters on a map as they stand, as networks do and call convolution.

    x: C×L, C×H×W or C×D×H×W, and kernel: C_out × C/groups × k…, gives C_out × window positions.
    Without channels, x: L, H×W or D×H×W, and kernel: as many k, gives the window positions alone.
    bias: C_out numbers. padding: a number, one an axis, (before, after) pairs, "same" or "valid".
    border: what padding holds: zero, edge, reflect, wrap, or constant with its `value`.
    algorithm: auto, or the name of one in `netsheet.convolution.algorithms`. threads: as many as
    there are cores if left out.

    float32 is computed in float32, everything else in float64. RuleError says why shapes don't
    fit, or why an algorithm can't; ChoiceError names words that stand for nothing.

        >>> import numpy as np
        >>> correlate([0, 0, 1, 0, 0], [1, 2, 3]).tolist()
        [3.0, 2.0, 1.0]
        >>> correlate(np.ones((3, 32, 32)), np.ones((4, 3, 5, 5))).shape
        (4, 28, 28)
    """
    task, given, bare = _task(
        x,
        kernel,
        bias=bias,
        stride=stride,
        padding=padding,
        border=border,
        value=value,
        dilation=dilation,
        groups=groups,
    )
    chosen = choose(task, algorithm, threads).algorithm
    y, _ = carry_out(task, given, chosen.plan(task), threads=threads)
    return y[0] if bare else y


def convolve(x: ArrayLike, kernel: ArrayLike, **options: Any) -> Values:
    """Convolution as mathematics has it: `correlate` with the kernel turned round on every axis.

    Shapes, options and errors are those of `correlate`.

        >>> convolve([0, 0, 1, 0, 0], [1, 2, 3]).tolist()
        [1.0, 2.0, 3.0]
    """
    weight = np.asarray(kernel)
    rank = np.ndim(x) if np.ndim(x) == weight.ndim else weight.ndim - 2
    turned = np.flip(weight, tuple(range(weight.ndim - rank, weight.ndim))) if rank > 0 else weight
    return correlate(x, turned, **options)


def choice(x: ArrayLike, kernel: ArrayLike, **options: Any) -> Choice:
    """How `correlate` would compute this: the algorithm, and what each one says it would cost."""
    name, threads = options.pop("algorithm", "auto"), options.pop("threads", None)
    return choose(_task(x, kernel, **options)[0], name, threads)


def _task(
    x: ArrayLike,
    kernel: ArrayLike,
    **options: Any,
) -> tuple[Task, Values, bool]:
    """The task, its map with channels, and whether they had been left off."""
    given, weight = np.asarray(x), np.asarray(kernel)
    bare = given.ndim == weight.ndim
    if bare:
        given, weight = given[None], weight[None, None]
    elif weight.ndim != given.ndim + 1:
        what = f"a kernel of {weight.ndim} axes does not fit a map of {given.ndim}"
        hint = (
            "without channels both have as many; with channels the kernel is C_out × C/groups × k…"
        )
        raise RuleError(what, hint=hint, attribute="kernel")
    task = make_task(given, weight, **options)
    if given.dtype.kind != "f" and task.border.value % 1:
        given = given.astype(task.dtype)  # a border of halves between whole numbers
    return task, given, bare
