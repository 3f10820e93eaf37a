"""Operators that hand on what they read: they are no rows."""

from typing import TYPE_CHECKING

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


RULES = {"Identity": unchanged, "Cast": cast}
