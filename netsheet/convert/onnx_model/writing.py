"""A network as an ONNX file: operators, sizes, weights, and the sheet that it comes from.

Requirements met here: the batch is left open, everything else is as large as the sheet says;
operators are those of opset 17 in a file of version 8 (ONNX 1.12, 2022), which every runtime of
today reads; a file that would be too large for its format is refused before it is made.
"""

from typing import TYPE_CHECKING, Any

from netsheet.convert.format import Weights
from netsheet.convert.onnx_model.builder import Fixed, Laid
from netsheet.convert.onnx_model.library import onnx_of, producer
from netsheet.convert.onnx_model.plan import Plan, plan
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import Graph
from netsheet.text.write import title, write_markdown

if TYPE_CHECKING:
    from netsheet.core.shape import Shape

OPSET = 17
IR_VERSION = 8

BATCH = "N"
"""What the open batch is called in the file."""

SHEET = "netsheet.sheet"
"""Under this name the file carries its sheet."""

LARGEST = 2**31 - 2**20
"""Bytes that a file can have: its format counts them in 31 bits; a little is kept for the rest."""


def write(graph: Graph, weights: Weights) -> bytes:
    """The whole file. Without weights it has those that `to_torch()` draws, the same each time.

    UnsupportedError names a row that ONNX can't say, a tensor that is missing or has another
    shape, and tells where a file would be too large.
    """
    made = plan(graph)
    size = 4 * sum(map(_count, made.tensors.values()))
    if size > LARGEST:
        message = f"its weights take {size:,} bytes, and an ONNX file has at most {LARGEST:,}"
        raise UnsupportedError(message)
    model = _model(graph, made)
    _fill(model.graph, made, weights or _drawn(graph))
    data: bytes = model.SerializeToString()
    return data


def _model(graph: Graph, made: Plan) -> Any:
    """The file but for its weights."""
    onnx = onnx_of()
    model = onnx.ModelProto(ir_version=IR_VERSION, producer_name="netsheet")
    model.producer_version = producer()
    model.opset_import.add(domain="", version=OPSET)
    model.metadata_props.add(key=SHEET, value=write_markdown(graph))
    model.graph.name = title(graph) or "network"
    model.graph.node.extend(map(node_of, made.nodes))
    for name, constant in made.constants.items():
        model.graph.initializer.append(_tensor(name, constant))
    for listed, values in ((model.graph.input, made.inputs), (model.graph.output, made.outputs)):
        listed.extend(_value(name, shape, once=name in made.once) for name, shape in values.items())
    inner = made.sizes.keys() - made.inputs.keys() - made.outputs.keys()
    model.graph.value_info.extend(
        _value(name, shape, once=name in made.once)
        for name, shape in made.sizes.items()
        if name in inner
    )
    return model


def node_of(laid: Laid) -> Any:
    """An operator as the file has it."""
    from onnx import helper

    attributes = {name: _plain(value) for name, value in laid.attributes}
    return helper.make_node(laid.op, laid.inputs, [laid.output], laid.name, **attributes)


def _plain(value: Any) -> Any:
    """An attribute's value in Python's own types."""
    if isinstance(value, str | float):
        return value
    return int(value) if isinstance(value, int) else [int(each) for each in value]


def _tensor(name: str, constant: Fixed) -> Any:
    import numpy as np
    from onnx import numpy_helper

    values = np.array(constant.values, np.int64 if constant.whole else np.float32)
    return numpy_helper.from_array(values.reshape(constant.shape), name)


def _value(name: str, shape: "Shape", *, once: bool) -> Any:
    from onnx import TensorProto, helper

    batch: int | str = 1 if once else BATCH
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, *map(int, shape)])


def _drawn(graph: Graph) -> Weights:
    """The weights that the network's torch module begins with."""
    try:
        from netsheet.run.realise import realise
    except ImportError as error:
        message = "an ONNX file holds weights, and there are none: to draw some, install torch"
        raise UnsupportedError(message) from error
    found: Weights = realise(graph).state_dict()
    return found


def _fill(graph: Any, made: Plan, weights: Weights) -> None:
    """Put the weights' values into the file."""
    for name, shape in made.tensors.items():
        values = weights.get(name)
        if values is None:
            raise UnsupportedError(f'the network needs "{name}", and has no such weights')
        if tuple(values.shape) != shape:
            sizes = ("×".join(map(str, each)) or "a number" for each in (values.shape, shape))
            raise UnsupportedError(f'"{name}" is {" and must be ".join(sizes)}')
        stored = graph.initializer.add(name=name, data_type=1, dims=shape)
        stored.raw_data = _bytes(values)


def _bytes(values: Any) -> bytes:
    """A tensor's values, torch's or numpy's, as little-endian 32-bit floats."""
    import numpy as np

    if hasattr(values, "detach"):
        values = values.detach().cpu().float().numpy()
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count
