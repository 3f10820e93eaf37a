"""Operators that hand on what they read: they are no rows."""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import constant

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk

FLOATS = frozenset({1, 10, 11, 16})
"""The data types of decimals: 32, 16 and 64 bits, and brain floats."""


def unchanged(operation: "Operation", walk: "Walk") -> "Value | None":  # noqa: ARG001 a rewriting's signature
    """The value itself."""
    return operation.inputs[0] if operation.inputs else None


def cast(operation: "Operation", walk: "Walk") -> "Value | None":  # noqa: ARG001 a rewriting's signature
    """A decimal as another decimal is the same number."""
    return operation.x if operation.attributes.get("to") in FLOATS else None


def cast_like(operation: "Operation", walk: "Walk") -> "Value | None":  # noqa: ARG001 a rewriting's signature
    """As a decimal, which every map is: a constant is made one."""
    x, other = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    if x.tensor is None:
        return x
    if other is None or other.tensor is not None:
        return None
    return constant(x.tensor.changed(lambda array: array.astype("float32")))


RULES = {"Identity": unchanged, "Cast": cast, "CastLike": cast_like}
