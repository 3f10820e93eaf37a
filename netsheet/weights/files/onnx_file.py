"""Initialisers of an ONNX model: tensors in the order in which its operators use them.

Requirements met here: what a tensor is for is told by the operator that uses it; values that lie
in a file beside the model are read from its own folder only; nothing is computed.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from netsheet.weights.files import Format, unreadable
from netsheet.weights.table import Entry, Table

USES = {
    "Conv": {1: "weight", 2: "bias"},
    "ConvTranspose": {1: "weight", 2: "bias"},
    "Gemm": {1: "weight", 2: "bias"},
    "MatMul": {1: "weight"},
    "BatchNormalization": {1: "weight", 2: "bias", 3: "running_mean", 4: "running_var"},
    "InstanceNormalization": {1: "weight", 2: "bias"},
    "LayerNormalization": {1: "weight", 2: "bias"},
    "GroupNormalization": {1: "weight", 2: "bias"},
    "PRelu": {1: "weight"},
}
"""What an operator's inputs are for, by their places."""

SORTS = {
    "float": {"FLOAT", "FLOAT16", "DOUBLE", "BFLOAT16"},
    "int": {f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)},
    "bool": {"BOOL"},
}
"""What a dtype is; the others can't be weights."""

PASSED = frozenset({"Identity", "Cast", "Dropout"})
"""Operators behind which a tensor is still itself."""


class Use(NamedTuple):
    """What a tensor is for: the operator's number, the role, and whether a matrix is turned."""

    module: str
    role: str
    turned: bool | None = None


def read(path: Path) -> Table:
    """The initialisers of a model that its operators use, and then the others."""
    import onnx

    model = onnx.load_model(str(path), load_external_data=False)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    uses = dict(_uses(model.graph.node, tensors))
    names = [*uses, *(name for name in tensors if name not in uses)]
    nothing = Use("", "")
    entries = tuple(_entry(path, tensors[name], uses.get(name, nothing)) for name in names)
    return Table(path, entries)


def _uses(nodes: Any, tensors: Mapping[str, Any]) -> Iterator[tuple[str, Use]]:  # noqa: ANN401 onnx's own
    """What each tensor is for, in the order of the operators."""
    same = {name: name for name in tensors}
    made: dict[str, str] = {}
    told: set[str] = set()
    for number, node in enumerate(nodes):
        inputs = [same.get(name, "") for name in node.input]
        if node.op_type in PASSED and inputs and inputs[0]:
            same[node.output[0]] = inputs[0]
            continue
        roles = USES.get(node.op_type, {})
        turned = _turned(node) if node.op_type in {"Gemm", "MatMul"} else None
        for place, name in enumerate(inputs):
            if not name or name in told:
                continue
            use = Use(str(number), roles.get(place, ""), turned if place == 1 else None)
            beside = node.input[1 - place] if node.op_type == "Add" else ""
            if beside in made:
                use = Use(made[beside], "bias")
            told.add(name)
            yield name, use
        if node.op_type == "MatMul":
            made[node.output[0]] = str(number)


def _turned(node: Any) -> bool:  # noqa: ANN401 onnx's own
    """Whether a matrix is kept as inputs × outputs."""
    return not any(each.name == "transB" and each.i for each in node.attribute)


def _entry(path: Path, tensor: Any, use: Use) -> Entry:  # noqa: ANN401 onnx's own
    """An initialiser by its name."""
    import onnx

    dtype = onnx.TensorProto.DataType.Name(tensor.data_type)
    sort = next((sort for sort, dtypes in SORTS.items() if dtype in dtypes), "other")

    def load() -> Any:  # noqa: ANN401 numpy's array
        from onnx import numpy_helper

        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            _fetch(path, tensor)
        value = numpy_helper.to_array(tensor)
        return value.astype("float32") if dtype == "BFLOAT16" else value

    shape = tuple(tensor.dims)
    told = (use.role, use.module, use.turned)
    return Entry(tensor.name, shape, sort, dtype.lower(), load, *told)


def _fetch(path: Path, tensor: Any) -> None:  # noqa: ANN401 onnx's own
    """Read a tensor's values from a file beside the model; FileError for one elsewhere."""
    import onnx

    told = {each.key: each.value for each in tensor.external_data}
    location = PurePosixPath(told.get("location", ""))
    beside = path.parent / location
    inside = path.parent.resolve() in beside.resolve().parents
    if location.is_absolute() or ".." in location.parts or not inside:
        raise unreadable(path, f"its values are said to lie in {location}, outside its folder")
    offset, length = int(told.get("offset", 0)), int(told.get("length", -1))
    with beside.open("rb") as file:
        file.seek(offset)
        most = beside.stat().st_size - offset
        tensor.raw_data = file.read(most if length < 0 else min(length, most))
    tensor.data_location = onnx.TensorProto.DEFAULT


FORMAT = Format("ONNX", (".onnx",), read)
