"""Networks written as ONNX: every kind and every small network of the zoo runs as on torch."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netsheet as ns
from netsheet.convert.onnx_model.builder import operators
from netsheet.core.errors import RuleError, UnsupportedError
from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.absent import Absent
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.layers.registry import kinds
from netsheet.layers.relu import Relu
from netsheet.zoo.catalogue import Entry, catalogue
from support.onnx_files import (
    assert_close,
    assert_written_right,
    layer,
    results,
    run,
    sampled,
    shared,
    unlike,
)
from support.strategies import Case, cases, example_cases, graphs

WRITTEN = [kind for kind in kinds() if not isinstance(kind.to_onnx, Absent)]
EVERY_WRITTEN_KIND = pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.kind)

MOST_PARAMS, MOST_MACS = 13_000_000, 400_000_000
SMALLER = "3×64×64"
"""The input that networks are tried on which have no size of their own."""


def small(entry: Entry) -> ns.Net | None:
    """A network of the zoo, on a smaller input if it takes one; None if that is still large."""
    net = ns.load(entry.name)
    with suppress(RuleError):
        smaller = net.with_input(SMALLER)
        net = smaller if smaller.sheet().total.params == net.totals().params else net
    totals = net.totals()
    return net if totals.params < MOST_PARAMS and totals.macs < MOST_MACS else None


def one_a_family() -> list[ns.Net]:
    """The first network of each of the zoo's files that is small enough."""
    found: dict[Path, ns.Net] = {}
    for entry in catalogue().values():
        if entry.path not in found and (net := small(entry)) is not None:
            found[entry.path] = net
    return list(found.values())


SMALL = one_a_family()


def network(case: Case) -> Graph:
    """A layer behind as many inputs as it reads; behind one that it doesn't, if it reads none."""
    rows = [Row(f"input{place}", Input(shape=x), ()) for place, x in enumerate(case.inputs)]
    reads = tuple(range(len(rows)))
    rows = rows or [Row("input0", Input(shape=Shape((1, 2))), ())]
    return Graph("one", (*rows, Row("row", case.layer, reads)))


def assert_says_how_it_is_written(kind: type[Layer]) -> None:
    """Require that a kind is written as operators, or says why not."""
    assert kind.to_onnx is not Layer.to_onnx, f"{kind.kind} has no to_onnx, and no absent(reason)"
    if isinstance(kind.to_onnx, Absent):
        assert kind.to_onnx.reason


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.kind)
def test_every_kind_says_how_it_is_written(kind: type[Layer]) -> None:
    """By operators, or by the reason why there are none."""
    assert_says_how_it_is_written(kind)


def test_a_kind_that_says_nothing_is_noticed() -> None:
    """Negative control: a kind without a word about ONNX."""

    class Silent(Relu):
        to_onnx = Layer.to_onnx  # type: ignore[assignment]  # as one that says nothing has it

    with pytest.raises(AssertionError, match="relu has no to_onnx"):
        assert_says_how_it_is_written(Silent)


def test_operators_are_told_without_onnx() -> None:
    """What a kind is written as can be asked where nothing is installed."""
    laid = operators(Row("row", layer("silu"), (0,)), [Shape((3, 4, 4))])
    assert [("Sigmoid", "row/Sigmoid"), ("Mul", "row/Mul")] == [
        (each.op, each.name) for each in laid.nodes
    ]
    assert "row" == laid.nodes[-1].output


@EVERY_WRITTEN_KIND
def test_examples_run_as_on_torch(kind: type[Layer]) -> None:
    """Each of a kind's examples, on onnxruntime and on torch."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    for case in example_cases(kind):
        if case.layer.facts(*case.inputs).weights < MOST_PARAMS:
            assert_written_right(network(case))


@EVERY_WRITTEN_KIND
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_random_layers_run_as_on_torch(kind: type[Layer], data: st.DataObject) -> None:
    """Whatever a layer's attributes and inputs."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    assert_written_right(network(data.draw(cases(kind))))


@given(graph=graphs([kind.kind for kind in WRITTEN if kind.inputs[1]], ranks=(1, 2, 3)))
@settings(max_examples=40, deadline=None)
def test_random_networks_run_as_on_torch(graph: Graph) -> None:
    """Chains, branches and joins of every kind."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    assert_written_right(graph)


@pytest.mark.parametrize("net", SMALL, ids=lambda net: net.name)
def test_the_zoo_runs_as_on_torch(net: ns.Net) -> None:
    """A network of each family of the zoo that has a small one."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    assert_written_right(net.graph, batch=1)


def test_most_of_the_zoo_is_small_enough() -> None:
    """The test above is not left with nothing."""
    assert 12 <= len(SMALL)


ONCE_WRONG = [
    Case(layer("transposed conv", out=1, kernel=1, dilation=2, extra=1), (Shape((1, 1)),)),
    Case(layer("max pool", kernel=2, padding=2, dilation=3), (Shape((1, 9)),)),
    Case(layer("average pool", kernel=3, stride=2, padding=1, rounding="up"), (Shape((1, 6, 6)),)),
    Case(layer("lrn", neighbours=4), (Shape((6, 3, 3)),)),
    Case(layer("parameter", sizes=()), ()),
]
"""Layers that runtimes refuse, or compute otherwise, when they are written as one operator."""


