"""Operators of older opsets, brought to the spelling of the newest.

What used to be attributes are inputs now: `axes`, `pads`, `min` and `max`; some defaults and
meanings changed. Where an old meaning has no new spelling, that is said.
"""

from typing import Any, NamedTuple

from netsheet.convert.onnx_model.operation import Value
from netsheet.convert.onnx_model.tensors import of_array
from netsheet.core.errors import UnsupportedError

INPUTS: dict[str, tuple[str, ...]] = {
    "Clip": ("min", "max"),
    "Dropout": ("ratio",),
    "Pad": ("pads", "value"),
    "Slice": ("starts", "ends", "axes"),
    "Split": ("split",),
    "Squeeze": ("axes",),
    "Unsqueeze": ("axes",),
    "Upsample": ("scales",),
    **{
        f"Reduce{name}": ("axes",)
        for name in ("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum")
    },
    "ReduceSumSquare": ("axes",),
}
"""Inputs behind the first one that were attributes once, in their order."""

COMMUTATIVE = frozenset({"Add", "Mul"})


class Spelled(NamedTuple):
    """An operator in the newest spelling."""

    op: str
    inputs: tuple[Value | None, ...]
    attributes: dict[str, Any]


def modern(
    op: str, inputs: tuple[Value | None, ...], attributes: dict[str, Any], opset: int
) -> Spelled:
    """An operator of this opset in the newest spelling; UnsupportedError where there is none."""
    inputs = _filled_in(op, inputs, attributes)
    while inputs and inputs[-1] is None:
        inputs = inputs[:-1]
    if op == "Upsample":
        return _upsample(inputs, attributes)
    if op == "Resize" and opset < 11:  # noqa: PLR2004 where Resize got its coordinates
        x, *scales = inputs
        attributes |= {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return Spelled(op, (x, None, *scales), attributes)
    if op in {"Softmax", "LogSoftmax"} and opset < 13:  # noqa: PLR2004 where the axis is one axis
        _one_axis(inputs, attributes)
    if op == "GroupNormalization" and opset < 21:  # noqa: PLR2004 where γ is a channel's
        return Spelled("GroupwiseNormalization", inputs, attributes)
    if op in COMMUTATIVE and len(inputs) == 2:  # noqa: PLR2004 operands
        first, second = inputs
        if first is not None and first.tensor is not None:
            inputs = (second, first)
    return Spelled(op, inputs, attributes)


def _filled_in(
    op: str, inputs: tuple[Value | None, ...], attributes: dict[str, Any]
) -> tuple[Value | None, ...]:
    """The inputs, with attributes that became inputs in their places."""
    import numpy as np

    found = list(inputs)
    for place, name in enumerate(INPUTS.get(op, ()), start=1):
        if name not in attributes:
            continue
        found += [None] * (place + 1 - len(found))
        given = attributes.pop(name)
        if found[place] is None:
            decimals = isinstance(given, float) or (given and isinstance(given[0], float))
            array = np.array(given, np.float32 if decimals else np.int64)
            found[place] = Value(name, array.shape, of_array(array))
    return tuple(found)


def _upsample(inputs: tuple[Value | None, ...], attributes: dict[str, Any]) -> Spelled:
    """`Upsample` as the `Resize` that it became."""
    x, *scales = inputs
    mode = attributes.pop("mode", "nearest")
    attributes |= {"mode": "linear" if mode == "bilinear" else mode}
    attributes |= {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return Spelled("Resize", (x, None, *scales), attributes)


def _one_axis(inputs: tuple[Value | None, ...], attributes: dict[str, Any]) -> None:
    """The old softmax goes over an axis and all behind it: the same if those have one place."""
    axis = attributes.setdefault("axis", 1)
    shape = inputs[0].shape if inputs and inputs[0] is not None else None
    if shape is None or not -len(shape) <= axis < len(shape):
        return
    places = [place for place in range(axis % len(shape), len(shape)) if shape[place] != 1]
    if len(places) > 1:
        raise UnsupportedError(f"it goes over axis {axis} and all behind it at once")
    attributes["axis"] = places[0] if places else axis


__all__ = ["Spelled", "modern"]
