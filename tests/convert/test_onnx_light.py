"""The nine networks that come with the onnx package, without their weights' values.

They were made by Caffe2: old operators, weights that are one number filled in, names of layers
only in the names of tensors.
"""

from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("onnx")

import numpy as np
import onnx
from onnx import helper, numpy_helper

import netsheet as ns
from support.onnx_files import assert_close, results, run, sampled

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"

PUBLISHED = {
    "bvlc_alexnet": 60_965_224,
    "inception_v1": 6_998_552,
    "resnet50": 25_557_032,
    "squeezenet": 1_235_496,
    "vgg19": 143_667_240,
    "densenet121": 7_978_856,
}
"""Parameters as published: of AlexNet with two groups, of GoogLeNet, VGG-19, and torchvision's."""

COUNTED = {"inception_v2": 11_194_984, "shufflenet": 1_393_320, "zfnet512": 87_250_536}
"""Parameters of the others, counted over the files' tensors below."""


@cache
def read(name: str) -> ns.Net:
    """One of the networks."""
    return ns.load(LIGHT / f"light_{name}.onnx")


def sizes(model: Any) -> dict[str, int]:
    """How many values each tensor of a model has, stored or filled in, by name."""
    shapes = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    found = {name: array.size for name, array in shapes.items() if array.dtype.kind == "f"}
    for each in model.graph.node:
        if each.op_type == "ConstantOfShape":
            found[each.output[0]] = prod(shapes[each.input[0]].tolist())
    return found


def count(model: Any) -> int:
    """Parameters of a model, from its nodes: every tensor that convolutions, norms and sums read.

    Statistics are none. Of a batch norm that a factor and a summand for each channel follow, its
    own are none either: Caffe's has none.
    """
    stored = sizes(model)
    reader = {name: each for each in model.graph.node for name in each.input}
    inner: set[str] = set()
    total = 0
    for each in model.graph.node:
        if each.op_type == "BatchNormalization":
            inner |= {*each.input[3:]}
            then = reader[each.output[0]]
            if then.op_type == "Mul" and reader[then.output[0]].op_type == "Add":
                inner |= {*each.input[1:3]}
    read = {
        name
        for each in model.graph.node
        for name in each.input
        if each.op_type != "ConstantOfShape"
    }
    for name in read & stored.keys() - inner:
        total += stored[name]
    return total


@pytest.mark.parametrize(("name", "params"), {**PUBLISHED, **COUNTED}.items())
def test_totals_are_those_of_the_file_and_as_published(name: str, params: int) -> None:
    """Read, counted over the file's tensors, and published: one number. Nothing is missing."""
    net = read(name)
    assert () == net.missing
    assert params == net.sheet().total.params
    assert params == count(onnx.load(LIGHT / f"light_{name}.onnx"))


def test_every_light_network_is_tried() -> None:
    """None of those in the package is left out."""
    names = {path.stem.removeprefix("light_") for path in LIGHT.glob("*.onnx")}
    assert names == PUBLISHED.keys() | COUNTED.keys()


def test_rows_have_the_names_of_their_layers() -> None:
    """From the tensors' names, with what follows in place in the row above."""
    sheet = read("bvlc_alexnet").to_markdown().splitlines()
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in sheet[4:]]
    names = [row[0] for row in table[2:]]
    assert names == [
        *("conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool3"),
        *("fc6", "fc7", "fc8", "prob_1"),
    ]
    then = dict(zip(names, (row[table[0].index("then")] for row in table[2:]), strict=True))
    assert "relu, local response norm (alpha=2e-05, constant=1)" == then["conv1"]
    assert "relu, dropout" == then["fc6"]


def test_blocks_are_groups() -> None:
    """An inception module's pool and concatenation, which have no names, lie in it."""
    groups = [node.name for node in read("inception_v1").graph.outline if len(node.children) > 2]
    assert [
        f"inception_{part}" for part in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")
    ] == groups
    (block,) = [n for n in read("inception_v1").graph.outline if n.name == "inception_3a"]
    assert ["1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool", "pool_proj", "concat"] == [
        child.label for child in block.children
    ]


def test_norms_in_two_pieces_are_said() -> None:
    """Four numbers a channel are stored, and two learnt."""
    (note,) = read("densenet121").notes
    assert note.startswith("121 batch norms with a layer of its own for factor and summand")


def filled(name: str) -> bytes:
    """The network with random numbers for weights, as large as He's."""
    generator = np.random.default_rng(3)
    model = onnx.load(LIGHT / f"light_{name}.onnx")
    shapes = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    kept = [each for each in model.graph.node if each.op_type != "ConstantOfShape"]
    for each in model.graph.node:
        if each.op_type == "ConstantOfShape":
            shape = shapes[each.input[0]].tolist()
            if len(shape) > 1:
                values = generator.normal(0, (2 / prod(shape[1:])) ** 0.5, shape)
            else:
                values = generator.uniform(0.4, 0.7, shape)
            tensor = numpy_helper.from_array(values.astype(np.float32), each.output[0])
            model.graph.initializer.append(tensor)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    for tensor in model.graph.initializer:  # version 3 lists them among the inputs
        if tensor.name not in {given.name for given in model.graph.input}:
            model.graph.input.append(
                helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
            )
    data: bytes = model.SerializeToString()
    return data


@pytest.mark.parametrize("name", ["squeezenet", "shufflenet", "densenet121"])
def test_with_weights_they_run_as_on_onnxruntime(name: str, tmp_path: Path) -> None:
    """Old spellings, shuffled channels, norms in two pieces: the same numbers come out."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    path = tmp_path / "net.onnx"
    path.write_bytes(filled(name))
    net = ns.load(path)
    inputs = sampled({"x": net.input}, 1)
    given = onnx.load(path, load_external_data=False).graph.input
    stored = {t.name for t in onnx.load(path).graph.initializer}
    (called,) = [value.name for value in given if value.name not in stored]
    (expected,) = run(path.read_bytes(), {called: inputs["x"]})
    (actual,) = results(net.to_torch().eval(), inputs)
    assert float(np.std(expected)) > 1e-6
    assert_close(expected * 1000, np.asarray(actual).reshape(expected.shape) * 1000)
