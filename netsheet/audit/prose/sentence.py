"""A sentence as a judge sees it: its tokens, its expressions, and where each stands.

Requirements met here: each token belongs to one expression at most; an expression that is not
complete to its left, because something that can't be read belongs to it, is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from netsheet.audit.prose.expression import Expression, Reader
from netsheet.audit.prose.text import Stretch
from netsheet.audit.prose.tokens import (
    EQUALS,
    LEFT,
    MINUS,
    NEARLY,
    NUM,
    OTHER,
    OVER,
    PLUS,
    POWER,
    RIGHT,
    STOP,
    TIMES,
    WORD,
    Token,
    tokens,
)
from netsheet.core.span import Span

SIGNS = frozenset({PLUS, MINUS, TIMES, OVER, POWER})
LONGEST = 4_000
"""A sentence of more tokens is read in pieces: none is that long."""


@dataclass(frozen=True)
class Sentence:
    """Tokens up to a full stop, with the stretch that they stand in."""

    source: str
    stretch: Stretch
    tokens: Sequence[Token]

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Every expression that is complete to its left, from left to right."""
        return tuple(self._expressions())

    def _expressions(self) -> Iterator[Expression]:
        reader = Reader(self.tokens)
        at = 0
        while at < len(self.tokens):
            if self.tokens[at].kind not in {NUM, LEFT}:
                at += 1
                continue
            found = reader.read(at)
            if found is None:
                at += 1
                continue
            if self._complete(found):
                yield found
            at = max(found.end, at + 1)

    def _complete(self, found: Expression) -> bool:
        """Whether nothing before or behind an expression belongs to it and can't be read."""
        before, after = self.kind(found.first - 1), self.kind(found.end)
        if before in SIGNS - {MINUS} or before in {NUM, RIGHT}:
            return False
        if before == MINUS and not self.apart(found.first - 2, found.first - 1):
            return False  # a-5, where a belongs to it; a dash between blanks is none
        if (
            before == MINUS
            and self.kind(found.first - 2) in {NUM, RIGHT, WORD}
            and not self.apart(found.first - 1, found.first)
        ):
            return False
        if (
            before == WORD
            and self.tokens[found.first].kind == LEFT
            and not self.apart(found.first - 1, found.first)
        ):
            return False  # f(3), a function
        if before == OTHER and self.text(found.first - 1) in {
            "<",
            ">",
            "@",
            "#",
            "$",
            "_",
            "\\frac",
        }:
            return False
        return not (after in SIGNS or (after == LEFT and not self.apart(found.end - 1, found.end)))

    def kind(self, at: int) -> str:
        """The kind of a token; empty outside the sentence."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def text(self, at: int) -> str:
        """The text of a token; empty outside the sentence."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def word(self, at: int) -> str:
        """A word in small letters; empty if it is none."""
        return self.text(at).casefold() if self.kind(at) == WORD else ""

    def words(self) -> list[str]:
        """Every word in small letters."""
        return [token.text.casefold() for token in self.tokens if token.kind == WORD]

    def apart(self, left: int, right: int) -> bool:
        """Whether there is room between two neighbouring tokens."""
        if not (0 <= left < len(self.tokens) and 0 <= right < len(self.tokens)):
            return True
        one, other = self.tokens[left], self.tokens[right]
        return one.line != other.line or other.start > one.end

    def said(self, first: int, end: int) -> str:
        """The text of tokens as it stands in the document."""
        parts: list[str] = []
        for line in range(self.tokens[first].line, self.tokens[end - 1].line + 1):
            mine = [token for token in self.tokens[first:end] if token.line == line]
            if mine:
                parts.append(self.stretch.lines[line].text[mine[0].start : mine[-1].end])
        return " ".join(part.strip() for part in parts)

    def span(self, first: int, end: int) -> Span:
        """The place of tokens in their first line."""
        one = self.tokens[first]
        line = self.stretch.lines[one.line]
        last = max(token.end for token in self.tokens[first:end] if token.line == one.line)
        return Span(self.source, line.number, one.start, last, line.text)


def sentences(stretch: Stretch, source: str) -> Iterator[Sentence]:
    """The sentences of a stretch that hold a number."""
    held: list[Token] = []
    for token in tokens(stretch):
        if token.kind == STOP or len(held) >= LONGEST:
            yield from _with_numbers(stretch, source, held)
            held = []
        if token.kind != STOP:
            held.append(token)
    yield from _with_numbers(stretch, source, held)


def _with_numbers(stretch: Stretch, source: str, held: list[Token]) -> Iterator[Sentence]:
    if any(token.kind == NUM for token in held):
        yield Sentence(source, stretch, held)


IS = frozenset({EQUALS, NEARLY})
"""Signs that claim that two things are one."""
