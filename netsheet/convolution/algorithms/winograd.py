"""Winograd: four outputs of a 3×3 filter by 16 multiplications instead of 36.

F(2×2, 3×3) of Lavin & Gray 2016, arXiv:1509.09308, section 4.1. Larger tiles save more and lose
digits: F(4×4, 3×3) was no faster here, and off by ten times as much.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution import counts, rates
from netsheet.convolution.algorithm import Algorithm, unless_finite
from netsheet.convolution.blocks import Plan
from netsheet.convolution.task import Task
from netsheet.core.numbers import Number, ceil_div, exact, product

Values = NDArray[Any]

FILTERS = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
"""G of equation 8: a line of 3 weights to 4."""

INPUTS = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
"""Bᵀ: a line of 4 inputs to 4."""

OUTPUTS = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])
"""Aᵀ: a line of 4 products to 2 outputs."""

SIDE, STEP = 4, 2
"""Sides of the tiles of input and of output."""


def _refuses(task: Task) -> str:
    if task.kernel != (3, 3):
        return "it is for kernels of 3×3"
    if set(task.stride) != {1} or set(task.dilation) != {1}:
        return "it is for a stride and a dilation of 1"
    return unless_finite(task)


def _macs(task: Task) -> int:
    """16 for each tile of 2×2 outputs and each pair of channels; the transforms only add."""
    high, wide = (ceil_div(n, STEP) for n in counts.sizes(task))
    reads = exact(counts.channels(task), Number.symbol("g", task.groups))
    return product((SIDE * SIDE, high, wide, reads, Number.symbol("C_out", task.y.channels)))


def _seconds(task: Task, threads: int) -> float:
    moved = 4 * (task.x.values + task.y.values)
    return rates.products_of_matrices(task, int(_macs(task)), moved, 40 * task.groups, threads)


def _plan(task: Task) -> Plan:
    each, reads = task.y.channels // task.groups, task.weight.shape[1]
    turned = np.einsum("ia,ocab,jb->ijoc", FILTERS, task.weight, FILTERS, optimize=True)
    weight = np.ascontiguousarray(turned).astype(task.dtype).reshape(16, task.y.channels, reads)

    def run(block: Values) -> Values:
        x = block.astype(task.dtype, copy=False)
        high, wide = (n - 2 for n in x.shape[1:])
        tall, broad = -(-high // STEP), -(-wide // STEP)
        full = (2 * tall + 2, 2 * broad + 2)
        if x.shape[1:] != full:  # outputs of an odd number: a line more, which is dropped
            laid = np.zeros((len(x), *full), task.dtype)
            laid[:, : x.shape[1], : x.shape[2]] = x
            x = laid
        tiled = _inputs(x, tall, broad)
        y = np.empty((task.y.channels, 2 * tall, 2 * broad), task.dtype)
        for group in range(task.groups):
            part = slice(group * each, (group + 1) * each)
            seen = tiled[:, :, group * reads : (group + 1) * reads].reshape(16, reads, -1)
            made = np.matmul(weight[:, part], seen).reshape(4, 4, each, tall, broad)
            _outputs(made, y[part])
        return y[:, :high, :wide]

    return Plan(run, alone=True)


def _inputs(x: Values, tall: int, broad: int) -> Values:
    """Bᵀ·d·B for each tile d of 4×4, two lines apart: 4×4×C×tall×broad."""
    lines = [x[:, i : i + 2 * tall - 1 : 2] for i in range(SIDE)]
    made = np.empty((SIDE, SIDE, len(x), tall, broad), x.dtype)
    for i, row in enumerate(_mixed(lines)):
        columns = [row[..., j : j + 2 * broad - 1 : 2] for j in range(SIDE)]
        _mixed(columns, made[i])
    return made


def _mixed(d: list[Values], out: Values | None = None) -> list[Values]:
    """Bᵀ applied to four lines, written out."""
    into = [None] * SIDE if out is None else list(out)
    return [
        np.subtract(d[0], d[2], out=into[0]),
        np.add(d[1], d[2], out=into[1]),
        np.subtract(d[2], d[1], out=into[2]),
        np.subtract(d[1], d[3], out=into[3]),
    ]


def _outputs(made: Values, y: Values) -> None:
    """Aᵀ·m·A for each tile m of 4×4 products, put in its place."""
    upper = made[0] + made[1]
    upper += made[2]
    lower = made[1] - made[2]
    lower -= made[3]
    for i, row in enumerate((upper, lower)):
        left = row[0] + row[1]
        left += row[2]
        y[:, i::STEP, 0::STEP] = left
        right = row[1] - row[2]
        right -= row[3]
        y[:, i::STEP, 1::STEP] = right


def _bound(task: Task, largest: float) -> float:
    """How far an output can be off: each step's sums with signs left off, times the roundings.

    (c + 20)·u·Aᵀ[(Σ|G||g||Gᵀ|)∘(|Bᵀ|·1·|B|)]A·max|x| for c channels, u half the type's epsilon.
    """
    unit = float(np.finfo(task.dtype).eps) / 2
    turned = np.einsum(
        "ia,ocab,jb->oij", np.abs(FILTERS), np.abs(task.weight), np.abs(FILTERS), optimize=True
    )
    seen = np.outer(np.abs(INPUTS).sum(1), np.abs(INPUTS).sum(1)) * largest
    sums = np.einsum("pi,oij,qj->opq", np.abs(OUTPUTS), turned * seen, np.abs(OUTPUTS))
    bias = 0.0 if task.bias is None else float(np.abs(task.bias).max())
    return float(1.01 * (task.weight.shape[1] + 20) * unit * (float(sums.max()) + bias))


ALGORITHM = Algorithm(
    "winograd",
    "tiles of 2×2 outputs of a 3×3 filter by 16 multiplications instead of 36",
    _refuses,
    _macs,
    _seconds,
    _plan,
    _bound,
)
