"""Cells with their places, and how lines and lists are split into them.

Requirements met here: every cell knows where its text stands in its line; a list is split at its
commas, and never inside brackets; splitting takes time in proportion to the text.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from netsheet.core.span import Span
from netsheet.fold.chain import name_beside

__all__ = [
    "BLANK",
    "Cell",
    "name_beside",
    "parameter",
    "split_list",
    "split_names",
    "split_row",
    "tidy",
]

BLANK = frozenset({"", "-", "–", "—", "none", "nothing"})
"""What a cell holds in which nothing is said."""


class Cell(NamedTuple):
    """The text of one cell, stripped, and its place."""

    text: str
    span: Span

    @property
    def blank(self) -> bool:
        """Whether nothing is said in it: it is empty, or holds a dash or "none"."""
        return self.text.casefold() in BLANK

    def part(self, piece: str) -> "Cell":
        """A piece of its text as a cell of its own, placed where the piece stands."""
        return Cell(piece, self.span.narrowed(piece))


def split_row(line: str, source: str, number: int) -> list[Cell]:
    """The cells of one line of a Markdown table; a bar after a backslash is no border."""
    start = len(line) - len(line.lstrip())
    end = len(line.rstrip())
    if line.startswith("|", start):
        start += 1
    if end > start and line[end - 1] == "|" and line[end - 2] != "\\":
        end -= 1
    cells: list[Cell] = []
    left = start
    while left <= end:
        place = line.find("|", left, end)
        while place > 0 and line[place - 1] == "\\":
            place = line.find("|", place + 1, end)
        right = end if place < 0 else place
        cells.append(_cell(line, left, right, source, number))
        left = right + 1
    return cells


def _cell(line: str, left: int, right: int, source: str, number: int) -> Cell:
    raw = line[left:right]
    text = raw.strip()
    begin = left + (len(raw) - len(raw.lstrip())) if text else left
    span = Span(source, number, begin, begin + max(1, len(text)), line)
    return Cell(text.replace("\\|", "|"), span)


def split_list(text: str, signs: str = ",;") -> list[str]:
    """A list at its commas, outside brackets: `relu, dropout (drop=0.4)` are two.

    >>> split_list("relu, norm (groups=2, epsilon=1), ")
    ['relu', 'norm (groups=2, epsilon=1)']
    """
    parts: list[str] = []
    depth = left = 0
    for place, letter in enumerate(text):
        if letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
        elif depth == 0 and letter in signs:
            parts.append(text[left:place])
            left = place + 1
    parts.append(text[left:])
    return [stripped for part in parts if (stripped := part.strip())]


def split_names(text: str, known: Callable[[str], bool]) -> list[str]:
    """The rows that a `from` cell names, between commas, or between +, & or "and".

    A name may itself hold a +: it is split there only if no row is `known` by the whole of it.
    """
    names: list[str] = []
    for part in split_list(text):
        names += [part] if known(tidy(part)) else _joined(" ".join(part.split()))
    return names


def _joined(text: str) -> list[str]:
    """The names between +, & or "and", with blanks around the sign or, failing that, without."""
    for sign in (_JOIN, _JOIN_CLOSELY):
        pieces = sign.split(text)
        if len(pieces) > 1 and all(pieces):
            return pieces
    return [text]


_JOIN = re.compile(r" (?:\+|&|and) ")
_JOIN_CLOSELY = re.compile(r" ?[+&] ?")


def tidy(text: str) -> str:
    """A name as it is kept: blanks become _, brackets go: `inception (3a)` is `inception_3a`."""
    return _DROPPED.sub("", "_".join(text.strip().strip("`*").split()))


_DROPPED = re.compile(r"[()\[\]]")


def parameter(text: str) -> str:
    """A heading or parameter as the name of a value: `#3×3 reduce` is `n3x3reduce`."""
    return _NO_WORD.sub("", text.strip().replace("#", "n").replace("×", "x"))


_NO_WORD = re.compile(r"[^\w]")
