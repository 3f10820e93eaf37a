"""Idioms of halves and logarithms: gated linear units and log sigmoid."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk


def glu(operation: "Operation", walk: "Walk") -> "Value | None":
    """The first half of the channels times the sigmoid of the second."""
    if len(operation.inputs) != 2:  # noqa: PLR2004 operands
        return None
    for passing, gate in (operation.inputs, operation.inputs[::-1]):
        weighing = None if gate is None else gate.back("Sigmoid")
        first, second = _part(passing), _part(weighing)
        if first is None or second is None or first[0] is not second[0]:
            continue
        x, channels = first[0], first[0].sample
        half = 0 if channels is None else channels.channels // 2
        if half and (first[1], second[1]) == ((0, half), (half, 2 * half)):
            return walk.put("Glu", (x,), {}, operation.node)
    return None


def _part(value: "Value | None") -> "tuple[Value, tuple[int, int]] | None":
    """The map that a value is some channels of, and which: the first, and the one behind."""
    if value is None or value.maker is None or value.op != "Slice" or value.maker.layer is None:
        return None
    layer = value.maker.layer
    return value.maker.x, (layer.start, layer.start + layer.out)


def log_sigmoid(operation: "Operation", walk: "Walk") -> "Value | None":
    """The logarithm of a sigmoid."""
    x = operation.x.back("Sigmoid")
    return None if x is None else walk.put("LogSigmoid", (x,), {}, operation.node)


def minus_softplus(operation: "Operation", walk: "Walk") -> "Value | None":
    """Minus the softplus of −x."""
    minus = {"factor": -1.0, "shift": 0.0}
    inner = operation.x.back("Softplus")
    if operation.attributes != minus or inner is None or inner.maker is None:
        return None
    if inner.op != "Rescale" or inner.maker.attributes != minus:
        return None
    return walk.put("LogSigmoid", (inner.maker.x,), {}, operation.node)


RULES = {"Mul": glu, "Log": log_sigmoid, "Rescale": minus_softplus}
