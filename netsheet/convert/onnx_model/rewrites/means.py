"""A mean, or the largest value, over all positions: a global pool."""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, constant

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk

GLOBAL = {"ReduceMean": "GlobalAveragePool", "ReduceMax": "GlobalMaxPool"}


def pool(operation: "Operation", walk: "Walk") -> "Value | None":
    """Of all axes behind the channels; where these axes go, a vector is left."""
    x, axes = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    if x.sample is None or x.rank < 3 or axes is None or axes.tensor is None:  # noqa: PLR2004 batch, channels and an axis
        return None
    gone = {int(axis) % x.rank for axis in axes.tensor.numbers()}
    if gone != set(range(2, x.rank)):
        return None
    pooled = walk.place(Operation(GLOBAL[operation.op], (x,), {}, operation.node))
    if operation.attributes.get("keepdims", 1):
        return pooled
    sizes = constant((0, x.sample.channels))
    return walk.put("Reshape", (pooled, sizes), {}, operation.node)


RULES = dict.fromkeys(GLOBAL, pool)
