"""Dense layers: `Gemm` and `MatMul` with stored weights, and a bias that is added behind.

Weights are turned to torch's order, a row an output. Flattening before them is no row: a dense
layer reads a map as one flat vector.
"""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, constant
from netsheet.convert.onnx_model.tensors import Tensor
from netsheet.core.errors import UnsupportedError

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk

MATRIX = 2
"""Axes of a matrix; and of a batch of vectors."""


def gemm(operation: "Operation", walk: "Walk") -> "Value | None":
    """α·A·B + β·C, where A is the map and B and C are stored."""
    x, matrix, bias = (*operation.inputs, None, None)[:3]
    given = dict(operation.attributes)
    alpha, beta = given.pop("alpha", 1.0), given.pop("beta", 1.0)
    turn, flip = given.pop("transB", 0), given.pop("transA", 0)
    if x is None or matrix is None or matrix.tensor is None or x.tensor is not None:
        raise UnsupportedError("both its matrices are made by the network")
    if flip or given or len(matrix.tensor.shape) != MATRIX:
        raise UnsupportedError("it multiplies along the batch")
    weight = matrix.tensor if turn else matrix.tensor.turned((1, 0))
    if bias is not None and bias.tensor is None:
        raise UnsupportedError("what it adds is made by the network")
    stored = None if bias is None else _bias(bias.tensor, weight.shape[0], beta)
    return _dense(x, _times(weight, alpha), stored, operation, walk)


def matmul(operation: "Operation", walk: "Walk") -> "Value | None":
    """A map times a stored matrix: on a vector a dense layer, else the same at each position."""
    x, matrix = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    if matrix is None or matrix.tensor is None or len(matrix.tensor.shape) != MATRIX:
        return None
    if x.shape is None or x.mixed or x.tensor is not None:
        return None
    weight = matrix.tensor.turned((1, 0))
    if x.rank == MATRIX:
        return _dense(x, weight, None, operation, walk)
    last = x.rank - 1
    turned = walk.put("Transpose", (x,), {"perm": [0, last, *range(1, last)]}, operation.node)
    kernel = weight.reshaped((*weight.shape, *(1,) * (last - 1)))
    made = walk.put("Conv", (turned, constant(kernel)), {}, operation.node)
    return walk.put("Transpose", (made,), {"perm": [0, *range(2, last + 1), 1]}, operation.node)


def plus(operation: "Operation", walk: "Walk") -> "Value | None":
    """A stored vector added to a dense layer without a bias."""
    x, added = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    if x.op != "Gemm" or x.maker is None or x.readers != 1 or added is None:
        return None
    if len(x.maker.inputs) > MATRIX or added.tensor is None or x.shape is None:
        return None
    if added.tensor.count != x.shape[-1] or added.tensor.shape[-1:] != x.shape[-1:]:
        return None
    bias = constant(added.tensor.reshaped((x.shape[-1],)))
    return walk.place(Operation("Gemm", (*x.maker.inputs[:2], bias), {}, x.maker.node))


def _dense(
    x: "Value", weight: Tensor, bias: Tensor | None, operation: "Operation", walk: "Walk"
) -> "Value":
    if x.op == "Flatten" and x.readers == 1 and x.maker is not None:
        x = x.maker.x
    stored = [constant(each) for each in (weight, bias) if each is not None]
    return walk.place(Operation("Gemm", (x, *stored), {}, operation.node))


def _times(tensor: Tensor, factor: float) -> Tensor:
    return tensor if factor == 1 else tensor.changed(lambda array: array * factor)


def _bias(tensor: Tensor | None, outputs: int, beta: float) -> Tensor | None:
    """C as a vector, one number an output."""
    if tensor is None:
        return None
    if tensor.count == outputs and tensor.shape[-1:] == (outputs,):
        return _times(tensor.reshaped((outputs,)), beta)
    if tensor.count == 1:
        from netsheet.convert.onnx_model.tensors import filled

        return filled((outputs,), tensor.array().reshape(()) * beta, tensor.name)
    raise UnsupportedError(f"what it adds is {tensor.shape}, and not one number for each output")


RULES = {"Gemm": gemm, "MatMul": matmul, "Add": plus}
