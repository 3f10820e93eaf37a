"""Softplus as torch computes it: with β before and behind it, and beyond a threshold x itself."""

from math import isclose
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk

HARMLESS = 15.0
"""A threshold from which on softplus and x differ by less than 32 bits show."""


def sharper(operation: "Operation", walk: "Walk") -> "Value | None":
    """softplus(β·x)/β."""
    x, given = operation.x, operation.attributes
    inner = x.back("Softplus")
    if inner is None or inner.maker is None or x.maker is None or x.maker.attributes:
        return None
    beta = _factor(inner)
    if beta is None or given["shift"] or not isclose(given["factor"] * beta, 1, rel_tol=1e-5):
        return None
    return walk.put("Softplus", (inner.maker.x,), {"beta": beta}, operation.node)


def beyond(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Where` β·x is greater than a threshold x, and elsewhere its softplus."""
    if len(operation.inputs) != 3 or None in operation.inputs:  # noqa: PLR2004 condition and two values
        return None
    condition, x, soft = operation.inputs
    if condition is None or soft is None or soft.maker is None or soft.back("Softplus") is not x:
        return None
    sharp, threshold = condition.back("Greater"), condition.back("Greater", 1)
    number = None if threshold is None else threshold.single()
    beta = soft.maker.attributes.get("beta", 1.0)
    same = sharp is x if beta == 1 else _factor(sharp) == beta and _inner(sharp) is x
    if number is None or not same or x is None:
        return None
    if number >= HARMLESS:
        return soft
    return walk.put("Softplus", (x,), {"beta": beta, "threshold": number}, operation.node)


def _factor(value: "Value | None") -> float | None:
    """The fixed number that a value is a multiple by, if that is all it is."""
    if value is None or value.maker is None or value.op != "Rescale":
        return None
    given = value.maker.attributes
    return None if given["shift"] else float(given["factor"])


def _inner(value: "Value | None") -> "Value | None":
    return None if value is None else value.back("Rescale")


RULES = {"Rescale": sharper, "Where": beyond}
