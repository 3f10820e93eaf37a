"""How much room a text takes when nobody knows the reader's fonts, and how to make it fit.

Requirements met here: an estimate errs on the wide side for common sans-serif fonts (DejaVu Sans
and Arial were measured, the wider of them counts); what is too long is cut and ends in "…"; a
text in letters that were not measured is told to be set in exactly the room estimated for it.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

ELLIPSIS = "…"

_THOUSANDTHS = {
    300: "'ijlI",
    350: " ,.·/:;\\|",
    400: "f-()[]t!",
    450: "r",
    500: '"*J`',
    550: "szc",
    600: "?_–Lkvxy",
    650: "FToaehnubdgpq$0123456789{}",
    700: "EKPSYAVXZB",
    750: "CRUN",
    800: "HDG&OQ",
    850: "w#+<=>^~×−",
    900: "M",
    950: "%",
    1000: "mW…",
    1050: "@",
}
"""Advance width of letters, in thousandths of the font's size."""

_MEASURED = {letter: width for width, letters in _THOUSANDTHS.items() for letter in letters}
_NARROW = 400
"""Bold letters are wider by a seventh, narrow ones by a quarter."""

_ALPHABETS = 0x0530
"""Below this, Latin, Greek and Cyrillic letters: none is wider than the next two figures say."""

_SMALL, _CAPITAL, _WIDE, _OTHER = 950, 1150, 1000, 1100
"""A small letter of an alphabet, a capital; a letter as wide as high, as in Chinese; any other."""


class Font(NamedTuple):
    """Size in pixels, and weight."""

    size: int
    bold: bool = False


def width(text: str, font: Font) -> float:
    """Room for a text in pixels, rather too much than too little.

    >>> width("conv 3×3, 64", Font(10))
    69.5
    """
    return sum(map(_bold if font.bold else _letter, text)) * font.size / 1000


def fit(text: str, room: float, font: Font) -> str:
    """The text, or as much of its beginning as there is room for, and "…".

    >>> fit("inception_3a", 70, Font(10)), fit("inception_3a", 40, Font(10))
    ('inception_3a', 'incep…')
    """
    if width(text, font) <= room:
        return text
    kept = text[: int(room)]
    while kept and width(kept.rstrip() + ELLIPSIS, font) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS if kept else ""


def measured(text: str) -> bool:
    """Whether every letter's width is known at least roughly, not guessed."""
    return all(letter in _MEASURED or " " <= letter < chr(_ALPHABETS) for letter in text)


@cache
def _bold(letter: str) -> int:
    plain = _letter(letter)
    if letter not in _MEASURED:
        return plain
    return plain + plain // (4 if plain <= _NARROW else 7)


@cache
def _letter(letter: str) -> int:
    known = _MEASURED.get(letter)
    if known is not None:
        return known
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    if ord(letter) < _ALPHABETS:
        return _CAPITAL if letter.isupper() else _SMALL
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER
