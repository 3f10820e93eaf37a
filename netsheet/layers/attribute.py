"""Attributes of layer kinds: declared once, checked when a layer is made, named in explanations.

Requirements met here: a declaration holds meaning, symbol, bounds, default and the headings that
papers use; a value that it does not allow is refused with what it means.
"""

from collections.abc import Callable
from dataclasses import MISSING, field
from fractions import Fraction
from math import isfinite
from typing import Any, NamedTuple

from netsheet.core.errors import RuleError
from netsheet.core.numbers import Number
from netsheet.core.span import shorten

LARGEST_ATTRIBUTE = 10**9
MOST_SIZES = 8
"""Axes that a tensor by itself may have."""

LETTERS = "CDHWL"
"""What axes are called: channels, depth, height, width, length."""

BY_LETTERS = {
    "axis": "one axis by its letter (C, or W)",
    "letters": "axes by their letters (C, or H×W)",
    "order": "the letters of all axes in their new order (H×W×C)",
}
"""Forms that name axes, and what they take."""


class Attribute(NamedTuple):
    """What is declared about one attribute of a layer kind."""

    name: str
    meaning: str
    symbol: str
    at_least: int | None
    default: Any
    required: bool
    form: str
    headings: tuple[str, ...]
    words: tuple[tuple[str, str], ...]

    def allowed(self) -> tuple[str, ...]:
        """The words this attribute takes, if it takes words."""
        return tuple(word for word, _ in self.words)


def attr(
    meaning: str,
    *,
    symbol: str = "",
    at_least: int | None = None,
    default: Any = MISSING,
    form: str = "number",
    headings: tuple[str, ...] = (),
    words: dict[str, str] | None = None,
) -> Any:
    """Declare an attribute.

    `form` says how its cell is read and written: number, axes (one number or one per axis),
    padding (number, axes, before/after pairs, or a word), yes/no, decimal, word, links, shape,
    sizes (as many numbers as a tensor has axes), axis, letters or order (one axis by its letter,
    some, or all of them: H, HW, HWC), label (any words).
    `words` maps each word a cell may hold to its canonical one; `headings` are the spellings
    that papers and tools use for this column besides the attribute's own name.
    """
    metadata = {
        "meaning": meaning,
        "symbol": symbol,
        "at_least": at_least,
        "form": form,
        "headings": headings,
        "words": tuple((words or {}).items()),
    }
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def named(value: Any, symbol: str) -> Any:
    """An attribute's numbers as symbols; one per axis gets the axis' letter unless all agree."""
    if isinstance(value, bool) or not isinstance(value, int | tuple):
        return value
    if isinstance(value, int):
        return Number.symbol(symbol, value)
    if not value or not all(isinstance(item, int) for item in value):
        return tuple(named(item, symbol) for item in value)
    if len(set(value)) == 1:
        return tuple(Number.symbol(symbol, item) for item in value)
    letters = {1: "l", 2: "hw", 3: "dhw"}.get(len(value), "")
    return tuple(
        Number.symbol(f"{symbol}_{letter}", item)
        for letter, item in zip(letters, value, strict=True)
    )


def check_value(declared: Attribute, value: Any, kind: str) -> None:
    """Refuse a value that its declaration does not allow."""
    if isinstance(value, str):
        if declared.words and value not in dict(declared.words).values():
            allowed = ", ".join(dict.fromkeys(dict(declared.words).values()))
            _refuse(declared, kind, value, f"it takes {allowed}")
        if declared.form in BY_LETTERS:
            _check_letters(declared, value, kind)
        elif not declared.words and declared.form not in {"word", "label"}:
            _refuse(declared, kind, value, "it takes a number")
        return
    check = _CHECKS.get(declared.form)
    if check is not None:
        check(declared, value, kind)


def _check_yes_no(declared: Attribute, value: Any, kind: str) -> None:
    if not isinstance(value, bool):
        _refuse(declared, kind, value, "it takes yes or no")


def _check_decimal(declared: Attribute, value: Any, kind: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        _refuse(declared, kind, value, "it takes a number")
    if isinstance(value, float) and not isfinite(value):
        _refuse(declared, kind, value, "it takes a finite number")


def _check_letters(declared: Attribute, value: Any, kind: str) -> None:
    known = isinstance(value, str) and set(value) <= set(LETTERS)
    many = not value or len(set(value)) != len(value) or (declared.form == "axis" and value[1:])
    if not known or many:
        _refuse(declared, kind, value, f"it takes {BY_LETTERS[declared.form]}")


def _check_sizes(declared: Attribute, value: Any, kind: str) -> None:
    if not isinstance(value, tuple) or len(value) > MOST_SIZES:
        _refuse(declared, kind, value, f"it takes at most {MOST_SIZES} sizes")
    for size in value:
        if isinstance(size, bool) or not isinstance(size, int):
            _refuse(declared, kind, value, "each size is a whole number")
        if not 1 <= size <= LARGEST_ATTRIBUTE:
            _refuse(declared, kind, value, f"each size is from 1 to {LARGEST_ATTRIBUTE:,}")


def _check_whole(declared: Attribute, value: Any, kind: str) -> None:
    if value is None and not declared.required:
        return
    if isinstance(value, tuple) and declared.form != "number" and value:
        for item in value:
            _check_whole(declared, item, kind)
        return
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse(declared, kind, value, "it takes a whole number")
    low = declared.at_least
    if low is not None and value < low:
        _refuse(declared, kind, value, f"it must be at least {low}")
    if value > LARGEST_ATTRIBUTE:
        _refuse(declared, kind, value, f"it must be at most {LARGEST_ATTRIBUTE:,}")


_CHECKS: dict[str, Callable[[Attribute, Any, str], None]] = {
    "yes/no": _check_yes_no,
    "decimal": _check_decimal,
    "sizes": _check_sizes,
    **dict.fromkeys(BY_LETTERS, _check_letters),
    "number": _check_whole,
    "axes": _check_whole,
    "padding": _check_whole,
}


def _refuse(declared: Attribute, kind: str, value: Any, why: str) -> None:
    what = f"{declared.name} of {kind} can't be {shorten(show(value))}: {why}"
    raise RuleError(what, hint=f"{declared.name}: {declared.meaning}", attribute=declared.name)


def show(value: Any) -> str:
    """A value as messages show it: `3×5`, `same`; a huge number by its size."""
    if isinstance(value, tuple):
        return "×".join(show(item) for item in value) or "empty"
    if isinstance(value, int) and not isinstance(value, bool):
        large = abs(value) >= 10**30
        return f"a number of {value.bit_length():,} bits" if large else str(int(value))
    return value if isinstance(value, str) else repr(value)
