"""A Markdown text as headings, lines of prose and tables, each with the lines it takes.

Requirements met here: Markdown is parsed by a well-kept library, so what stands in code or in a
comment is left alone; a table is found without looking into its cells, so that a long one is
cheap; a table inside a quote or a list is told apart. A document of nothing but headings, prose
and tables, as most sheets are, is seen at a glance, for loading the library would take longer
than all the rest; tests hold the two against each other.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_MARK = re.compile(r":?-+:?")


class Piece(NamedTuple):
    """A heading, a paragraph or a table: its lines (end excluded), its text if it is a heading.

    level: of a heading 1 to 6; of a table, how deep it stands in quotes and lists.
    """

    kind: str
    first: int
    end: int
    level: int
    text: str = ""


_UNUSUAL = re.compile(
    r" {0,3}(?:[>~<`\t]|[-*+](?:\s|$)|\d{1,9}[.)](?:\s|$)|(?:[-*_][ \t]*){3,}$|[-=]+[ \t]*$)| {4}"
)
"""Lines that begin something else than a heading, prose or a table, or may do so."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")


def pieces(lines: list[str]) -> Iterator[Piece]:
    """The pieces of a document, top to bottom."""
    plain = not any(map(_UNUSUAL.match, lines))
    return plain_pieces(lines) if plain else parsed_pieces(lines)


def plain_pieces(lines: list[str]) -> Iterator[Piece]:
    """The pieces of a document that has headings, prose and tables alone."""
    number, count = 0, len(lines)
    while number < count:
        first, number = number, number + 1
        if not lines[first].strip():
            continue
        heading = _HEADING.match(lines[first])
        if heading is not None:
            text = _closed(lines[first][heading.end() :].strip())
            yield Piece("heading", first, number, len(heading[1]), " ".join(text.split()))
            continue
        kind = "table" if _begins_table(lines, first) else "prose"
        number += kind == "table"
        while number < count and lines[number].strip() and not _HEADING.match(lines[number]):
            if kind == "prose" and _begins_table(lines, number):
                break
            number += 1
        yield Piece(kind, first, number, 0)


def _closed(text: str) -> str:
    """A heading's text without the # that may close it."""
    bare = text.rstrip("#")
    return bare if not bare or bare[-1] in " \t" else text


def _begins_table(lines: list[str], number: int) -> bool:
    """Whether a line with a bar has a line of marks below it."""
    return "|" in lines[number] and number + 1 < len(lines) and bool(marks(lines[number + 1]))


def parsed_pieces(lines: list[str]) -> Iterator[Piece]:
    """The pieces of any document, by the library."""
    tokens = _parser().parse("\n".join(lines))
    for place, token in enumerate(tokens):
        if token.map is None:
            continue
        first, end = token.map
        if token.type == "heading_open":
            text = " ".join(tokens[place + 1].content.split())
            yield Piece("heading", first, end, int(token.tag.removeprefix("h")), text)
        elif token.type == "paragraph_open":
            yield Piece("prose", first, end, token.level)
        elif token.type == "table":
            yield Piece("table", first, end, token.level)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # only reading Markdown needs it

    parser = MarkdownIt("commonmark").disable(["inline", "text_join"])
    parser.block.ruler.disable(["reference"])
    parser.block.ruler.before("paragraph", "table", _table, {"alt": ["paragraph", "reference"]})
    return parser


def fences(lines: list[str]) -> list[tuple[int, int, str]]:
    """Fenced code of any document, by the library: first line, end (excluded), what it says it is.

    Lines are counted from 0; the info string stands behind the opening marks.
    """
    return [
        (token.map[0], token.map[1], token.info.strip())
        for token in _fence_parser().parse("\n".join(lines))
        if token.type == "fence" and token.map is not None
    ]


@cache
def _fence_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # only documents with fenced code need it

    return MarkdownIt("zero").enable(["fence", "list", "blockquote"])


def marks(line: str) -> list[str]:
    """The marks of the line under a table's headings, or none if it is no such line."""
    text = line.strip()
    if "|" not in text or text.startswith("- "):
        return []
    found = [mark.strip() for mark in text.removeprefix("|").removesuffix("|").split("|")]
    return found if all(map(_MARK.fullmatch, found)) else []


def _table(state: "StateBlock", start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 markdown-it calls it so
    """A block rule: a line with a bar and a line of marks below it begin a table."""
    if start + 2 > end or state.sCount[start + 1] < state.blkIndent:
        return False
    if state.is_code_block(start) or state.is_code_block(start + 1):
        return False
    if "|" not in _line(state, start) or not marks(_line(state, start + 1)):
        return False
    if silent:
        return True
    token = state.push("table", "table", 0)
    stop = start + 2
    while stop < end and not _ends(state, stop, end):
        stop += 1
    token.map = [start, stop]
    state.line = stop
    return True


def _ends(state: "StateBlock", number: int, end: int) -> bool:
    """Whether a table ends before a line: an empty one, or one that begins something else."""
    if state.sCount[number] < state.blkIndent or state.is_code_block(number):
        return True
    if not _line(state, number).strip():
        return True
    begins = state.md.block.ruler.getRules("blockquote")
    return any(rule(state, number, end, True) for rule in begins)  # noqa: FBT003 markdown-it's own order


def _line(state: "StateBlock", number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
