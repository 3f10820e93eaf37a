"""A document as stretches of prose, each with the places of its lines.

Requirements met here: Markdown is taken apart by a well-kept library and HTML by Python's own, so
that code, markup and comments are left alone; what is masked keeps its length, so that every place
is that of the document; LaTeX's signs are known to the tokens themselves.
"""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from netsheet.text.markdown import fences


class Line(NamedTuple):
    """A line of a document: its number from 1, its text, and the same with markup masked."""

    number: int
    text: str
    masked: str


class Stretch(NamedTuple):
    """Lines that belong together: a paragraph, an item of a list, a row of a table."""

    lines: tuple[Line, ...]


def split_lines(text: str) -> list[str]:
    """The lines of a text, with any line ending, without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


_MASKED = re.compile(
    r"(?:https?|ftp|file)://[^\s<>()\]]{1,2000}"  # addresses
    r"|(?<=\])\([^()\n]{0,500}\)"  # where a link leads
    r"|<!--(?:(?!-->).){0,2000}-->"
    r"|</?[A-Za-z!][^<>\n]{0,500}>"
)
BEGINS = re.compile(r"\s{0,12}(?:[-*+]\s|\d{1,3}[.)]\s|#{1,6}\s|>\s?|\\item\b|\\begin\b|\\end\b)")
"""What begins an item, a heading or a quotation."""

_ROW = re.compile(r"\s*\|")
_COMMENT = re.compile(r"(?<!\\)%.*")
_DIGIT = re.compile(r"\d")


def stretches(text: str, source: str) -> Iterator[Stretch]:
    """The stretches of a document that hold a digit; its kind is told by the source's name."""
    name = source.casefold()
    if name.endswith((".html", ".htm")):
        lines = _html_lines(text)
    elif name.endswith((".tex", ".latex")):
        lines = _latex_lines(text)
    else:
        lines = _markdown_lines(text)
    yield from _joined(lines)


def _joined(lines: list[Line]) -> Iterator[Stretch]:
    """Lines put together until an empty one, or one that begins something else."""
    together: list[Line] = []
    for line in lines:
        empty = not line.masked.strip()
        row = bool(_ROW.match(line.masked))
        if together and (empty or row or BEGINS.match(line.text)):
            yield from _with_digits(together)
            together = []
        if not empty:
            together.append(line)
        if row:
            yield from _with_digits(together)
            together = []
    yield from _with_digits(together)


def _with_digits(together: list[Line]) -> Iterator[Stretch]:
    if any(_DIGIT.search(line.masked) for line in together):
        yield Stretch(tuple(together))


def _markdown_lines(text: str) -> list[Line]:
    """The lines of Markdown or plain text; code of a named language is left out."""
    raw = split_lines(text)
    skipped = _code(raw)
    found = []
    for number, line in enumerate(raw, start=1):
        if number in skipped:
            found.append(Line(number, line, ""))
            continue
        found.append(Line(number, line, mask(line)))
    return found


def mask(line: str) -> str:
    """A line with addresses and tags turned into blanks of the same length."""
    if "<" not in line and "://" not in line and "](" not in line:
        return line
    return _MASKED.sub(lambda found: " " * len(found[0]), line)


PROSE_FENCES = frozenset({"", "text", "txt", "plain", "plaintext", "math", "latex"})
"""Fenced blocks in which arithmetic is written out; others hold programs."""


def _code(lines: list[str]) -> set[int]:
    """Numbers of the lines that are code in a language."""
    if not any("```" in line or "~~~" in line for line in lines):
        return set()
    found: set[int] = set()
    for first, end, info in fences(lines):
        word = (info.split() or [""])[0].casefold().strip("{}.")
        if word not in PROSE_FENCES:
            found.update(range(first + 1, end + 1))
    return found


def _latex_lines(text: str) -> list[Line]:
    """The lines of LaTeX, comments masked."""
    return [
        Line(number, line, _COMMENT.sub(lambda found: " " * len(found[0]), line))
        for number, line in enumerate(split_lines(text), start=1)
    ]


class _Text(HTMLParser):
    """Text of a page by its lines; scripts, styles and code are left out."""

    SKIPPED = frozenset({"script", "style", "template"})
    BLOCKS = frozenset(
        {"p", "div", "li", "td", "th", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "br", "pre", "dd"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[tuple[int, str]] = []
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 the library's signature
        """A tag that begins something, or begins what is skipped."""
        self.skip += tag in self.SKIPPED
        if tag == "sup":
            self.pieces.append((self.getpos()[0], "^"))
        if tag in self.BLOCKS:
            self.pieces.append((self.getpos()[0], "\n"))

    def handle_endtag(self, tag: str) -> None:
        """The end of either."""
        if tag in self.SKIPPED and self.skip:
            self.skip -= 1
        if tag in self.BLOCKS:
            self.pieces.append((self.getpos()[0], "\n"))

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self.skip:
            self.pieces.append((self.getpos()[0], data))

    def handle_entityref(self, name: str) -> None:
        """A sign by its name, as &times;."""
        self.handle_data(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        """A sign by its number."""
        self.handle_data(unescape(f"&#{name};"))


def _html_lines(text: str) -> list[Line]:
    """The text of a page, a line for each block of it, numbered as where it begins."""
    parser = _Text()
    parser.feed(text)
    parser.close()
    found: list[Line] = []
    number, held = 1, ""
    for at, piece in parser.pieces:
        if piece == "\n":
            found += _html_line(number, held)
            held, number = "", at
            continue
        if not held.strip():
            number = at + len(piece[: len(piece) - len(piece.lstrip())].split("\n")) - 1
        held += " ".join(piece.split("\n"))
    return [*found, *_html_line(number, held)]


def _html_line(number: int, held: str) -> list[Line]:
    text = " ".join(held.split())
    return [Line(number, text, text), Line(number, "", "")] if text else []
