"""Prose as signs, numbers and words, in one pass.

Requirements met here: time in proportion to the text, whatever it holds; a number that is part of
something else (a version, a date, a name, an ordinal) is a word; every sign of multiplication that
people write is one, but only between factors.
"""

import re
from typing import NamedTuple

from netsheet.audit.printed import LONGEST, NUMBER, Printed, printed_number
from netsheet.audit.prose.text import BEGINS, Stretch

NUM, TIMES, PLUS, MINUS, OVER, POWER = "number", "×", "+", "−", "/", "^"
LEFT, RIGHT, EQUALS, NEARLY, ARROW = "(", ")", "=", "≈", "→"
COMMA, COLON, SEMICOLON, STOP, WORD, OTHER = ",", ":", ";", ".", "word", "other"


class Token(NamedTuple):
    """One sign, number or word: its kind, text, where it stands, and the number it is.

    line: its place among the stretch's lines. start, end: columns in that line.
    """

    kind: str
    text: str
    line: int
    start: int
    end: int
    number: Printed | None = None


_SIGNS = {
    "×": TIMES,
    "✕": TIMES,
    "✖": TIMES,
    "\u2a2f": TIMES,
    "·": TIMES,
    "⋅": TIMES,
    "∗": TIMES,
    "∙": TIMES,
    "+": PLUS,
    "-": MINUS,
    "−": MINUS,
    "–": MINUS,
    "/": OVER,
    "÷": OVER,
    "^": POWER,
    "(": LEFT,
    "[": LEFT,
    ")": RIGHT,
    "]": RIGHT,
    "=": EQUALS,
    "==": EQUALS,
    "≈": NEARLY,
    "≃": NEARLY,
    "~": NEARLY,
    "\u223c": NEARLY,
    "~=": NEARLY,
    "=~": NEARLY,
    "→": ARROW,
    "⇒": ARROW,
    "⟶": ARROW,
    "->": ARROW,
    "-->": ARROW,
    "=>": ARROW,
    "==>": ARROW,
    ",": COMMA,
    "\uff0c": COMMA,
    "、": COMMA,
    ":": COLON,
    "\uff1a": COLON,
    ";": SEMICOLON,
}
_LATEX = {
    "times": TIMES,
    "cdot": TIMES,
    "ast": TIMES,
    "div": OVER,
    "approx": NEARLY,
    "simeq": NEARLY,
    "sim": NEARLY,
    "to": ARROW,
    "rightarrow": ARROW,
    "Rightarrow": ARROW,
    "longrightarrow": ARROW,
}
_SPACING = frozenset({"left", "right", "quad", "qquad", "text", "mathrm", "mathbf", "displaystyle"})
_SPELLED = {"equals": EQUALS, "times": TIMES}

_TOKEN = re.compile(
    r"(?P<blank>[\s`$\u200b]+|\\[,;:! ]|\{,\}|&|\*\*+|__+)"
    r"|(?P<latex>\\[A-Za-z]{1,20})"
    r"|(?P<date>\d{4}-\d{1,2}-\d{1,2}(?!\d))"
    r"|(?P<number>\.?\d)"
    r"|(?P<word>[^\W\d_][^\W_]*(?:[_'\u2019-]?[^\W_]+)*)"
    r"|(?P<star>\\?\*)"
    r"|(?P<sign>-->|==>|->|=>|==|~=|=~|<=|>=|!=|:=|\+/-|[×✕✖\u2a2f·⋅∗∙+\-−–/÷^()\[\]=≈≃~\u223c→⇒⟶,\uff0c、:\uff1a;])"
    r"|(?P<stop>[.!?。]+(?=\s|$))"
    r"|(?P<other>.)",
    re.DOTALL,
)
_TAIL = re.compile(r"[\w.]*\w")
_FACTOR = re.compile(r"[\s`$\\]{0,4}[\d(\[]")
_BEFORE = frozenset("0123456789)]`²³ kKMG")
_SUPERSCRIPT = {"²": 2, "³": 3}
LONGEST_LINE = 2_000_000
"""What is behind so many characters of a line is not read."""

HANGUL = re.compile(r"[가-힣]")


def tokens(stretch: Stretch) -> list[Token]:
    """The tokens of a stretch, line after line."""
    found: list[Token] = []
    for place, line in enumerate(stretch.lines):
        begins = None if place else BEGINS.match(line.masked)
        first = begins.end() if begins is not None else 0
        _line(line.masked[:LONGEST_LINE], first, place, found)
    return found


