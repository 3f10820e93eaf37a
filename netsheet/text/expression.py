"""Computed cells: `4*width`, `in/2`, `stride = 1 and input = out`.

Requirements met here: length is bounded; an unknown name is refused with the nearest known one;
a cell that can't be computed, or is no whole number, shows its sum with the numbers put in.
"""

from fractions import Fraction

from netsheet.core.errors import CellError, UnknownError
from netsheet.core.span import shorten
from netsheet.layers.registry import suggestion
from netsheet.text.formula import DIGITS, LITERALS, Names, compile_cell
from netsheet.text.values import UNKNOWN, Value, as_number, number_text, value_text

LONGEST = 400
"""Longest text that is computed, in characters."""

SHOWN = 12
SHORT = 100
"""Longest text that is repeated in the sum of a message."""


def evaluate(text: str, names: Names) -> Value:
    """The value of a cell's text; CellError says what is wrong with it.

    >>> evaluate("4*width", {"width": Fraction(64)})
    Fraction(256, 1)
    """
    if text.isdecimal() and len(text) < DIGITS:  # the common case, quickly
        return Fraction(int(text))
    plain = names.get(text, UNKNOWN)
    if plain is not UNKNOWN:
        return plain
    if len(text) > LONGEST:
        what = f'"{shorten(text)}" is too long to compute'
        raise CellError(what, f"a cell that computes has at most {LONGEST} characters")
    compiled = compile_cell(text, _named(names))
    for name in compiled.names:
        if name not in names and name.casefold() not in LITERALS:
            raise _nothing_called(name, names)
    try:
        return compiled.formula(names)
    except CellError as error:
        shown = filled(text, names)
        if not error.sums and shown != text.strip() and not isinstance(error, UnknownError):
            error.sums = (f"{text.strip()} = {shown}",)
        raise


def filled(text: str, names: Names) -> str:
    """A cell's text with numbers in place of names: `in/2` is `3/2`."""
    shown, left = "", 0
    for token in compile_cell(text, _named(names)).tokens:
        value = names.get(token.text) if token.kind == "name" else None
        if isinstance(value, Fraction):
            shown += text[left : token.start] + number_text(value)
            left = token.end
    return (shown + text[left:]).strip()


def settled(text: str, names: Names) -> str:
    """A cell's text with what its names stand for in their place, for rows that don't know them.

    >>> settled("no if norm else bias", {"norm": True})
    'no if yes else bias'
    """
    try:
        tokens = compile_cell(text, _named(names)).tokens if names else ()
    except CellError:
        return text
    shown, left = "", 0
    for token in tokens:
        if token.kind == "name" and token.text in names:
            value = names[token.text]
            alone = len(tokens) == 1 or not isinstance(value, Fraction)
            shown += text[left : token.start]
            shown += value_text(value) if alone else f"({value_text(value)})"
            left = token.end
    return shown + text[left:]


def whole(value: Value, text: str, names: Names) -> int:
    """A value as a whole number; CellError with the sum if it is none."""
    number = as_number(value)
    if number.denominator == 1:
        return int(number)
    shown, given = number_text(number), text.strip()
    steps = list(dict.fromkeys((given, filled(text, names), shown)))
    below = number.numerator // number.denominator
    raise CellError(
        f"{shorten(given)} is no whole number",
        f"{below} or {below + 1} would do",
        sums=(" = ".join(steps),) if len(steps) > 1 and len(given) < SHORT else (),
    )


def _named(names: Names) -> str:
    """Which of x and X is the name of a value, and so no times sign."""
    return "x" * ("x" in names) + "X" * ("X" in names)


_MEANINGS = {
    "in": "in (the channels it reads)",
    "input": "input (the block's)",
    "before": "before (repetitions so far)",
}


def _known(name: str) -> str:
    return _MEANINGS.get(name, name)


def _nothing_called(name: str, names: Names) -> CellError:
    near = suggestion(name, names).removeprefix("; ")
    useful = sorted(each for each in names if each != "before" or names[each])
    known = ", ".join(_known(known) for known in useful[:SHOWN])
    hint = near or (f"names known here: {known}" if known else "")
    return CellError(f'nothing is called "{shorten(name)}" here', hint, piece=name)
