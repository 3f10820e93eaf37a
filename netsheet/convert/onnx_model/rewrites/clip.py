"""Values held between bounds, however that is written: `Clip`, `Min` and `Max` with one number."""

from math import inf
from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, constant

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk

BOUNDLESS = 1e30
"""A bound that holds nothing back: exporters write the largest number there is."""


def clip(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Clip`, whose bounds may be left out."""
    bounds = (*operation.inputs[1:], None, None)[:2]
    if any(v is not None and v.single() is None for v in bounds):
        return None
    low, high = (None if v is None else v.single() for v in bounds)
    held = (-inf if low is None else low, inf if high is None else high)
    return _held(operation, walk, *held)


def one_sided(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Min` and `Max` of a map and one number."""
    constants = [v for v in operation.inputs if v is not None and v.tensor is not None]
    maps = list(operation.maps())
    number = constants[0].single() if len(constants) == len(maps) == 1 else None
    if number is None:
        return None
    held = Operation("Clip", (maps[0],), {}, operation.node)
    low, high = (number, inf) if operation.op == "Max" else (-inf, number)
    return _held(held, walk, low, high)


def _held(operation: "Operation", walk: "Walk", low: float, high: float) -> "Value | None":
    """A value between two bounds; if it lay between others before, between both at once."""
    x = operation.x
    before = _bounds(x)
    if before is not None and x.maker is not None and x.readers == 1 and low < high:
        both = [min(max(bound, low), high) for bound in before]
        if both[0] < both[1]:
            (low, high), x = both, x.maker.x
    node = operation.node
    if low < -BOUNDLESS and high > BOUNDLESS:
        return x
    if low == 0 and high > BOUNDLESS:
        return walk.put("Relu", (x,), {}, node)
    bounds = [None if abs(bound) > BOUNDLESS else constant(bound) for bound in (low, high)]
    return walk.place(Operation("Clip", (x, *bounds), {}, node))


def _bounds(value: "Value") -> tuple[float, float] | None:
    """The bounds that a value lies between, if that is what made it."""
    if value.maker is None or value.op not in {"Clip", "Relu"}:
        return None
    if value.op == "Relu":
        return 0.0, inf
    low, high = (None if v is None else v.single() for v in (*value.maker.inputs, None, None)[1:3])
    return -inf if low is None else low, inf if high is None else high


RULES = {"Clip": clip, "Min": one_sided, "Max": one_sided}
