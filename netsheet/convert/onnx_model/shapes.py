"""The shape of what an operator makes that no layer is, where its inputs' shapes tell it.

Requirements met here: nothing is guessed; where a shape can't be told there is none.
"""

from typing import TYPE_CHECKING

from netsheet.core.shape import AXES, Shape

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value

POINTWISE = frozenset(
    {
        *("Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BitShift"),
        *("Cast", "Ceil", "Clip", "Cos", "Cosh", "Div", "Elu", "Equal", "Erf", "Exp", "Floor"),
        *("Gelu", "Greater", "HardSigmoid", "HardSwish", "IsInf", "IsNaN", "LeakyRelu", "Less"),
        *("Log", "LogSoftmax", "Max", "Mean", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "Or"),
        *("Pow", "PRelu", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sign", "Sin", "Sinh"),
        *("Softmax", "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Tan", "Tanh", "Where", "Xor"),
        *("ThresholdedRelu", "Swish", "Celu", "Shrink", "LpNormalization", "CumSum", "Hardmax"),
        *("BatchNormalization", "InstanceNormalization", "LayerNormalization"),
        *("GroupNormalization", "GroupwiseNormalization", "MeanVarianceNormalization", "LRN"),
        *("RMSNormalization", "Dropout", "Identity"),
    }
)
"""Operators whose output is as large as their inputs together, whether a kind reads them or not."""


FOLDING = {"DepthToSpace": -1, "SpaceToDepth": 1}
"""Operators that cut positions into channels, and back."""


def shape_of(operation: "Operation", batch: int) -> Shape | None:
    """The shape of one sample of an operator's output."""
    shapes = [v.shape for v in operation.inputs if v is not None and v.shape is not None]
    if not shapes or len(shapes[0]) < 2 or shapes[0][0] != batch:  # noqa: PLR2004 batch and channels
        shape: tuple[int, ...] | None = None
    elif operation.op in POINTWISE:
        shape = _together(shapes)
    elif operation.op == "Resize":
        shape = _resized(operation, shapes[0])
    elif operation.op == "Pad":
        shape = _padded(operation, shapes[0])
    elif operation.op in FOLDING:
        shape = _folded(operation, shapes[0])
    else:
        shape = None
    if shape is None or not 1 < len(shape) <= 1 + len(AXES) or min(shape) < 1:
        return None
    return Shape(shape[1:])


def _together(shapes: "list[tuple[int, ...]]") -> tuple[int, ...] | None:
    """The shape in which maps and constants meet."""
    import numpy as np

    try:
        return tuple(int(n) for n in np.broadcast_shapes(*shapes))
    except ValueError:
        return None


def _resized(operation: "Operation", shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """By factors, rounded down, or to sizes; None where it is for some axes only."""
    scales, sizes = (_numbers(operation.inputs, place) for place in (2, 3))
    if scales is not None and len(scales) == len(shape):
        return tuple(int(n * scale) for n, scale in zip(shape, scales, strict=True))
    if sizes is not None and len(sizes) == len(shape):
        return (shape[0], *(int(n) for n in sizes[1:]))
    return None


def _numbers(inputs: "tuple[Value | None, ...]", place: int) -> tuple[float, ...] | None:
    value = inputs[place] if len(inputs) > place else None
    if value is None or value.tensor is None or not value.tensor.count:
        return None
    return value.tensor.numbers()


def _padded(operation: "Operation", shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Each axis with what is laid before and behind it; None where it is for some axes only."""
    given = _numbers(operation.inputs, 1)
    if given is None or len(given) != 2 * len(shape):
        return None
    sides = zip(shape, given[: len(shape)], given[len(shape) :], strict=True)
    return tuple(n + int(before) + int(after) for n, before, after in sides)


def _folded(operation: "Operation", shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Channels times or over the block's positions, which are over or times it."""
    block = operation.attributes.get("blocksize", 0)
    if block < 1 or len(shape) != 4:  # noqa: PLR2004 pictures only
        return None
    batch, channels, *size = shape
    if FOLDING[operation.op] > 0:
        return (batch, channels * block**2, *(n // block for n in size))
    return (batch, channels // block**2, *(n * block for n in size))
