"""One network in every opset that is read, and with its weights in every place they may lie."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import numpy as np
import onnx
from onnx import external_data_helper, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import netsheet as ns
from netsheet.convert.onnx_model.model import OLDEST
from netsheet.core.errors import FileError, UnsupportedError
from support.onnx_files import assert_close, model, node, results, run, sampled, saved

NEWEST = onnx.defs.onnx_opset_version()

ROWS = [
    *("conv 3×3/2, 4", "batch norm", "relu6", "max pool 2×2/2", "global average pool"),
    *("dropout 50%", "dense 5", "softmax"),
]


def stored(opset: int) -> dict[str, Any]:
    """The weights, with the settings that are inputs in this opset."""
    random = np.random.default_rng(5)
    found: dict[str, Any] = {
        name: (0.5 + random.random(shape)).astype(np.float32)
        for name, shape in {
            "w": (4, 3, 3, 3),
            **dict.fromkeys(("scale", "shift", "mean", "var"), (4,)),
            "v": (4, 5),
            "b": (5,),
        }.items()
    }
    found["sizes"] = np.array([0, 4])
    if opset >= 11:
        found |= {"low": np.array(0, np.float32), "high": np.array(6, np.float32)}
    if opset >= 18:
        found["axes"] = np.array([2, 3])
    return found


def network(opset: int) -> Any:
    """A convolution, a norm, a bound, a pool, a mean, a reshape, dropout, a product and a sum."""
    clip = node("Clip", "n", "r", min=0.0, max=6.0)
    mean = node("ReduceMean", "p", "m", axes=[2, 3], keepdims=1)
    if opset >= 11:
        clip = node("Clip", "n low high", "r")
    if opset >= 18:
        mean = node("ReduceMean", "p axes", "m", keepdims=1)
    nodes = [
        node("Conv", "x w", "c", auto_pad="SAME_UPPER", kernel_shape=[3, 3], strides=[2, 2]),
        node("BatchNormalization", "c scale shift mean var", "n"),
        clip,
        node("MaxPool", "r", "p", kernel_shape=[2, 2], strides=[2, 2]),
        mean,
        node("Reshape", "m sizes", "f"),
        node("Dropout", "f", "d"),
        node("MatMul", "d v", "q"),
        node("Add", "q b", "z"),
        node("Softmax", "z", "y", axis=1),
    ]
    return model(nodes, {"x": ["N", 3, 9, 9]}, ["y"], stored(opset), opset=opset)


def ran(made: Any, path: Path, inputs: dict[str, Any], opset: int) -> Any:
    """What onnxruntime puts out, or onnx's own evaluator for opsets that it doesn't know yet."""
    try:
        return run(path.read_bytes(), inputs)[0]
    except Exception as error:  # onnxruntime's own errors have no common name
        if f"Opset {opset} is under development" not in str(error):
            raise
    found = ReferenceEvaluator(made).run(None, {n: np.asarray(x) for n, x in inputs.items()})
    return next(iter(found))


@pytest.mark.parametrize("opset", range(OLDEST, NEWEST + 1))
def test_every_opset_is_read(opset: int, tmp_path: Path) -> None:
    """From 7 to the newest of the installed package: the same rows, and as they run."""
    made = network(opset)
    path = saved(made, tmp_path)
    net = ns.from_onnx(path)
    assert () == net.missing
    assert "3×9×9" == str(net.input)
    assert ROWS == [
        row.layer.describe() for row in net.graph.rows[1:] if row.layer.kind != "flatten"
    ]
    assert 4 * 3 * 9 + 2 * 4 + 4 * 5 + 5 == net.totals().params
    inputs = sampled({"x": net.input}, 3)
    (actual,) = results(net.to_torch().eval(), inputs)
    assert_close(ran(made, path, inputs, opset), actual)


@pytest.mark.parametrize("opset", [OLDEST - 1, NEWEST + 1])
def test_other_opsets_are_refused(opset: int, tmp_path: Path) -> None:
    """Negative control: the one before the first, and one that the package doesn't know yet."""
    made = network(17)
    made.opset_import[0].version = opset
    with pytest.raises(UnsupportedError, match=f"opset {opset}; read are 7 to {NEWEST}"):
        ns.from_onnx(saved(made, tmp_path))


def in_constants(made: Any) -> None:
    """Move every tensor into a `Constant` node."""
    for tensor in made.graph.initializer:
        made.graph.node.insert(0, helper.make_node("Constant", [], [tensor.name], value=tensor))
    del made.graph.initializer[:]


