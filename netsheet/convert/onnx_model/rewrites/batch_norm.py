"""Batch norm in two pieces: the statistics, and a factor and a summand for each channel behind.

Caffe's networks have them as two layers, `BatchNorm` and `Scale`: the file then stores four
numbers a channel for the two that are learnt. They are read as one norm, with both products.
"""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, constant, per_channel
from netsheet.convert.onnx_model.tensors import Tensor

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk


def shift(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Add` of a stored number a channel to such a product with a `BatchNormalization`."""
    product, added = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    norm = product.back("Mul")
    if norm is None or norm.op != "BatchNormalization" or norm.maker is None or added is None:
        return None
    if product.readers != 1 or norm.readers != 1 or norm.sample is None or product.maker is None:
        return None
    channels, rank = norm.sample.channels, norm.rank
    times = product.maker.inputs[1]
    factor = per_channel(None if times is None else times.tensor, rank, channels)
    summand = per_channel(added.tensor, rank, channels)
    x, gamma, beta, *statistics = norm.maker.inputs
    if factor is None or summand is None or gamma is None or beta is None:
        return None
    if gamma.tensor is None or beta.tensor is None:
        return None
    scale, offset = gamma.tensor, beta.tensor
    weight = Tensor(factor.name, (channels,), lambda: scale.array() * factor.array())
    bias = Tensor(
        summand.name, (channels,), lambda: offset.array() * factor.array() + summand.array()
    )
    walk.merged += 1
    inputs = (x, constant(weight), constant(bias), *statistics)
    return walk.place(
        Operation("BatchNormalization", inputs, norm.maker.attributes, norm.maker.node)
    )


RULES = {"Add": shift}
