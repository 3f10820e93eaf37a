"""Numbers of a task that remember their names, for multiply-adds that show how they came about."""

from netsheet.convolution.task import Task
from netsheet.core.numbers import Number, product
from netsheet.core.shape import Shape


def direct(task: Task) -> int:
    """Every weight once at each output position: `H_out·W_out·k·k·(C/g)·C_out`."""
    return task.layer.remembering().macs(task.x.named(), task.y.named("_out"))


def sizes(task: Task) -> tuple[int, ...]:
    """The output's sizes: H_out, W_out."""
    return task.y.named("_out").size


def channels(task: Task) -> int:
    """The input's channels, C."""
    return Number.symbol("C", task.x.channels)


def sides(task: Task) -> tuple[int, ...]:
    """The kernel's sides: k_h, k_w."""
    letters = {1: "l", 2: "hw", 3: "dhw"}[task.rank]
    return tuple(
        Number.symbol(f"k_{letter}", side)
        for letter, side in zip(letters, task.kernel, strict=True)
    )


def line_by_line(task: Task, times: int = 1) -> int:
    """One-axis kernels along each axis, last axis first: `C·(rows·W_out·k_w + H_out·W_out·k_h)`.

    Along an axis whose turn is still to come, what later windows reach is needed as well: `rows`
    is (H_out − 1)·s + d·(k − 1) + 1. times: how often all this is done.
    """
    made, kernel = sizes(task), sides(task)
    names = {1: ("length",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}[task.rank]
    reached = [
        Number.symbol(name, (n - 1) * s + reach)
        for name, n, s, reach in zip(names, task.y.size, task.stride, task.spans, strict=True)
    ]
    total: int = 0
    for axis in reversed(range(task.rank)):
        total = total + product((*reached[:axis], *made[axis:], kernel[axis]))
    each = channels(task) * total
    return each if times == 1 else Number.symbol("rank", times) * each


def named_shape(shape: Shape) -> str:
    """`3×3000×4000`."""
    return str(shape)
