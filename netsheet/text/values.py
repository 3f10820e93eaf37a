"""What a cell can stand for: exact numbers, words, yes and no; and what is not known.

Requirements met here: numbers are fractions, never floats; a word is no number and a number is
no word, and each mistake is said in words.
"""

from fractions import Fraction

from netsheet.core.errors import CellError, UnknownError
from netsheet.core.span import shorten


class Unknown:
    """What a name stands for whose value is not known, as the row it comes from was refused."""


UNKNOWN = Unknown()

Value = Fraction | str | bool | Unknown
"""What a cell can stand for: an exact number, a word, a truth, or nothing that is known."""

YES = frozenset({"yes", "true", "on", "✓", "✔", "y"})
NO = frozenset({"no", "false", "off", "✗", "✘", "none", "n", "-", "–", "—", "without"})


def as_number(value: Value) -> Fraction:
    """A value as a number: yes is 1, no is 0; CellError for a word."""
    if isinstance(value, bool):
        return Fraction(int(value))
    if isinstance(value, Unknown):
        raise UnknownError
    if isinstance(value, str):
        what = f'"{shorten(value)}" is a word, and a number is needed'
        raise CellError(what if value else "a number is needed, and nothing is given")
    return value


def truth(value: Value) -> bool:
    """Whether a value means yes: any number but 0, the words for yes; CellError for others."""
    if isinstance(value, Unknown):
        raise UnknownError
    if isinstance(value, str):
        word = value.casefold()
        if word and word not in YES | NO:
            raise CellError(f'"{shorten(value)}" is neither yes nor no')
        return word in YES
    return bool(value)


def same(left: Value, right: Value) -> bool:
    """Whether two values are one; a word for yes or no is compared with yes and no by meaning."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, bool) and isinstance(other, str) and other.casefold() in YES | NO:
            return one == truth(other)
    return left == right


def number_text(value: Fraction) -> str:
    """A number as a person writes it: 1.5, but 64/3 where decimals don't end soon.

    >>> number_text(Fraction(3, 2)), number_text(Fraction(64, 3)), number_text(Fraction(5))
    ('1.5', '64/3', '5')
    """
    if value.denominator == 1 or 10000 % value.denominator:  # four decimals at most
        return str(value)
    return f"{float(value):.4f}".rstrip("0")


def value_text(value: Value) -> str:
    """A value as it is written in a cell: a number, a word, yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number_text(value) if isinstance(value, Fraction) else str(value)
