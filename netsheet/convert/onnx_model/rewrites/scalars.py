"""Sums with single fixed numbers: they become one, a·x + b.

Requirements met here: a number that stands before a quotient or behind a difference is brought
to its own place; what follows on such a sum is worked into it.
"""

from math import isfinite
from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, constant

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk


def arithmetic(operation: "Operation", walk: "Walk") -> "Value | None":
    """One of the four, with one number that is the same for all values."""
    if len(operation.inputs) != 2 or None in operation.inputs:  # noqa: PLR2004 operands
        return None
    first, second = operation.inputs
    assert first is not None  # noqa: S101 looked at above
    assert second is not None  # noqa: S101 looked at above
    before, behind = _number(first, second, walk), _number(second, first, walk)
    op, node = operation.op, operation.node
    if behind is not None and first.tensor is None:
        if op == "Div" and not behind:
            return None
        factor = {"Mul": behind, "Div": 1 / behind if op == "Div" else 1.0}.get(op, 1.0)
        shift = {"Add": behind, "Sub": -behind}.get(op, 0.0)
        return rescaled(first, factor, shift, operation, walk)
    if before is not None and second.tensor is None:
        if op == "Sub":
            return rescaled(second, -1.0, before, operation, walk)
        if op == "Div":
            inverse = walk.put("Reciprocal", (second,), {}, node)
            return rescaled(inverse, before, 0.0, operation, walk)
    return None


def _number(value: "Value", other: "Value", walk: "Walk") -> float | None:
    """A constant's one number, if it adds no axis to what it meets, and nobody trains it.

    A stored tensor with an axis is taken for a trained one; one without may be either, and is
    taken for a number, which is noted.
    """
    tensor = value.tensor
    if tensor is None or value.rank > other.rank or (tensor.stored and tensor.shape):
        return None
    number = value.single()
    if tensor.stored and number is not None:
        walk.fixed.add(tensor.name)
    return number


def negative(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Neg` is times −1."""
    return rescaled(operation.x, -1.0, 0.0, operation, walk)


def rescaled(
    x: "Value", factor: float, shift: float, operation: "Operation", walk: "Walk"
) -> "Value | None":
    """factor·x + shift, worked into the sum that made x if that is read by nothing else."""
    if x.shape is None or x.mixed or not isfinite(factor) or not isfinite(shift):
        return None
    if x.op == "Rescale" and x.maker is not None and x.readers == 1:
        given = x.maker.attributes
        shift += factor * given["shift"]
        factor *= given["factor"]
        x = x.maker.x
    if factor == 1 and shift == 0:
        return x
    attributes = {"factor": _short(factor), "shift": _short(shift)}
    return walk.put("Rescale", (x,), attributes, operation.node)


def _short(number: float) -> float:
    """A number as 32 bits hold it, with as few digits as say it."""
    from struct import pack, unpack

    from netsheet.convert.onnx_model.tensors import shortest

    return shortest(unpack("f", pack("f", number))[0])


def square(operation: "Operation", walk: "Walk") -> "Value | None":
    """A map times itself is its square."""
    if len(operation.inputs) == 2 and operation.inputs[0] is operation.inputs[1]:  # noqa: PLR2004 operands
        return walk.place(Operation("Pow", (operation.x, constant(2.0)), {}, operation.node))
    return None


RULES = {
    **dict.fromkeys(("Add", "Sub", "Div"), arithmetic),
    "Mul": lambda operation, walk: arithmetic(operation, walk) or square(operation, walk),
    "Neg": negative,
}
