"""What a named filter is: a kernel that can be asked for by a word, with what it does and why.

Requirements met here: numbers are fractions where they can be, so that a sum of 1 is 1; a filter
says in words why its numbers add up to what they do, and tests hold it to it.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from netsheet.core.errors import RuleError

Weight = Fraction | float
Rows = tuple[tuple[Weight, ...], ...]

SHOWS = {
    "clip": "as they are: below 0 is black, above the greatest is white",
    "middle": "with half the range added, so that 0 is mid-grey",
    "absolute": "without their sign, so that 0 is black",
}
"""How values are made visible that may lie below 0."""

LARGEST_SIDE = 1001
"""Most numbers in a kernel's row or column."""


class Setting(NamedTuple):
    """A number that a filter can be asked for with: `gaussian:9` sets the first one.

    whole: it is the side of a kernel, odd, so that there is a middle.
    """

    name: str
    default: float | None
    words: str
    whole: bool = False

    def check(self, value: float, name: str) -> float:
        """The number, checked; RuleError says what it may be."""
        if not self.whole:
            return value
        if value != int(value) or not 1 <= value <= LARGEST_SIDE or value % 2 == 0:
            what = f"{name} of {self.name} {value:g} can't be made"
            hint = f"it is a whole odd number from 1 to {LARGEST_SIDE:,}"
            raise RuleError(what, hint=hint, attribute="kernel")
        return value


class Filter(NamedTuple):
    """A kernel by name, or two whose results are joined: √(a² + b²).

    place: where it stands among the others. words: what it does. total: why its numbers add up to
    what they do. make: its rows, or those of both, from the settings' numbers. show: how its
    values are best made visible.
    """

    name: str
    place: int
    words: str
    total: str
    make: Callable[..., tuple[Rows, ...]]
    settings: tuple[Setting, ...] = ()
    show: str = "clip"


def grid(text: str, over: int = 1) -> Rows:
    """Rows of whole numbers, each divided by one number.

    >>> grid("1 2 1", over=4)
    ((Fraction(1, 4), Fraction(1, 2), Fraction(1, 4)),)
    """
    return tuple(
        tuple(Fraction(int(number), over) for number in row.split()) for row in text.split("/")
    )


def middle(size: int) -> Rows:
    """1 in the middle and 0 around it."""
    half = size // 2
    places = range(size)
    return tuple(tuple(Fraction(int(i == j == half)) for j in places) for i in places)
