"""Integers that remember how they were made.

Requirements met here: a rule is written once; run on plain ints it computes at plain speed,
run on `Number`s it gives the same value and the sum that led there, in symbols and with the
numbers put in. Standard library only.

    >>> C, k, g = Number.symbol("C", 96), Number.symbol("k", 5), Number.symbol("g", 2)
    >>> weights = k * k * exact(C, g) * 256
    >>> print(weights.formula(), "=", weights.sum(), "=", f"{weights:,}")
    k·k·(C/g)·256 = 5·5·(96/2)·256 = 307,200
"""

from collections.abc import Iterable
from typing import NamedTuple, Self


class Expression(NamedTuple):
    """A value with what made it: an operator and its operands, or a symbol, or a bare number."""

    value: int
    operator: str = ""
    operands: tuple["Expression", ...] = ()
    symbol: str = ""


# How tightly an operator binds: an operand that binds less tightly stands in brackets.
_BINDING = {
    "+": 1,
    "-": 1,
    "*": 2,
    "/": 2,
    "%": 2,
    "": 4,
    "floor": 4,
    "ceil": 4,
    "max": 4,
    "min": 4,
}
_SIGN = {"+": " + ", "-": " − ", "*": "·", "/": "/", "%": " mod "}


def _number(value: int) -> str:
    return f"({_plain(value)})" if value < 0 else _plain(value)


def _plain(value: int) -> str:
    return f"{value:,}".replace("-", "−")


def write(expression: Expression, *, symbols: bool) -> str:
    """An expression as a person writes it, with symbols kept or with numbers put in."""
    operator = expression.operator
    if not operator:
        return expression.symbol if symbols and expression.symbol else _number(expression.value)
    if operator in {"floor", "ceil"}:
        top, bottom = expression.operands
        left, right = ("⌊", "⌋") if operator == "floor" else ("⌈", "⌉")
        above = _operand(top, "/", symbols=symbols)
        return f"{left}{above}/{_operand(bottom, '/ ', symbols=symbols)}{right}"
    if operator in {"max", "min"}:
        inside = ", ".join(write(operand, symbols=symbols) for operand in expression.operands)
        return f"{operator}({inside})"
    first, *rest = expression.operands
    text = _operand(first, operator, symbols=symbols)
    for operand in rest:
        text += _SIGN[operator] + _operand(operand, operator + " ", symbols=symbols)
    return text


def _operand(expression: Expression, parent: str, *, symbols: bool) -> str:
    """An operand, in brackets where its operator binds less tightly than its parent's.

    A parent with a blank behind it means: this operand is not the first one.
    """
    text = write(expression, symbols=symbols)
    mine, its = _BINDING[expression.operator], _BINDING[parent.strip()]
    first = not parent.endswith(" ")
    chained = parent.strip() in "+*" and expression.operator == parent.strip()
    if its > mine or (its == mine and not first and not chained):
        return f"({text})"
    if expression.operator in {"/", "%"} and parent.strip() == "*":
        return f"({text})"
    return text


class Number(int):
    """An int that carries the expression which made it; arithmetic on it remembers."""

    expression: Expression

    @classmethod
    def of(cls, expression: Expression) -> Self:
        """The number that an expression stands for."""
        number = cls(expression.value)
        number.expression = expression
        return number

    @classmethod
    def symbol(cls, name: str, value: int) -> Self:
        """A number with a name, as `k = 5`."""
        return cls.of(Expression(int(value), symbol=name))

    def formula(self) -> str:
        """The sum in symbols: `k·k·(C/g)·256`."""
        return write(self.expression, symbols=True)

    def sum(self) -> str:
        """The sum with its numbers put in: `5·5·(96/2)·256`."""
        return write(self.expression, symbols=False)

    def explain(self) -> str:
        """Sum and value, `5·5·(96/2)·256 = 307,200`; a bare number is just itself."""
        value = _plain(int(self))
        return f"{self.sum()} = {value}" if self.expression.operator else value

    def __add__(self, other: int) -> "Number":
        return _join("+", int(self) + int(other), self, other)

    def __radd__(self, other: int) -> "Number":
        if int(other) == 0 and not isinstance(other, Number):
            return self  # so that sum() starts without a stray "0 + "
        return _join("+", int(other) + int(self), other, self)

    def __sub__(self, other: int) -> "Number":
        return _join("-", int(self) - int(other), self, other)

    def __rsub__(self, other: int) -> "Number":
        return _join("-", int(other) - int(self), other, self)

    def __mul__(self, other: int) -> "Number":
        return _join("*", int(self) * int(other), self, other)

    def __rmul__(self, other: int) -> "Number":
        return _join("*", int(other) * int(self), other, self)

    def __floordiv__(self, other: int) -> "Number":
        return _join("floor", int(self) // int(other), self, other)

    def __rfloordiv__(self, other: int) -> "Number":
        return _join("floor", int(other) // int(self), other, self)

    def __mod__(self, other: int) -> "Number":
        return _join("%", int(self) % int(other), self, other)

    def __rmod__(self, other: int) -> "Number":
        return _join("%", int(other) % int(self), other, self)


def _expression(value: int) -> Expression:
    return value.expression if isinstance(value, Number) else Expression(int(value))


def _join(operator: str, value: int, *operands: int) -> Number:
    """A remembered step; sums and products are kept flat, so that they print without brackets."""
    parts: list[Expression] = []
    for index, operand in enumerate(operands):
        part = _expression(operand)
        if operator in "+*" and part.operator == operator and (index == 0 or operator == "*"):
            parts.extend(part.operands)
        else:
            parts.append(part)
    return Number.of(Expression(value, operator, tuple(parts)))


def exact(dividend: int, divisor: int) -> int:
    """A division without remainder, written `C/g`; by a plain 1 it leaves the number alone.

    Raises ValueError if there is a remainder: callers refuse such input in words before.
    """
    if divisor == 1:
        return dividend
    if dividend % divisor:
        message = f"{int(dividend)} is no multiple of {int(divisor)}"
        raise ValueError(message)
    value = int(dividend) // int(divisor)
    if isinstance(dividend, Number) or isinstance(divisor, Number):
        return _join("/", value, dividend, divisor)
    return value


def ceil_div(dividend: int, divisor: int) -> int:
    """Division rounded up, exactly: ⌈a/b⌉ = −⌊−a/b⌋.

    >>> ceil_div(7, 2), ceil_div(-7, 2)
    (4, -3)
    """
    value = -(-int(dividend) // int(divisor))
    if isinstance(dividend, Number) or isinstance(divisor, Number):
        return _join("ceil", value, dividend, divisor)
    return value


def larger(first: int, second: int) -> int:
    """The larger of two numbers, remembered as `max(a, b)`."""
    value = max(int(first), int(second))
    if isinstance(first, Number) or isinstance(second, Number):
        return _join("max", value, first, second)
    return value


def product(factors: Iterable[int]) -> int:
    """The product of numbers, without a stray leading `1·`; of none, 1."""
    result = 1
    for factor in factors:
        result = factor if result == 1 and type(result) is int else result * factor
    return result


def total(terms: Iterable[int]) -> int:
    """The sum of numbers, without a stray leading `0 +`; of none, 0."""
    result: int | None = None
    for term in terms:
        result = term if result is None else result + term
    return 0 if result is None else result


def explained(value: int) -> str:
    """`value.explain()` for a number that remembers, the bare number for one that doesn't."""
    return value.explain() if isinstance(value, Number) else _plain(int(value))
