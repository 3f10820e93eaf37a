"""Softplus as torch computes it: beyond a threshold x itself, so that exp can't overflow."""

from math import isclose
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk

HARMLESS = 15.0
"""A threshold from which on softplus and x differ by less than 32 bits show."""


def where(operation: "Operation", walk: "Walk") -> "Value | None":  # noqa: ARG001 a rewriting's signature
    """`Where` β·x is greater than a threshold x, and elsewhere softplus(β·x)/β."""
    if len(operation.inputs) != 3 or None in operation.inputs:  # noqa: PLR2004 condition and two values
        return None
    condition, x, other = operation.inputs
    if condition is None or x is None or other is None:
        return None
    threshold, sharp = condition.back("Greater", 1), condition.back("Greater")
    number = None if threshold is None else threshold.single()
    if number is None or number < HARMLESS or sharp is None:
        return None
    plain = other.back("Softplus")
    if plain is not None:
        return other if plain is x and sharp is x else None
    inner, beta = _times(other)
    source, factor = _times(inner.back("Softplus"))
    if beta == 0 or not isclose(factor * beta, 1, rel_tol=1e-5) or source is not x:
        return None
    return other if _times(sharp) == (x, factor) else None


def _times(value: "Value | None") -> "tuple[Value, float]":
    """What a value is a fixed number times, and the number."""
    from netsheet.convert.onnx_model.operation import Value

    if value is None:
        return Value("", None), 0.0
    if value.maker is None or value.op != "Rescale" or value.maker.attributes["shift"]:
        return value, 1.0
    return value.maker.x, value.maker.attributes["factor"]


RULES = {"Where": where}
