"""Networks written as ONNX and read again: by the sheet that the file carries, and without it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import numpy as np
import onnx

import netsheet as ns
from netsheet.convert.onnx_model import write
from netsheet.core.errors import RuleError
from netsheet.core.graph import Graph
from netsheet.layers.absent import Absent
from netsheet.layers.registry import kinds
from netsheet.run.realise import realise
from support.onnx_files import assert_close, layer, outputs, sampled, shared, unlike
from support.strategies import graphs

VANISHING = {"flatten", "identity", "permute", "reshape", "stochastic depth"}
"""Kinds of which nothing, or nothing in its own place, is left in operators."""

WRITTEN_OUT = {
    "adaptive average pool": "products with shares, where windows are uneven",
    "adaptive max pool": "windows gathered, where they are uneven",
    "rms norm": "squares, their mean and its root",
}
"""Kinds that are read as other rows where they are written step by step."""

KNOWN = [
    kind.kind
    for kind in kinds()
    if kind.inputs[1] and not isinstance(kind.from_onnx, Absent) and kind.kind not in WRITTEN_OUT
]
"""Kinds that are read from their operators."""

ZOO = ("resnet18", "mobilenet_v2", "shufflenet_v2_x0_5", "squeezenet1.1")


def there_and_back(graph: Graph, *, sheet: bool = True) -> tuple[Any, ns.Net]:
    """The network's module, and the network that is read from what it is written as."""
    module = unlike(realise(graph))
    data = write(graph, module.state_dict())
    if not sheet:
        model = onnx.load_from_string(data)
        del model.metadata_props[:]
        data = model.SerializeToString()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.onnx"
        path.write_bytes(data)
        net = ns.load(path)
        return module, replace(net, weights=dict(net.weights))


def assert_same_by_its_sheet(graph: Graph) -> None:
    """Require the same rows, name for name, and the same weights, number for number."""
    module, net = there_and_back(graph)
    assert () == net.missing
    assert graph.name == net.name
    assert graph.rows == net.graph.rows
    state = {
        name: x.numpy() for name, x in module.state_dict().items() if x.dtype.is_floating_point
    }
    assert {*net.weights} <= {*state}
    for name, values in net.weights.items():
        assert np.array_equal(state[name], values), name


def assert_same_by_its_operators(graph: Graph) -> ns.Net:
    """Require the same stored numbers, multiply-adds and results where the sheet is not there."""
    module, net = there_and_back(graph, sheet=False)
    assert () == net.missing
    before, after = ns.Net(graph).totals(), net.totals()
    assert (before.params + before.buffers, before.macs) == (
        after.params + after.buffers,
        after.macs,
    )
    inputs = sampled(module.shapes, 2)
    wanted, found = outputs(module, inputs), outputs(net.to_torch().eval(), inputs)
    pairs = [
        (expected, actual)
        for name, expected in wanted.items()
        for other, actual in found.items()
        if other == name or other.startswith(f"{name}.")
    ]  # by name where a row is still called so: what does nothing leaves none
    for expected, actual in pairs or zip(wanted.values(), found.values(), strict=True):
        assert_close(expected, actual)
    return net


@given(graph=graphs(ranks=(1, 2, 3)))
@settings(max_examples=40, deadline=None)
def test_random_networks_come_back_by_their_sheets(graph: Graph) -> None:
    """Of every kind, whatever their attributes."""
    assume(not any(isinstance(row.layer.to_onnx, Absent) for row in graph.rows[1:]))
    assert_same_by_its_sheet(graph)


def plain(graph: Graph) -> bool:
    """Whether each row is read as one: none joins a single map, none is written step by step."""
    return not any(
        (row.layer.kind in {"add", "concat"} and len(row.reads) == 1)
        or (row.layer.kind == "average pool" and row.layer.rounding == "up")
        for row in graph.rows
    )


@given(graph=graphs([kind for kind in KNOWN if kind not in VANISHING], ranks=(1, 2, 3)))
@settings(max_examples=60, deadline=None)
def test_random_networks_come_back_by_their_operators(graph: Graph) -> None:
    """Of every kind that operators tell."""
    assume(plain(graph))
    assert_same_by_its_operators(graph)


def smaller(name: str) -> Graph:
    """A network of the zoo on a small input."""
    return ns.load(name, input="3×64×64").graph


