"""Activations that are written out: swish, hardswish, hardsigmoid, mish, gelu and softsign.

A product is taken apart into its fixed number and its other factors, in whatever order and by
however many operators it was multiplied.
"""

from collections.abc import Callable
from math import isclose, pi, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk

MOST_FACTORS = 4


class Product(NamedTuple):
    """A fixed number times some values."""

    number: float
    factors: tuple["Value", ...]


def _product(value: "Value", depth: int = MOST_FACTORS) -> Product:
    """What a value is the product of, taken apart through so many operators."""
    maker = value.maker
    if maker is None or not depth:
        return Product(1.0, (value,))
    if maker.op == "Rescale" and maker.attributes["shift"] == 0:
        inner = _product(maker.x, depth - 1)
        return Product(inner.number * maker.attributes["factor"], inner.factors)
    if maker.op == "Mul" and all(v is not None and v.tensor is None for v in maker.inputs):
        found = [_product(v, depth - 1) for v in maker.inputs if v is not None]
        number = 1.0
        for each in found:
            number *= each.number
        return Product(number, tuple(f for each in found for f in each.factors))
    return Product(1.0, (value,))


def _near(number: float, wanted: float) -> bool:
    return isclose(number, wanted, rel_tol=1e-4)


def _scaled(value: "Value | None", factor: float, shift: float) -> "Value | None":
    """x, if a value is factor·x + shift."""
    if value is None or value.maker is None or value.op != "Rescale":
        return None
    given = value.maker.attributes
    fits = _near(given["factor"], factor) and isclose(given["shift"], shift, rel_tol=1e-4)
    return value.maker.x if fits else None


def _held(value: "Value") -> "Value | None":
    """x, if a value is x + 3 held between 0 and 6."""
    if value.maker is None or value.op != "Clip" or len(value.maker.inputs) != 3:  # noqa: PLR2004 x and two bounds
        return None
    bounds = [v.single() if v is not None else None for v in value.maker.inputs[1:]]
    return _scaled(value.maker.x, 1, 3) if bounds == [0, 6] else None


def _likely(value: "Value") -> "Value | None":
    """x, if a value is 1 + erf(x/√2)."""
    error = _scaled(value, 1, 1)
    return None if error is None else _scaled(error.back("Erf"), 1 / sqrt(2), 0)


def _nearly_likely(value: "Value") -> "Value | None":
    """x, if a value is 1 + tanh(√(2/π)·(x + 0.044715·x³))."""
    squashed = _scaled(value, 1, 1)
    inner = None if squashed is None else squashed.back("Tanh")
    total = _scaled(inner, sqrt(2 / pi), 0)
    if total is None or total.maker is None or total.op != "Add":
        return None
    for x, cube in (total.maker.inputs, total.maker.inputs[::-1]):
        if x is not None and x is _cubed(_scaled(cube, 0.044715, 0)):
            return x
    return None


def _cubed(value: "Value | None") -> "Value | None":
    """x, if a value is x³, as a power or as a product of three."""
    if value is None or value.maker is None:
        return None
    exponent = value.back("Pow", 1)
    if exponent is not None and exponent.single() == 3:  # noqa: PLR2004 a cube
        return value.back("Pow")
    for square, x in (value.maker.inputs, value.maker.inputs[::-1]):
        twice = None if square is None or value.op != "Mul" else square.back("Pow", 1)
        if twice is not None and twice.single() == 2 and square is not None:  # noqa: PLR2004 a square
            return x if square.back("Pow") is x else None
    return None


def softsign(operation: "Operation", walk: "Walk") -> "Value | None":
    """x/(1 + |x|)."""
    x, other = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    size = _scaled(other, 1, 1)
    if size is None or size.back("Abs") is not x:
        return None
    return walk.put("Softsign", (x,), {}, operation.node)


def _hard(value: "Value") -> "Value | None":
    """x, if a value is its hardsigmoid."""
    if value.maker is None or value.op != "HardSigmoid":
        return None
    given = value.maker.attributes
    fits = _near(given.get("alpha", 0.2), 1 / 6) and given.get("beta", 0.5) == 1 / 2
    return value.maker.x if fits else None


def _softplus(value: "Value") -> "Value | None":
    inner = value.back("Tanh")
    return None if inner is None else inner.back("Softplus")


GATES: tuple[tuple[str, dict[str, str], float, Callable[["Value"], "Value | None"]], ...] = (
    ("Swish", {}, 1.0, lambda value: value.back("Sigmoid")),
    ("HardSwish", {}, 1.0, _hard),
    ("HardSwish", {}, 1 / 6, _held),
    ("Mish", {}, 1.0, _softplus),
    ("Gelu", {}, 0.5, _likely),
    ("Gelu", {"approximate": "tanh"}, 0.5, _nearly_likely),
)
"""Activations that are x times a fixed number and something of x, which tells x."""


def gate(operation: "Operation", walk: "Walk") -> "Value | None":
    """x·f(x), times a fixed number; taken apart step by step, as x may be a product itself."""
    for depth in range(1, MOST_FACTORS + 1):
        number, factors = _as_product(operation, depth)
        if len(factors) > 2:  # noqa: PLR2004 x and what it is weighted by
            return None
        for x, weighted in (factors, factors[::-1]) if len(factors) > 1 else ():
            for op, attributes, wanted, source in GATES:
                if source(weighted) is x and _near(number, wanted):
                    return walk.put(op, (x,), dict(attributes), operation.node)
    return None


def hardsigmoid(operation: "Operation", walk: "Walk") -> "Value | None":
    """(x + 3) held between 0 and 6, by 6."""
    number, factors = _as_product(operation, 1)
    x = _held(factors[0]) if len(factors) == 1 and _near(number, 1 / 6) else None
    if x is None:
        return None
    return walk.put("HardSigmoid", (x,), {"alpha": 1 / 6, "beta": 0.5}, operation.node)


def _as_product(operation: "Operation", depth: int) -> Product:
    """The product that an operator is about to make."""
    from netsheet.convert.onnx_model.operation import Value

    value = Value("", None)
    value.maker = operation
    return _product(value, depth)


RULES = {
    "Div": softsign,
    "Mul": gate,
    "Rescale": lambda operation, walk: gate(operation, walk) or hardsigmoid(operation, walk),
}
