"""Positions in text: where a cell stands, and how to show it with a caret.

Requirements met here: a span knows its source, line and columns; showing it takes bounded
space however long the line is, the caret stands right under wide characters too, and nothing in
a text can steer the terminal that shows it.
"""

import re
import unicodedata
from typing import NamedTuple, Self

SHOWN = 100
"""Longest excerpt of a line, in characters."""


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal: wide characters two, combining ones none.

    >>> display_width("3×3"), display_width("합성곱")
    (3, 6)
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(character) in {"Mn", "Me"}
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def visible(text: str) -> str:
    r"""A text with each character that a terminal would obey, or not show, made visible.

    >>> visible("3×3\t\x1b[31m")
    '3×3 �[31m'
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text
    )


def printable(text: str) -> str:
    """The same for a text of several lines."""
    return text if text.isprintable() else "\n".join(map(visible, text.split("\n")))


def shorten(text: str, limit: int = 40) -> str:
    """Keep a text's first `limit` characters, and say how long it was if it was longer."""
    if len(text) <= limit:
        return visible(text)
    return f"{visible(text[:limit])}… ({len(text):,} characters)"


class Span(NamedTuple):
    """A stretch of one line: columns `start` to `end` (end excluded), counted from 0."""

    source: str
    line: int
    start: int
    end: int
    text: str

    def narrowed(self, piece: str) -> Self:
        """The place of a piece inside the stretch; the whole stretch where it isn't found.

        A piece is looked for as a word of its own: `c1` is not found inside `c11`.
        """
        if not piece:
            return self
        left = r"(?<!\w)" if piece[0].isalnum() else ""
        right = r"(?!\w)" if piece[-1].isalnum() else ""
        found = re.compile(left + re.escape(piece) + right).search(self.text, self.start, self.end)
        if found is None:
            return self
        return self._replace(start=found.start(), end=found.end())

    def show(self) -> str:
        """The line with its place, and a caret line under the stretch."""
        left = 0
        if len(self.text) > SHOWN:
            left = max(0, min(self.start - SHOWN // 3, len(self.text) - SHOWN))
        right = min(len(self.text), left + SHOWN)
        before = "…" if left else ""
        after = "…" if right < len(self.text) else ""
        place = f"    {visible(self.source)}:{self.line} "
        shown = visible(self.text[left:right])
        start, end = max(self.start, left), min(max(self.end, self.start + 1), right)
        indent = display_width(place + before + shown[: start - left])
        carets = max(1, display_width(shown[start - left : end - left]))
        return f"{place}{before}{shown}{after}\n{' ' * indent}{'^' * carets}"