@pytest.mark.parametrize("name", ZOO)
def test_the_zoo_comes_back_by_its_sheets(name: str) -> None:
    """Every row, name and number."""
    assert_same_by_its_sheet(smaller(name))


@pytest.mark.parametrize("name", ZOO)
def test_the_zoo_comes_back_by_its_operators(name: str) -> None:
    """Without the sheet too, every row has its name and its cells."""
    graph = smaller(name)
    net = assert_same_by_its_operators(graph)
    expected, actual = ns.Net(graph).sheet(), net.sheet()
    assert ns.Net(graph).rows == net.rows
    for row in net.rows:
        for column in ("output", "params", "macs", "neurons", "receptive_field"):
            assert getattr(expected[row], column) == getattr(actual[row], column), (row, column)


def test_lenet_comes_back_by_its_sheet() -> None:
    """Connections by a table, learnt subsampling, codes: kinds that operators don't tell."""
    assert_same_by_its_sheet(ns.load("lenet5").graph)


def test_shared_weights_come_back_shared() -> None:
    """By the sheet and by the operators: all of a row's, or one of them."""
    graph = shared()
    assert_same_by_its_sheet(graph)
    assert graph.rows == assert_same_by_its_operators(graph).graph.rows


# --- a sheet that is no longer what the file computes ---


def written(graph: Graph) -> Any:
    """The model of a network."""
    return onnx.load_from_string(write(graph, {}))


def changed(kind: str) -> Iterator[tuple[str, Any]]:
    """Models that something was changed in since they were written."""
    net = ns.Net.build(
        "small",
        (3, 8, 8),
        [
            ("conv", layer("conv", out=4, kernel=3, padding="same")),
            ("act", layer("relu")),
            ("drop", layer("dropout", drop=0.3)),
            ("fc", layer("dense", out=2)),
        ],
    )
    model = written(net.graph)
    match kind:
        case "an operator":
            model.graph.node[1].op_type = "Sigmoid"
        case "an attribute":
            model.graph.node[0].attribute[0].ints[0] = 3
            next(a for a in model.graph.node[0].attribute if a.name == "pads").ints[0] = 2
        case "an operator's name":
            model.graph.node[1].name = "other"
        case "an operator less":
            del model.graph.node[2]
            model.graph.node[2].input[0] = "act"
        case "a constant":
            tensor = next(t for t in model.graph.initializer if t.name == "drop/fixed_0")
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.array(0.9, "f"), tensor.name))
        case "a tensor's size":
            tensor = next(t for t in model.graph.initializer if t.name == "fc.weight")
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.zeros((3, 256), "f"), tensor.name))
        case "the input's size":
            model.graph.input[0].type.tensor_type.shape.dim[2].dim_value = 9
        case "the sheet":
            text = model.metadata_props[0].value
            model.metadata_props[0].value = text.replace("relu", "sigmoid")
        case "all of the sheet":
            model.metadata_props[0].value = "# nonsense\n\n| name | layer |\n|---|---|\n| a | b |\n"
    yield kind, model


CHANGES = (
    *("an operator", "an attribute", "an operator's name", "an operator less", "a constant"),
    *("a tensor's size", "the input's size", "the sheet", "all of the sheet"),
)


@pytest.mark.parametrize("kind", CHANGES)
def test_a_sheet_that_the_file_belies_is_not_believed(kind: str, tmp_path: Path) -> None:
    """Negative control: after any change the file is read from its operators, and says so."""
    ((_, model),) = changed(kind)
    path = tmp_path / "net.onnx"
    path.write_bytes(model.SerializeToString())
    net = ns.load(path)
    assert net.notes[0].startswith("the sheet that the file carries is not what it computes")


def test_an_unchanged_file_is_believed(tmp_path: Path) -> None:
    """The control's control: nothing changed, nothing noted."""
    ((_, model),) = changed("nothing")
    path = tmp_path / "net.onnx"
    path.write_bytes(model.SerializeToString())
    net = ns.load(path)
    assert () == net.notes
    assert "same" == net.graph.rows[1].layer.padding


def test_a_file_of_ours_is_read_on_another_input(tmp_path: Path) -> None:
    """As any network is, as long as its layers accept it."""
    ns.load("squeezenet1.1", input="3×64×64").write(tmp_path / "net.onnx")
    assert "3×96×80" == str(ns.load(tmp_path / "net.onnx", input="3×96×80").input)
    with suppress(RuleError):
        ns.load(tmp_path / "net.onnx", input="3×1×1").sheet()