def among_inputs(made: Any) -> None:
    """List every tensor among the inputs too, as version 3 of the format asked for."""
    made.ir_version = 3
    made.graph.input.extend(
        helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
        for tensor in made.graph.initializer
    )


def beside(made: Any) -> None:
    """Put the values of every tensor into one file beside."""
    external_data_helper.convert_model_to_external_data(
        made, location="weights.bin", size_threshold=0
    )


HOMES = {
    "initialisers": lambda _: None,
    "Constant nodes": in_constants,
    "inputs": among_inputs,
    "a file beside": beside,
}


@pytest.mark.parametrize("home", HOMES)
def test_weights_are_found_wherever_they_lie(home: str, tmp_path: Path) -> None:
    """The same values, under the same names, and the same results."""
    made = network(13)
    inputs = sampled({"x": (3, 9, 9)}, 2)
    expected = run(made.SerializeToString(), inputs)[0]
    plain = ns.from_onnx(saved(made, tmp_path, "plain.onnx"))
    HOMES[home](made)
    path = tmp_path / "net.onnx"
    onnx.save(made, path)
    assert (home == "a file beside") == (tmp_path / "weights.bin").exists()
    net = ns.from_onnx(path)
    assert () == net.missing
    assert plain.totals() == net.totals()
    assert sorted(values.tobytes() for values in plain.weights.values()) == sorted(
        np.asarray(values).tobytes() for values in net.weights.values()
    )
    assert_close(expected, results(net.to_torch().eval(), inputs)[0])


def test_weights_of_one_number_are_found(tmp_path: Path) -> None:
    """`ConstantOfShape` nodes: what they fill a tensor with, and 0 where they don't say."""
    made = network(13)
    kept = [tensor for tensor in made.graph.initializer if tensor.name not in {"w", "b"}]
    del made.graph.initializer[:]
    made.graph.initializer.extend(kept)
    for name, shape, value in (("w", (4, 3, 3, 3), 0.25), ("b", (5,), None)):
        sizes = numpy_helper.from_array(np.array(shape), f"{name}_sizes")
        made.graph.initializer.append(sizes)
        given = {} if value is None else {"value": helper.make_tensor("v", 1, [1], [value])}
        filled = helper.make_node("ConstantOfShape", [sizes.name], [name], **given)
        made.graph.node.insert(0, filled)
    path = saved(made, tmp_path)
    net = ns.from_onnx(path)
    assert ({0.25}, {0.0}) == tuple(
        {*np.unique(net.weights[name])} for name in ("conv1.conv.weight", "dense1.dense.bias")
    )
    inputs = sampled({"x": (3, 9, 9)}, 2)
    assert_close(run(path.read_bytes(), inputs)[0], results(net.to_torch().eval(), inputs)[0])


def test_a_wrong_weight_is_noticed(tmp_path: Path) -> None:
    """Negative control: another number in a single weight, and the results are apart."""
    made = network(13)
    net = ns.from_onnx(saved(made, tmp_path))
    inputs = sampled({"x": (3, 9, 9)}, 2)
    (tensor,) = (each for each in made.graph.initializer if each.name == "v")
    values = numpy_helper.to_array(tensor).copy()
    values[0, 0] += 0.1
    tensor.CopyFrom(numpy_helper.from_array(values, "v"))
    with pytest.raises(AssertionError):
        assert_close(
            run(made.SerializeToString(), inputs)[0], results(net.to_torch().eval(), inputs)[0]
        )


@pytest.mark.parametrize("shape", ["3×17×21", (3, 17, 21)])
def test_an_open_size_is_asked_for_and_taken(shape: str | tuple[int, ...], tmp_path: Path) -> None:
    """A file may leave its height and width open; then they are given."""
    made = network(17)
    for place in (2, 3):
        made.graph.input[0].type.tensor_type.shape.dim[place].dim_param = "side"
    path = saved(made, tmp_path)
    with pytest.raises(FileError, match="say how large it is"):
        ns.from_onnx(path)
    net = ns.from_onnx(path, input=shape)
    assert "4×9×11" == str(net.sheet()["conv1.conv"].output)
    inputs = sampled({"x": (3, 17, 21)}, 2)
    assert_close(run(path.read_bytes(), inputs)[0], results(net.to_torch().eval(), inputs)[0])
