"""Shapes C×L, C×H×W, C×D×H×W, and flat vectors C; the batch is always named apart.

Requirements met here: one type for every rank, equal and hashed as a tuple of ints; read
from what people write (`3×224×224`, `3x224x224`, `3, 224, 224`), refused with a reason.
"""

import re
from collections.abc import Iterable
from typing import Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import Number, product
from netsheet.core.span import shorten

LARGEST = 10**9
"""Largest size of one axis that is accepted: far above any network, far below any trouble."""

AXES = {0: (), 1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
"""Letters of the axes, by rank."""

AXIS_WORDS = {"L": "length", "H": "height", "W": "width", "D": "depth", "C": "channels"}

TIMES = re.compile(r"\s*[×xX*·,]\s*|\s+by\s+")
"""What people write between sizes."""


class Shape(tuple[int, ...]):
    """The sizes of one map without its batch: channels first, then the axes (C×H×W).

    >>> Shape((3, 227, 227))
    3×227×227
    """

    __slots__ = ()

    @property
    def channels(self) -> int:
        """Number of channels, C."""
        return self[0]

    @property
    def size(self) -> tuple[int, ...]:
        """Sizes of the axes behind the channels, (H, W) for a picture; empty for a vector."""
        return self[1:]

    @property
    def rank(self) -> int:
        """Number of axes behind the channels: 2 for a picture, 0 for a vector."""
        return len(self) - 1

    @property
    def values(self) -> int:
        """Number of values, C·H·W."""
        return product(self)

    @property
    def axes(self) -> tuple[str, ...]:
        """Letters of the axes: ("H", "W") for a picture."""
        return AXES[self.rank]

    def named(self, suffix: str = "") -> Self:
        """The same shape made of numbers that remember: C, H, W (`suffix` behind each)."""
        letters = ("C", *self.axes) if self.rank else ("in",)
        return type(self)(
            Number.symbol(letter + suffix, value)
            for letter, value in zip(letters, self, strict=True)
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `3×224×224` (also x, X, *, commas and "by"); RuleError says what is wrong.

        >>> Shape.parse("3 x 224 x 224")
        3×224×224
        """
        parts = [part for part in TIMES.split(text.strip().strip("()[]").strip()) if part]
        if not parts or len(parts) > 4:  # noqa: PLR2004 C and at most three axes
            what = f'"{shorten(text)}" is no shape'
            raise RuleError(what, hint="write channels first, as 3×224×224, or one number")
        return cls(_size(part, text) for part in parts)

    @classmethod
    def of(cls, sizes: Iterable[int]) -> Self:
        """A shape from numbers, checked: one to four of them, each from 1 to `LARGEST`."""
        shape = cls(sizes)
        if not 1 <= len(shape) <= 4:  # noqa: PLR2004 C and at most three axes
            what = f"a shape has 1 to 4 sizes, not {len(shape)}"
            raise RuleError(what, hint="write channels first, as (3, 224, 224)")
        for size in shape:
            if type(size) is not int or not 1 <= size <= LARGEST:
                what = f"{shorten(repr(size))} is no size"
                raise RuleError(what, hint=f"a size is a whole number from 1 to {LARGEST:,}")
        return shape

    def __repr__(self) -> str:
        """C×H×W, as people write it."""
        return "×".join(str(int(size)) for size in self)

    __str__ = __repr__


def _size(part: str, text: str) -> int:
    if not part.isascii() or not part.isdigit() or len(part) > 10 or not 1 <= int(part) <= LARGEST:  # noqa: PLR2004 digits of LARGEST
        what = f'"{shorten(part)}" in "{shorten(text)}" is no size'
        raise RuleError(what, hint=f"a size is a whole number from 1 to {LARGEST:,}")
    return int(part)
