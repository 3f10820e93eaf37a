"""A computed cell as a function of the names in it: `4*width`, `stride = 1 and input = out`.

Requirements met here: exact (fractions, never floats); nothing is ever handed to Python's own
evaluator; nesting and the size of numbers are bounded; a text is made into a function once.
"""

import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from netsheet.core.errors import CellError, UnknownError
from netsheet.core.span import shorten
from netsheet.layers.registry import suggestion
from netsheet.text.functions import COUNTS, FUNCTIONS
from netsheet.text.values import UNKNOWN, Value, as_number, same, truth

Names = Mapping[str, Value]
Formula = Callable[[Names], Value]

DEEPEST = 30
LARGEST = 10**15
"""Largest number that a cell may compute with."""

DIGITS = len(str(LARGEST))
LONGEST_NUMBER = 40

_WORDS = frozenset({"and", "or", "not", "if", "else"})
LITERALS = {"yes": True, "true": True, "no": False, "false": False}
RESERVED = _WORDS | LITERALS.keys() | {"in", "input", "above", "before"}
"""Words of the language of cells: no parameter can be called so."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)(?P<percent>%(?!\s*[\w(.])"
    r"|%(?=\s*(?:x|X|and|or|if|else)\b))?"
    r"|(?P<name>[^\W\d]\w*)|(?P<sign>//|==|!=|<=|>=|[-+*/%()<>=,×·−≠≤≥]))"
)
_SIGNS = {"×": "*", "·": "*", "−": "-", "≠": "!=", "≤": "<=", "≥": ">=", "==": "="}

_DIVISIONS = frozenset({"/", "//", "%"})
_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": lambda left, right: Fraction(left // right),
    "%": operator.mod,
}
_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "=": same,
    "!=": lambda left, right: not same(left, right),
    "<": lambda left, right: as_number(left) < as_number(right),
    "<=": lambda left, right: as_number(left) <= as_number(right),
    ">": lambda left, right: as_number(left) > as_number(right),
    ">=": lambda left, right: as_number(left) >= as_number(right),
}


class Token(NamedTuple):
    """A word, number or sign of a cell, and its place in the cell's text."""

    kind: str
    text: str
    start: int
    end: int


class Compiled(NamedTuple):
    """A cell's text made into a function of the names in it."""

    formula: Formula
    tokens: tuple[Token, ...]
    names: tuple[str, ...]
    """The names of values in it."""


@lru_cache(maxsize=1024)
def compile_cell(text: str, named: str) -> Compiled:
    """A text made into a function, once; `named` has x and X where they are names of values."""
    tokens = _tokens(text, named)
    parser = _Parser(tokens, text)
    formula = parser.either(0)
    if parser.place < len(tokens):
        raise parser.lost()
    return Compiled(formula, tokens, tuple(dict.fromkeys(parser.names)))


