"""Sums of products in prose: read by a grammar of our own, in bounded time, never by eval.

Requirements met here: an expression is exact, a fraction; numbers that would grow beyond all use,
and brackets nested too deep, end it; what it was made of is kept, so that a judge can look at the
factors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from netsheet.audit.printed import Printed
from netsheet.audit.prose.tokens import (
    LEFT,
    MINUS,
    NUM,
    OVER,
    PLUS,
    POWER,
    RIGHT,
    TIMES,
    Token,
)
from netsheet.core.errors import TooMuchError

LARGEST = 10**40
"""No count of any network comes near it."""

DEEPEST = 12
HIGHEST_POWER = 12
MOST_FACTORS = 200
_SUPERSCRIPT = {"²": 2, "³": 3}


@dataclass(frozen=True, slots=True)
class Expression:
    """A number, or what sums, products and brackets make of numbers.

    value: exact. first, end: its tokens. factors: of a product its factors' values; of a single
    number that one. operators: how many signs of arithmetic it has. sums: whether a plus or a
    minus is among them. number: the number, if it is one alone. over: whether it divides.
    """

    value: Fraction
    first: int
    end: int
    factors: tuple[Fraction, ...]
    operators: int = 0
    sums: bool = False
    over: bool = False
    percent: bool = False
    number: Printed | None = None

    @property
    def dims(self) -> tuple[int, ...]:
        """The factors of a plain product of whole numbers, as 28×28×4; empty for others."""
        if self.sums or self.over or any(f.denominator != 1 for f in self.factors):
            return ()
        return tuple(int(factor) for factor in self.factors)


class Reader:
    """Reads expressions from tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens

    def kind(self, at: int) -> str:
        """The kind of a token; empty beyond the last."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def read(self, at: int) -> Expression | None:
        """The longest expression that begins at a token; None if none does."""
        try:
            return self._sum(at, 0)
        except (TooMuchError, ZeroDivisionError):
            return None

    def _sum(self, at: int, depth: int) -> Expression | None:
        left = self._product(at, depth)
        if left is None:
            return None
        terms = 0
        while self.kind(left.end) in {PLUS, MINUS}:
            right = self._product(left.end + 1, depth)
            if right is None:
                break
            minus = self.kind(left.end) == MINUS
            value = left.value - right.value if minus else left.value + right.value
            _bounded(value)
            terms += 1
            left = Expression(
                value,
                left.first,
                right.end,
                (value,),
                left.operators + right.operators + 1,
                sums=True,
                over=left.over or right.over,
                percent=left.percent or right.percent,
            )
        return left

    def _product(self, at: int, depth: int) -> Expression | None:
        left = self._power(at, depth)
        if left is None:
            return None
        factors = list(left.factors) if not left.sums else [left.value]
        value, operators, over = left.value, left.operators, left.over
        sums, percent, number, end = left.sums, left.percent, left.number, left.end
        while self.kind(end) in {TIMES, OVER}:
            right = self._power(end + 1, depth)
            if right is None:
                break
            if self.kind(end) == OVER:
                value, over = value / right.value, True
                factors = [value]
            else:
                value *= right.value
                factors.append(right.value)
            _bounded(value)
            if len(factors) > MOST_FACTORS:
                raise TooMuchError
            operators += right.operators + 1
            sums, percent, number, end = (
                sums or right.sums,
                percent or right.percent,
                None,
                right.end,
            )
            over = over or right.over
        return Expression(value, at, end, tuple(factors), operators, sums, over, percent, number)

    def _power(self, at: int, depth: int) -> Expression | None:
        base = self._factor(at, depth)
        if base is None or self.kind(base.end) != POWER:
            return base
        sign = self.tokens[base.end]
        power = _SUPERSCRIPT.get(sign.text)
        end = base.end + 1
        if power is None:
            exponent = self._factor(base.end + 1, depth)
            if exponent is None or exponent.value.denominator != 1:
                return None
            if not 0 <= exponent.value <= HIGHEST_POWER:
                raise TooMuchError
            power, end = int(exponent.value), exponent.end
        value = base.value**power
        _bounded(value)
        return Expression(value, at, end, (value,), base.operators + 1, base.sums, base.over)

    def _factor(self, at: int, depth: int) -> Expression | None:
        if self.kind(at) == NUM:
            number = self.tokens[at].number
            assert number is not None  # noqa: S101 a number's token holds it
            value = number.value * number.scales[0]
            _bounded(value)
            return Expression(value, at, at + 1, (value,), percent=number.percent, number=number)
        if self.kind(at) != LEFT:
            return None
        if depth >= DEEPEST:
            raise TooMuchError
        inner = self._sum(at + 1, depth + 1)
        if inner is None or self.kind(inner.end) != RIGHT:
            return None
        return Expression(
            inner.value,
            at,
            inner.end + 1,
            (inner.value,),
            inner.operators,
            inner.sums,
            inner.over,
            inner.percent,
        )


def _bounded(value: Fraction) -> None:
    if abs(value) > LARGEST or value.denominator > LARGEST:
        raise TooMuchError
