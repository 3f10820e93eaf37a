"""The functions that a cell may use: `max(a, b)`, `ceil(2*depth)`, `divisible(32*width, 8)`.

Requirements met here: exact, on fractions; a function says how many numbers it takes.
"""

from collections.abc import Callable
from fractions import Fraction

from netsheet.core.errors import CellError


def divisible(value: Fraction, step: Fraction) -> Fraction:
    """The multiple of a step that is nearest to a value, halves up, as MobileNets round widths.

    It is at least the step, and the next one where it would be less than nine tenths of the value
    (as in the code of Sandler et al. 2018, arXiv:1801.04381). CellError for a step below 1.

    >>> [int(divisible(Fraction(width), Fraction(8))) for width in (3, 20, 35, 18)]
    [8, 24, 32, 24]
    """
    if step < 1:
        what = f"nothing can be made divisible by {step}"
        raise CellError(what, "as divisible(32*width, 8), a multiple of 8")
    near = max(step, Fraction((value + step / 2) // step) * step)
    return near + step if 10 * near < 9 * value else near


FUNCTIONS: dict[str, tuple[Callable[..., Fraction], int]] = {
    "min": (lambda *values: min(values), 0),
    "max": (lambda *values: max(values), 0),
    "floor": (lambda value: Fraction(value.numerator // value.denominator), 1),
    "ceil": (lambda value: Fraction(-(-value.numerator // value.denominator)), 1),
    "round": (lambda value: Fraction(round(value)), 1),
    "divisible": (divisible, 2),
}
"""What each computes, and how many numbers it takes; 0 for as many as are given."""

COUNTS = ("any", "one number", "two numbers")
"""How many numbers a function takes, in words."""