def _line(text: str, first: int, place: int, found: list[Token]) -> None:
    """The tokens of one line from a column on, put behind those found."""
    at, length = first, len(text)
    while at < length:
        match = _TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        kind = match.lastgroup or "other"
        if kind == "number":
            at = _number(text, at, place, found)
        elif kind == "word":
            at = _word(text, match, place, found)
        else:
            token = _sign(text, match, kind, place)
            if token is not None:
                found.append(token)
            at = match.end()


def _sign(text: str, match: re.Match[str], kind: str, place: int) -> Token | None:
    """A token that is neither number nor word; None for blanks and what only sets type."""
    said, at, end = match[0], match.start(), match.end()
    if kind == "sign":
        return Token(_SIGNS.get(said, OTHER), said, place, at, end)
    if kind == "star":
        times = _FACTOR.match(text, end) and _left_of(text, at)
        return Token(TIMES, said, place, at, end) if times else None
    if kind == "latex":
        name = said[1:]
        return None if name in _SPACING else Token(_LATEX.get(name, OTHER), said, place, at, end)
    plain = {"stop": STOP, "date": WORD}.get(kind)
    if plain is not None:
        return Token(plain, said, place, at, end)
    return None if kind == "blank" else _other(said, place, at, end)


def _other(text: str, place: int, at: int, end: int) -> Token:
    power = _SUPERSCRIPT.get(text)
    return Token(POWER if power else OTHER, text, place, at, end)


def _left_of(text: str, at: int) -> bool:
    """Whether a factor ends before a sign."""
    before = text[max(0, at - 8) : at].rstrip(" `$\\")[-1:]
    return bool(before) and (before in _BEFORE or before == "×")


def _word(text: str, match: re.Match[str], place: int, found: list[Token]) -> int:
    """A word; x between factors, "by" and "times" are signs of multiplication."""
    at, end, word = match.start(), match.end(), match[0]
    if word[0] in "xX" and _left_of(text, at):
        rest = text[at + 1 : end]
        spaced = text[at - 1 : at] in " `$)]" or not at
        if not rest and _FACTOR.match(text, end):
            apart = text[end : end + 1] in " `$"
            if spaced or not apart:  # "4x 5" says four times, not four by five
                found.append(Token(TIMES, word, place, at, end))
                return end
        elif rest[:1].isdigit():  # x3 as in 3 x3, x3x64 as in 3x3x64
            found.append(Token(TIMES, word[0], place, at, at + 1))
            return at + 1
    if word == "by" and _FACTOR.match(text, end) and found and found[-1].kind in {NUM, RIGHT}:
        found.append(Token(TIMES, word, place, at, end))
        return end
    kind = _SPELLED.get(word.casefold())
    if kind is not None and found and found[-1].kind in {NUM, RIGHT} and _FACTOR.match(text, end):
        found.append(Token(kind, word, place, at, end))
        return end
    found.append(Token(WORD, word, place, at, end))
    return end


def _number(text: str, at: int, place: int, found: list[Token]) -> int:
    """A number with its unit; a word where letters or further points hang on to it."""
    if at and (text[at - 1].isalnum() or text[at - 1] in "._"):
        times = found and found[-1].kind == TIMES and found[-1].end == at
        if not times and not HANGUL.match(text[at - 1]):  # v3, 3.14.15
            end = _digits_end(text, at)
            found.append(Token(OTHER, text[at : min(end, at + LONGEST)], place, at, end))
            return end
    if text[at] == ".":
        match = re.compile(r"\.\d{1,40}").match(text, at)
        end = match.end() if match else at + 1
        found.append(Token(OTHER, text[at:end], place, at, end))
        return end
    match = NUMBER.match(text, at, min(len(text), at + 2 * LONGEST + 40))
    assert match is not None  # noqa: S101 it begins with a digit
    end = match.end()
    printed = printed_number(match)
    if printed is None or (text[at:end].isdigit() and text[end : end + 1].isdigit()):
        end = _digits_end(text, at)
        found.append(Token(OTHER, text[at : at + LONGEST], place, at, end))
        return end
    tail = text[end : end + 1]
    if tail and (
        tail.isalpha() or tail == "_" or (tail == "." and text[end + 1 : end + 2].isdigit())
    ):
        joined = (
            tail in "xX" and _FACTOR.match(text, end + 1) and text[end + 1 : end + 2] not in " `$"
        )
        if not joined and not HANGUL.match(tail):
            hanging = _TAIL.match(text, end, min(len(text), end + 200))
            end = hanging.end() if hanging else end + 1
            found.append(Token(WORD, text[at:end], place, at, end))
            return end
    found.append(Token(NUM, match[0], place, at, end, printed))
    return end


def _digits_end(text: str, at: int) -> int:
    """The end of a run of digits, commas and points."""
    run = re.compile(r"[\d,._]*").match(text, at)
    return run.end() if run else at + 1
