"""Places in text: the caret stands under what is wrong, whatever the line holds."""

import pytest

from netsheet.core.span import SHOWN, Span, display_width, shorten


def caret_columns(shown: str) -> tuple[int, int]:
    """Display columns at which the carets begin and end."""
    line = shown.splitlines()[1]
    return len(line) - len(line.lstrip()), len(line)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("| conv4 | conv | 128 | 5 |", "128"),
        ("| 합성곱 | conv | 128 | 5 |", "128"),
        ("| conv | 합성곱 | 5 |", "합성곱"),
        ("|\tconv\t|\t128 |", "128"),
        ("| é | 128 |", "128"),
        ("x" * 500 + " 128 " + "y" * 500, "128"),
        ("128" + "y" * 500, "128"),
        ("y" * 500 + "128", "128"),
    ],
)
def test_the_caret_stands_under_its_word(line: str, word: str) -> None:
    """Read back by display columns, what stands above the carets is the word."""
    at = line.index(word)
    shown = Span("net.md", 12, at, at + len(word), line).show()
    first, end = caret_columns(shown)
    above = shown.splitlines()[0]
    assert word == by_columns(above, first, end)


def by_columns(line: str, first: int, end: int) -> str:
    """The characters that take the display columns from `first` to `end`."""
    column, found = 0, ""
    for letter in line:
        if first <= column < end:
            found += letter
        column += display_width(letter)
    return found


def test_reading_by_columns_can_fail() -> None:
    """A caret one column off shows another word."""
    assert by_columns("| 합성곱 | 128 |", 11, 14) == "128"
    assert by_columns("| 합성곱 | 128 |", 10, 13) != "128"


def test_a_long_line_is_shown_in_part() -> None:
    """However long the line, what is shown is bounded."""
    shown = Span("net.md", 1, 500_000, 500_003, "z" * 1_000_000).show()
    assert max(map(len, shown.splitlines())) < SHOWN + 40


def test_long_texts_are_cut_and_counted() -> None:
    """A cut text says how long it was."""
    assert shorten("a" * 50) == "a" * 40 + "… (50 characters)"
    assert shorten("short") == "short"
