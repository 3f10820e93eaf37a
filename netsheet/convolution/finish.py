"""What comes last: the bias, and for pictures rounding and clipping, with what was clipped told.

Requirements met here: rounding is to the nearest whole number, ties to the even one, as in IEEE
754; values beyond what a picture can hold become the last that it can, and are counted.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution.task import Task

Values = NDArray[Any]


class Clipped(NamedTuple):
    """How many values lay below 0, and above the largest that a picture holds, of how many.

    Of none where it was known beforehand that nothing could be clipped.
    """

    below: int = 0
    above: int = 0
    of: int = 0

    @classmethod
    def total(cls, parts: Iterable["Clipped"]) -> "Clipped":
        """The sum of parts."""
        rows = list(parts) or [cls()]
        return cls(*map(sum, zip(*rows, strict=True)))


def finish(task: Task, made: Values, out: Values) -> Clipped:
    """Put a block of values into its place in the output; they may be overwritten.

    made: sums of products, or, where an algorithm rounds by itself, already what is to come out.
    """
    if task.result.kind == "u" and made.dtype == task.result:
        out[...] = made
        return Clipped()
    if task.bias is not None:
        made += task.bias.astype(made.dtype).reshape(-1, *[1] * task.rank)
    if task.result.kind != "u":
        out[...] = made
        return Clipped()
    return round_into(made, out, counting=task.counted)


def round_into(made: Values, out: Values, *, counting: bool) -> Clipped:
    """Round and clip values into whole numbers; `made` is overwritten. NaN becomes 0."""
    top = np.iinfo(out.dtype).max
    np.rint(made, out=made)
    clipped = Clipped()
    if counting:
        below, above = np.count_nonzero(made < 0), np.count_nonzero(made > top)
        clipped = Clipped(int(below), int(above), made.size)
    np.clip(made, 0, top, out=made)
    np.copyto(out, made, casting="unsafe")
    return clipped
