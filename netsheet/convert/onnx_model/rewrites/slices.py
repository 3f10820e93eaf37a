"""Parts of a map: `Split`, `Slice` and `Gather`.

What no layer cuts out keeps its place, and its shape is known.
"""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from netsheet.convert.onnx_model.operation import Operation, constant
from netsheet.core.errors import UnsupportedError

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.model import Node
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk

MOST_PARTS = 4096


def split(
    walk: "Walk", inputs: "Sequence[Value | None]", attributes: dict[str, Any], node: "Node"
) -> "list[Value]":
    """The parts of a map along an axis, each a `Slice`."""
    x, *rest = inputs
    if x is None or x.shape is None:
        raise UnsupportedError("it reads what is not known")
    axis = attributes.get("axis", 0) % x.rank
    size = x.shape[axis]
    count = attributes.get("num_outputs", len(node.outputs))
    if rest and rest[0] is not None:
        if rest[0].tensor is None:
            raise UnsupportedError("its parts are only known as it runs")
        parts = [int(n) for n in rest[0].tensor.numbers()]
    else:
        each = ceil(size / max(1, count))
        parts = [min(each, size - start) for start in range(0, size, each or 1)]
    if sum(parts) != size or len(parts) != len(node.outputs) or len(parts) > MOST_PARTS:
        raise UnsupportedError(f"parts of {parts[:8]} are not all of {size}")
    found, start = [], 0
    for part in parts:
        edges = (constant((n,)) for n in (start, start + part, axis))
        found.append(walk.put("Slice", (x, *edges), {}, node))
        start += part
    return found


def slice_of(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Slice` with known edges; all of an axis is no slice."""
    x, *rest = operation.inputs
    if x is None or x.shape is None or x.mixed:
        return None
    if any(v is None or v.tensor is None for v in rest[:2]):
        raise UnsupportedError("its edges are only known as it runs")
    starts, ends, axes, steps = (
        None if v is None or v.tensor is None else [int(n) for n in v.tensor.numbers()]
        for v in (*rest, None, None)[:4]
    )
    assert starts is not None  # noqa: S101 looked at above
    assert ends is not None  # noqa: S101 looked at above
    axes = list(range(len(starts))) if axes is None else [axis % x.rank for axis in axes]
    steps = [1] * len(starts) if steps is None else steps
    shape, kept = list(x.shape), []
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        if not step:
            raise UnsupportedError("its steps are 0")
        stop = None if step < 0 and end < -x.shape[axis] else end
        cut = slice(start, stop, step).indices(x.shape[axis])
        shape[axis] = len(range(*cut))
        if range(*cut) != range(x.shape[axis]):
            kept.append((axis, cut))
    if not kept:
        return x
    if min(shape) < 1:
        raise UnsupportedError("nothing is left of it")
    edges = [constant([cut[part] for _, cut in kept]) for part in range(3)]
    axis_list = constant([axis for axis, _ in kept])
    inputs = (x, edges[0], edges[1], axis_list, edges[2])
    value = walk.place(Operation("Slice", inputs, {}, operation.node))
    if value.maker is not None and value.maker.layer is None:
        value.shape = tuple(shape)
        value.mixed = shape[0] != walk.batch
    return value


NEAREST = {
    "mode": "nearest",
    "coordinate_transformation_mode": "asymmetric",
    "nearest_mode": "floor",
}
"""Attributes of a `Resize` that takes the pixel in which each place lies."""


def gather(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Gather` of known places: one after the other a `Slice`, dealt out in turn a shuffle."""
    x, places = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    if x.shape is None or x.mixed or places is None or x.tensor is not None:
        return None
    if places.tensor is None:
        raise UnsupportedError("its places are only known as it runs")
    axis = operation.attributes.get("axis", 0) % x.rank
    chosen = [int(n) % x.shape[axis] for n in places.tensor.numbers()]
    shape = (*x.shape[:axis], *places.tensor.shape, *x.shape[axis + 1 :])
    runs = chosen == list(range(chosen[0], chosen[0] + len(chosen))) if chosen else False
    node = operation.node
    if runs and len(places.tensor.shape) < 2:  # noqa: PLR2004 a list, or one place
        edges = (constant((n,)) for n in (chosen[0], chosen[-1] + 1, axis))
        part = walk.put("Slice", (x, *edges), {}, node)
        if places.tensor.shape or part.shape is None:
            return part
        return walk.put("Squeeze", (part, constant((axis,))), {}, node)
    groups = _dealt(chosen) if axis == 1 and len(chosen) == x.shape[1] else 0
    if groups:
        return walk.put("ChannelShuffle", (x,), {"groups": groups}, node)
    many = len(chosen)
    if axis > 1 and chosen == [place * x.shape[axis] // many for place in range(many)]:
        return walk.put("Resize", (x, None, None, constant(shape)), dict(NEAREST), node)
    value = walk.known("Gather", (x,), {}, node, shape, "it picks places one by one")
    value.mixed = shape[:1] != (walk.batch,)
    return value


def _dealt(chosen: Sequence[int]) -> int:
    """Into how many groups channels were dealt out in turn; 0 if they weren't."""
    if len(chosen) < 2 or chosen[0] != 0 or chosen[1] < 2 or len(chosen) % chosen[1]:  # noqa: PLR2004 two of something
        return 0
    each = chosen[1]
    groups = len(chosen) // each
    wanted = [group * each + place for place in range(each) for group in range(groups)]
    return groups if list(chosen) == wanted else 0


RULES = {"Slice": slice_of, "Gather": gather}
