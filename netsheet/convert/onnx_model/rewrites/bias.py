"""A bias that is added behind a convolution, and one that an exporter made up of zeros."""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, constant, per_channel
from netsheet.convert.onnx_model.tensors import MOST_SETTINGS

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk

WITHOUT = 2
"""Inputs of a convolution without a bias."""


def add(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Add` of a stored number a channel to a convolution that has no bias."""
    x, added = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    if x.maker is None or x.op not in {"Conv", "ConvTranspose"} or x.readers != 1 or added is None:
        return None
    if len(x.maker.inputs) > WITHOUT or x.maker.layer is None or x.sample is None:
        return None
    bias = per_channel(added.tensor, x.rank, x.sample.channels)
    if bias is None:
        return None
    inputs = (*x.maker.inputs, constant(bias))
    return walk.place(Operation(x.op, inputs, x.maker.attributes, x.maker.node))


def none(operation: "Operation", walk: "Walk") -> "Value | None":
    """A convolution whose bias is no tensor of the file, but zeros that are made up, has none."""
    bias = operation.inputs[WITHOUT] if len(operation.inputs) > WITHOUT else None
    if bias is None or bias.tensor is None or bias.tensor.stored:
        return None
    if bias.tensor.count > MOST_SETTINGS or any(bias.tensor.numbers()):
        return None
    return walk.put(operation.op, operation.inputs[:WITHOUT], operation.attributes, operation.node)


RULES = {"Add": add, "Conv": none, "ConvTranspose": none}
