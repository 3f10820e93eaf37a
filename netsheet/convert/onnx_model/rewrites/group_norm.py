"""Group normalisation written out: groups laid out as channels, and an instance norm of these.

Since opset 18 there is an operator; before 21 it had γ and β for each group.
"""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, Value, constant, per_channel

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.walk import Walk


def norm(operation: "Operation", walk: "Walk") -> Value | None:
    """`Add` of β to γ times an instance norm of groups, cut back to the map."""
    scaled, beta = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    gamma, cut = scaled.back("Mul", 1), scaled.back("Mul")
    even = None if cut is None else cut.back("Reshape")
    rows = None if even is None else even.back("InstanceNormalization")
    x = None if rows is None else rows.back("Reshape")
    if x is None or even is None or rows is None or rows.shape is None or even.maker is None:
        return None
    if x.shape is None or cut is None or cut.shape != x.shape or gamma is None or beta is None:
        return None
    weight, bias = (per_channel(v.tensor, x.rank, x.shape[1]) for v in (gamma, beta))
    numbers = [v.tensor for v in even.maker.inputs[1:] if v is not None]
    plain = [None if t is None or t.count > x.shape[1] else set(t.numbers()) for t in numbers]
    if weight is None or bias is None or plain != [{1.0}, {0.0}] or x.shape[1] % rows.shape[1]:
        return None
    attributes = {
        "num_groups": rows.shape[1],
        "epsilon": even.maker.attributes.get("epsilon", 1e-5),
    }
    inputs = (x, constant(weight), constant(bias))
    return walk.put("GroupNormalization", inputs, attributes, operation.node)


def of_groups(operation: "Operation", walk: "Walk") -> Value | None:
    """γ and β for each group: the groups are channels of an instance norm."""
    x, groups = operation.x, operation.attributes.get("num_groups", 0)
    if x.sample is None or groups < 1 or x.sample.channels % groups:
        return None
    node = operation.node
    rows = walk.put("Reshape", (x, constant((0, groups, -1))), {}, node)
    rest = {n: v for n, v in operation.attributes.items() if n not in {"num_groups", "stash_type"}}
    even = walk.put("InstanceNormalization", (rows, *operation.inputs[1:]), rest, node)
    return walk.put("Reshape", (even, constant((0, *x.sample))), {}, node)


RULES = {"Add": norm, "GroupwiseNormalization": of_groups}
