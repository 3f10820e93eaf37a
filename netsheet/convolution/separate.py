"""Kernels taken apart into products of one-axis kernels.

Requirements met here: a kernel that is such a product is found to be one whatever its numbers are
multiples of, and its zeros stay zeros; what rounding leaves over is handed out, so that an error
bound can count it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]

NOTHING = 16 * np.finfo(np.float64).eps
"""A remainder so small beside the kernel's largest number is rounding, times the kernel's side."""


class Parts(NamedTuple):
    """One-axis kernels whose products add up to a kernel.

    lines: for each product a kernel for each axis. left: the sum of what is missing, sign left off.
    """

    lines: tuple[tuple[Line, ...], ...]
    left: float

    @property
    def rank(self) -> int:
        """How many products."""
        return len(self.lines)

    def weight(self) -> float:
        """Σ|w| of the products: what the error of adding them up is measured by."""
        return float(sum(np.prod([np.abs(line).sum() for line in part]) for part in self.lines))


def separate(kernel: NDArray[np.float64]) -> Parts:
    """The fewest products of two one-axis kernels that add up to a kernel of two axes.

    Gaussian elimination with complete pivoting: the largest number's row and column make a
    product, which is taken off, until nothing but rounding is left. As many are needed as the
    matrix has rank.

        >>> import numpy as np
        >>> sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        >>> [[line.tolist() for line in part] for part in separate(sobel).lines]
        [[[-1.0, -2.0, -1.0], [1.0, 0.0, -1.0]]]
        >>> separate(np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])).rank
        2
    """
    rest = kernel.astype(np.float64)
    floor = NOTHING * max(kernel.shape) * np.abs(kernel).max()
    found = []
    for _ in range(min(kernel.shape)):
        row, column = np.unravel_index(np.abs(rest).argmax(), rest.shape)
        pivot = rest[row, column]
        if abs(pivot) <= floor:
            break
        down, across = rest[:, column] + 0.0, rest[row] / pivot + 0.0  # no −0
        rest -= np.outer(down, across)
        rest[row], rest[:, column] = 0, 0
        found.append((down, across))
    made = sum((np.outer(*part) for part in found), np.zeros(kernel.shape))
    return Parts(tuple(found), float(np.abs(kernel - made).sum()))


def single(kernel: NDArray[np.float64]) -> Parts | None:
    """The one product that a kernel of two or three axes is, or None where it is none.

    >>> import numpy as np
    >>> single(np.ones((3, 3, 3))).rank, single(np.eye(3))
    (1, None)
    """
    if kernel.ndim == 1:
        return Parts(((kernel,),), 0.0)
    first, *others = kernel.shape
    parts = separate(kernel.reshape(first, -1))
    if parts.rank != 1:
        return None
    line, rest = parts.lines[0]
    below = single(rest.reshape(others))
    if below is None:
        return None
    lines = (line, *below.lines[0])
    made = lines[0]
    for each in lines[1:]:
        made = np.multiply.outer(made, each)
    return Parts((lines,), float(np.abs(kernel - made).sum()))