@pytest.mark.parametrize("case", ONCE_WRONG, ids=lambda case: case.layer.kind)
def test_what_runtimes_do_otherwise_is_written_out(case: Case) -> None:
    """Once refused or wrong: now step by step."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    assert_written_right(network(case))


def test_a_wrong_operator_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a kind that is written as another function."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr(Relu, "to_onnx", lambda _, onnx, __: onnx.Tanh(onnx.x))
    with pytest.raises(AssertionError):
        assert_written_right(network(Case(Relu(), (Shape((3, 4, 4)),))))


def test_shared_weights_stand_in_the_file_once() -> None:
    """Under the owner's name; what is not shared stands by itself."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    stored = onnx.load_from_string(assert_written_right(shared())).graph.initializer
    assert ["conv.bias", "conv.weight", "fc.bias", "fc.weight", "twin.bias"] == sorted(
        tensor.name for tensor in stored
    )


def written(tmp_path: Path, name: str = "lenet5") -> Any:
    """The model that a network of the zoo is written as."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("torch")
    net = ns.load(name)
    net.write(tmp_path / "net.onnx")
    return onnx.load(tmp_path / "net.onnx")


def test_the_batch_is_open_and_nothing_else(tmp_path: Path) -> None:
    """Inputs, outputs and what lies between have N first, and sizes as the sheet says."""
    graph = written(tmp_path).graph
    sizes = {
        info.name: [dim.dim_param or dim.dim_value for dim in info.type.tensor_type.shape.dim]
        for info in (*graph.input, *graph.output, *graph.value_info)
    }
    net = ns.load("lenet5")
    expected = {row.name: ["N", *net.sheet()[row.name].output] for row in net.graph.rows}
    assert expected == sizes


def test_the_file_says_where_it_comes_from(tmp_path: Path) -> None:
    """Versions, producer, the network's name, and its sheet."""
    model = written(tmp_path)
    assert (8, 17, "netsheet") == (
        model.ir_version,
        model.opset_import[0].version,
        model.producer_name,
    )
    assert "LeNet-5" == model.graph.name
    assert {"netsheet.sheet": ns.load("lenet5").to_markdown()} == {
        entry.key: entry.value for entry in model.metadata_props
    }


def test_without_weights_they_are_those_of_to_torch(tmp_path: Path) -> None:
    """The file does what `to_torch()` does, the same each time it is written."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    net = ns.load("lenet5")
    for name in ("one.onnx", "two.onnx"):
        net.write(tmp_path / name)
    data = (tmp_path / "one.onnx").read_bytes()
    assert data == (tmp_path / "two.onnx").read_bytes()
    inputs = sampled({"input": net.input}, 2)
    (expected,) = results(net.to_torch().eval(), inputs)
    assert_close(expected, run(data, inputs)[0])


def test_the_network_s_own_weights_are_written(tmp_path: Path) -> None:
    """A network that was read with weights is written with them."""
    pytest.importorskip("torch")
    pytest.importorskip("onnxruntime")
    from dataclasses import replace

    net = ns.load("lenet5")
    module = unlike(net.to_torch(seed=5))
    replace(net, weights=module.state_dict()).write(tmp_path / "net.onnx")
    inputs = sampled({"input": net.input}, 2)
    (expected,) = results(module, inputs)
    assert_close(expected, run((tmp_path / "net.onnx").read_bytes(), inputs)[0])


def test_weights_that_do_not_fit_are_refused() -> None:
    """A tensor that is missing, and one of another shape, by name."""
    pytest.importorskip("onnx")
    np = pytest.importorskip("numpy")
    from netsheet.convert.onnx_model import write

    graph = network(Case(layer("dense", out=2), (Shape((3,)),)))
    with pytest.raises(UnsupportedError, match=r'needs "row\.bias", and has no such weights'):
        write(graph, {"row.weight": np.zeros((2, 3))})
    with pytest.raises(UnsupportedError, match=r'"row\.weight" is 3×2 and must be 2×3'):
        write(graph, {"row.weight": np.zeros((3, 2)), "row.bias": np.zeros(2)})


def test_what_onnx_can_not_say_is_refused_and_nothing_written(tmp_path: Path) -> None:
    """The row is named, with the kind's reason."""
    pytest.importorskip("onnx")
    rows = [("wave", layer("opaque", called="fft2", sizes=(3, 4, 4)))]
    net = ns.Net.build("odd", (3, 4, 4), rows)
    with pytest.raises(UnsupportedError, match='"wave": opaque has no form in ONNX: what it does'):
        net.write(tmp_path / "net.onnx")
    assert [] == list(tmp_path.iterdir())


def test_a_file_that_would_be_too_large_is_refused() -> None:
    """Before any weight is made: 100,000 times 10,000 take 4 GB."""
    pytest.importorskip("onnx")
    from netsheet.convert.onnx_model import write

    graph = network(Case(layer("dense", out=100_000, bias=False), (Shape((10_000,)),)))
    with pytest.raises(UnsupportedError, match=r"take 4,000,000,000 bytes, and an ONNX file has"):
        write(graph, {})