def _tokens(text: str, named: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            rest = text[place:].strip()
            what = (
                f'"{shorten(text.strip())}" can\'t be computed: "{shorten(rest, 10)}" means nothing'
            )
            known = "cells compute with + - * / // % ( ), comparisons, and, or, not"
            raise CellError(what if rest != text.strip() else what.partition(":")[0], known)
        kind = match.lastgroup or ""
        found = match[0].strip()
        if kind == "name" and (found in _WORDS or (found in {"x", "X"} and found not in named)):
            kind, found = "sign", "*" if found in {"x", "X"} else found
        tokens.append(Token(kind, _SIGNS.get(found, found), match.start(kind), match.end()))
        place = match.end()
    return tuple(tokens)


class _Parser:
    """Recursive descent over the tokens: if, or, and, not, comparison, sum, product, sign, atom.

    Each step gives a function of the names; what a name stands for is looked up only then.
    """

    def __init__(self, tokens: tuple[Token, ...], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.place = 0
        self.names: list[str] = []

    def take(self, *wanted: str) -> str:
        """The next token if it is one of these signs, else nothing."""
        if self.place < len(self.tokens):
            token = self.tokens[self.place]
            if token.kind == "sign" and token.text in wanted:
                self.place += 1
                return token.text
        return ""

    def lost(self) -> CellError:
        """The error for a token that can't stand where it stands, or for a text that ends."""
        shown = shorten(self.text.strip())
        if not shown:
            return CellError("the cell is empty")
        if self.place >= len(self.tokens):
            return CellError(f'"{shown}" ends too early')
        _, _, start, end = self.tokens[self.place]
        if not self.place:
            return CellError(f'"{shown}" can\'t be computed')
        return CellError(f'"{shown}" can\'t be read from "{shorten(self.text[start:end])}" on')

    def either(self, depth: int) -> Formula:
        """`a if condition else b`, or a plain value."""
        if depth > DEEPEST:
            hint = f"at most {DEEPEST} levels of brackets"
            raise CellError("the cell nests too deeply", hint)
        value = self.any_of(depth)
        if not self.take("if"):
            return value
        condition = self.any_of(depth)
        if not self.take("else"):
            what = f'"{shorten(self.text.strip())}" has an if and no else'
            raise CellError(what, "write it as: 2 if wide else 1")
        other = self.either(depth + 1)
        return lambda names: value(names) if truth(condition(names)) else other(names)

    def any_of(self, depth: int) -> Formula:
        """`a or b`."""
        parts = [self.both(depth)]
        while self.take("or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else lambda n: any(truth(part(n)) for part in parts)

    def both(self, depth: int) -> Formula:
        """`a and b`."""
        parts = [self.opposite(depth)]
        while self.take("and"):
            parts.append(self.opposite(depth))
        return parts[0] if len(parts) == 1 else lambda n: all(truth(part(n)) for part in parts)

    def opposite(self, depth: int) -> Formula:
        """`not a`."""
        count = 0
        while self.take("not"):
            count += 1
        value = self.comparison(depth)
        return (lambda names: truth(value(names)) == (count % 2 == 0)) if count else value

    def comparison(self, depth: int) -> Formula:
        """`a = b`, `a < b` and the like."""
        left = self.addition(depth)
        sign = self.take(*_COMPARE)
        if not sign:
            return left
        compare, right = _COMPARE[sign], self.addition(depth)
        return lambda names: compare(left(names), right(names))

    def addition(self, depth: int) -> Formula:
        """`a + b - c`."""
        first = self.multiplication(depth)
        rest: list[tuple[str, Formula]] = []
        while sign := self.take("+", "-"):
            rest.append((sign, self.multiplication(depth)))
        return self._folded(first, rest)

    def multiplication(self, depth: int) -> Formula:
        """`a * b / c`; `//` rounds down, `%` is the remainder."""
        first = self.signed(depth)
        rest: list[tuple[str, Formula]] = []
        while sign := self.take("*", "/", "//", "%"):
            rest.append((sign, self.signed(depth)))
        return self._folded(first, rest)

    def _folded(self, first: Formula, rest: list[tuple[str, Formula]]) -> Formula:
        if not rest:
            return first
        text = self.text.strip()

        def fold(names: Names) -> Value:
            value = as_number(first(names))
            for sign, part in rest:
                value = _step(sign, value, as_number(part(names)), text)
            return value

        return fold

    def signed(self, depth: int) -> Formula:
        """`-a`."""
        minus = False
        while sign := self.take("-", "+"):
            minus ^= sign == "-"
        value = self.atom(depth)
        return (lambda names: -as_number(value(names))) if minus else value

    def atom(self, depth: int) -> Formula:
        """A number, a name, a function, or brackets."""
        if self.take("("):
            value = self.either(depth + 1)
            self.close()
            return value
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        if token is None or token.kind == "sign":
            raise self.lost()
        self.place += 1
        if token.kind in {"number", "percent"}:
            number = _literal(token.text)
            return lambda names: number  # noqa: ARG005 a number needs none
        if self.take("("):
            return self.call(token.text, depth)
        self.names.append(token.text)
        return _named_value(token.text)

    def call(self, name: str, depth: int) -> Formula:
        """`max(a, b)`; the bracket is open already."""
        if name not in FUNCTIONS:
            known = f"cells compute with {', '.join(FUNCTIONS)}"
            near = suggestion(name, FUNCTIONS).removeprefix("; ")
            what = f'there is no function "{shorten(name)}"'
            raise CellError(what, near or known, piece=name)
        parts = [self.either(depth + 1)]
        while self.take(","):
            parts.append(self.either(depth + 1))
        self.close()
        function, count = FUNCTIONS[name]
        if count and len(parts) != count:
            raise CellError(f"{name} takes {COUNTS[count]}, not {len(parts)}")
        return lambda names: function(*[as_number(part(names)) for part in parts])

    def close(self) -> None:
        """Take a closing bracket."""
        if not self.take(")"):
            raise CellError(f'"{shorten(self.text.strip())}" lacks a closing bracket')


def _named_value(name: str) -> Formula:
    literal = LITERALS.get(name.casefold())

    def look_up(names: Names) -> Value:
        value = names[name] if literal is None else names.get(name, literal)
        if value is UNKNOWN:
            raise UnknownError
        return value

    return look_up


def _step(sign: str, left: Fraction, right: Fraction, text: str) -> Fraction:
    """One operation of a sum or product, within bounds."""
    if sign in _DIVISIONS and right == 0:
        raise CellError(f'"{shorten(text)}" divides by zero', "a divisor can't be 0")
    return _bounded(_OPERATIONS[sign](left, right))


def _literal(text: str) -> Fraction:
    digits, _, exponent = text.removesuffix("%").casefold().partition("e")
    power = int(exponent or 0)
    if power < -LONGEST_NUMBER:
        raise CellError(f"{shorten(text)} is too small a number", f"at least 1e-{LONGEST_NUMBER}")
    if len(digits) > LONGEST_NUMBER or power > DIGITS:
        raise CellError(f"{shorten(text)} is too large a number", f"at most {LARGEST:,}")
    value = Fraction(digits) * Fraction(10) ** power
    if value > LARGEST:
        raise CellError(f"{shorten(text)} is too large a number", f"at most {LARGEST:,}")
    return value / 100 if text.endswith("%") else value


def _bounded(value: Fraction) -> Fraction:
    if abs(value) > LARGEST or value.denominator > LARGEST**3:
        raise CellError("a number in it is too large", f"at most {LARGEST:,}")
    return value
