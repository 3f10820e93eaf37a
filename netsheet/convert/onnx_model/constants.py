"""Values that are known when the file is read: constants, shapes, and sums of these."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netsheet.convert.onnx_model.fold import fold
from netsheet.convert.onnx_model.modern import modern
from netsheet.convert.onnx_model.operation import Value
from netsheet.convert.onnx_model.tensors import MADE_UP, Tensor, of_array
from netsheet.core.errors import UnsupportedError

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.model import Node


def known_value(
    node: "Node", inputs: Sequence[Value | None], attributes: dict[str, Any], opset: int
) -> Value | None:
    """The value of an operator on constants alone, or on nothing but a shape; else None."""
    import numpy as np

    name = node.outputs[0] if node.outputs else ""
    if node.op in {"Shape", "Size"} and inputs and inputs[0] is not None:
        shape = inputs[0].shape
        if shape is None:
            raise UnsupportedError("it asks for a size that nobody knows")
        sizes = np.array(shape, np.int64)[_span(len(shape), **attributes)]
        return _known(of_array(sizes if node.op == "Shape" else sizes.prod()), name)
    if node.op == "Constant":
        return _known(_given(attributes), name)
    if not inputs or any(value is not None and value.tensor is None for value in inputs):
        return None
    spelled = modern(node.op, tuple(inputs), attributes, opset)
    tensors = [None if value is None else value.tensor for value in spelled.inputs]
    with np.errstate(all="ignore"):
        tensor = fold(spelled.op, tensors, spelled.attributes)
    if tensor is None:
        return None
    # an Identity gives a tensor a name of its own: exporters write one for each of equal tensors
    return _known(replace(tensor, name="") if node.op == "Identity" else tensor, name)


def _known(tensor: Tensor, name: str) -> Value:
    """A constant, which is called as the value if it has no name yet."""
    called = tensor.name or name
    made_up = MADE_UP.fullmatch(called) or called.isdigit()
    named = replace(tensor, name=called, stored=tensor.stored or not made_up)
    return Value(called, named.shape, named)


def _span(rank: int, start: int = 0, end: int | None = None) -> slice:
    """The axes whose sizes are asked for."""
    return slice(*slice(start, end).indices(rank))


def _given(attributes: dict[str, Any]) -> Tensor:
    """The value of a `Constant`, in whichever attribute it stands."""
    import numpy as np

    for key, dtype in (("float", np.float32), ("int", np.int64)):
        for name in (f"value_{key}", f"value_{key}s"):
            if name in attributes:
                return of_array(np.array(attributes[name], dtype))
    value = attributes.get("value")
    if not isinstance(value, Tensor):
        raise UnsupportedError("it is a constant of a kind that no layer has")
    return value
