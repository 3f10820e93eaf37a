"""Axes turned and turned back: what lies between is done on the map as it was.

A network that keeps its channels behind, or that turns them there for one layer, is full of
`Transpose`. Each is moved below the operators that work value by value, or along the channels,
until it meets the one that turns it back.
"""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, constant
from netsheet.core.errors import UnsupportedError

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk

ALONE = (
    *("Abs", "Ceil", "Celu", "Clip", "Cos", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu"),
    *("HardSigmoid", "HardSwish", "LeakyRelu", "Log", "Mish", "Neg", "Reciprocal", "Relu"),
    *("Rescale", "Round", "Selu", "Sigmoid", "Sign", "Sin", "Softplus", "Softsign", "Sqrt"),
    *("Swish", "Tanh"),
)
"""Operators on each value by itself, whose further inputs are constants of one number."""

TOGETHER = ("Add", "Div", "Max", "Min", "Mul", "Pow", "Sub", "Sum")
"""Operators on several maps, value by value."""

REDUCTIONS = ("ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum")


def transpose(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Transpose` itself: two in a row are one, and one that turns nothing is none."""
    x = operation.x
    if x.shape is None:
        return None
    order = [int(n) for n in operation.attributes.get("perm", ())] or [*range(x.rank)][::-1]
    if sorted(order) != list(range(x.rank)):
        raise UnsupportedError(f"{order} is no order of {x.rank} axes")
    shape = tuple(x.shape[axis] for axis in order)
    if x.sample is None or order[0]:
        moved = x.mixed or order[0] != 0
        why = "it moves the batch from its place" if moved else "it turns more than three axes"
        value = walk.known("Transpose", (x,), {"perm": order}, operation.node, shape, why)
        value.mixed = moved
        return value
    if x.maker is not None and x.op == "Transpose":
        first = x.maker.attributes["perm"]
        order, x = [first[axis] for axis in order], x.maker.x
    if order == list(range(len(order))):
        return x
    return walk.place(Operation("Transpose", (x,), {"perm": order}, operation.node))


def _turned(value: "Value | None") -> list[int] | None:
    """The order in which a value was turned, if that is what made it."""
    if value is None or value.maker is None or value.op != "Transpose" or value.mixed:
        return None
    order: list[int] = value.maker.attributes["perm"]
    return order


def below_one(operation: "Operation", walk: "Walk") -> "Value | None":
    """An operator on each value by itself, done before the axes are turned."""
    order = _turned(operation.x)
    if order is None or any(v is not None and v.single() is None for v in operation.inputs[1:]):
        return None
    first = operation.x.maker
    assert first is not None  # noqa: S101 it was turned
    inputs = (first.x, *operation.inputs[1:])
    made = walk.put(operation.op, inputs, operation.attributes, operation.node)
    return walk.put("Transpose", (made,), {"perm": order}, first.node)


def below_both(operation: "Operation", walk: "Walk") -> "Value | None":
    """An operator on maps that were all turned alike, or on one and constants along its axes."""
    orders = [_turned(v) for v in operation.maps()]
    order = orders[0] if orders else None
    if order is None or any(other != order for other in orders):
        return None
    place = {axis: number for number, axis in enumerate(order)}
    inputs: list[Value | None] = []
    node = operation.node
    for value in operation.inputs:
        if value is None or value.tensor is None:
            first = None if value is None else value.maker
            inputs.append(None if first is None else first.x)
            node = node if first is None else first.node
            continue
        sizes = (1,) * (len(order) - len(value.tensor.shape)) + value.tensor.shape
        if len(sizes) != len(order):
            return None
        back = [place[axis] for axis in range(len(order))]
        tensor = value.tensor.reshaped(sizes).turned(back)
        inputs.append(value if value.tensor.count == 1 else constant(tensor))
    made = walk.put(operation.op, inputs, operation.attributes, operation.node)
    return walk.put("Transpose", (made,), {"perm": order}, node)


def along_last(operation: "Operation", walk: "Walk") -> "Value | None":
    """A norm over the last axis: over the channels, with that axis in their place, and back."""
    x, last = operation.x, operation.x.rank - 1
    if x.sample is None or last < 2 or operation.attributes.get("axis", -1) not in {-1, last}:  # noqa: PLR2004 batch and channels
        return None
    rest = {name: value for name, value in operation.attributes.items() if name != "axis"}
    turned = walk.put("Transpose", (x,), {"perm": [0, last, *range(1, last)]}, operation.node)
    op = operation.op.replace("Layer", "Channel").replace("RMS", "ChannelRMS")
    made = walk.put(op, (turned, *operation.inputs[1:]), rest, operation.node)
    back = {"perm": [0, *range(2, last + 1), 1]}
    return walk.put("Transpose", (made,), back, operation.node)


def below_reduction(operation: "Operation", walk: "Walk") -> "Value | None":
    """A mean or its like along axes that are called otherwise before they are turned."""
    order = _turned(operation.x)
    axes = operation.inputs[1] if len(operation.inputs) > 1 else None
    if order is None or axes is None or axes.tensor is None:
        return None
    first = operation.x.maker
    assert first is not None  # noqa: S101 it was turned
    gone = [order[int(axis) % len(order)] for axis in axes.tensor.numbers()]
    keep = operation.attributes.get("keepdims", 1)
    made = walk.put(
        operation.op, (first.x, constant(sorted(gone))), operation.attributes, operation.node
    )
    if keep:
        return walk.put("Transpose", (made,), {"perm": order}, first.node)
    left = [axis for axis in order if axis not in gone]
    ranked = sorted(left)
    return walk.put("Transpose", (made,), {"perm": [ranked.index(a) for a in left]}, first.node)


RULES = {
    "Transpose": transpose,
    "LayerNormalization": along_last,
    "RMSNormalization": along_last,
    **dict.fromkeys(ALONE, below_one),
    **dict.fromkeys(TOGETHER, below_both),
    **dict.fromkeys(REDUCTIONS, below_reduction),
}
