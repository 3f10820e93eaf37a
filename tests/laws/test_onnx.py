"""Net → ONNX → net keeps every cell: of every layer kind, and of every family of the zoo."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")
pytest.importorskip("onnx")

import netsheet as ns
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.absent import Absent
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.layers.registry import kinds
from netsheet.layers.relu import Relu
from netsheet.layers.sigmoid import Sigmoid
from netsheet.sheet.columns import columns
from netsheet.sheet.sheet import Sheet
from netsheet.zoo.catalogue import catalogue
from support.strategies import Case, cases, example_cases

LARGEST = 15_000_000
"""Parameters of a network that is written and read here."""

EVERY_KIND = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.kind)


def network(case: Case) -> Graph:
    """A layer behind as many inputs as it reads; behind one that it doesn't, if it reads none."""
    rows = [Row(f"input{place}", Input(shape=x), ()) for place, x in enumerate(case.inputs)]
    reads = tuple(range(len(rows)))
    rows = rows or [Row("input0", Input(shape=Shape((1, 2))), ())]
    return Graph("one", (*rows, Row("row", case.layer, reads)))


def back(graph: Graph, folder: Path) -> ns.Net:
    """The network that is read from the file which one is written as."""
    path = folder / "net.onnx"
    ns.Net(graph).write(path)
    net = ns.load(path)
    assert ((), ()) == (net.missing, net.notes)
    return net


def assert_same_cells(before: Graph, after: Graph) -> None:
    """Require the same rows and groups, and the same value in every cell of every column."""
    assert before.rows == after.rows
    one, other = Sheet(before), Sheet(after)
    assert [*one.graph.nodes] == [*other.graph.nodes]
    for column in columns():
        for name, node in one.graph.nodes.items():
            here, there = one.value(column, node), other.value(column, other.graph.nodes[name])
            assert here == there, f"{column} of {name}"


@EVERY_KIND
def test_every_kind_comes_back(kind: type[Layer], tmp_path: Path) -> None:
    """Each of its examples; a kind that ONNX can't say is refused, and nothing is written."""
    for case in example_cases(kind):
        if case.layer.facts(*case.inputs).weights > LARGEST or kind is Input:
            continue
        graph = network(case)
        if isinstance(kind.to_onnx, Absent):
            with pytest.raises(UnsupportedError, match=f'"row": {kind.kind} has no form in ONNX'):
                ns.Net(graph).write(tmp_path / "net.onnx")
            assert not (tmp_path / "net.onnx").exists()
        else:
            assert_same_cells(graph, back(graph, tmp_path).graph)


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_layers_come_back(
    kind: type[Layer], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever a layer's attributes and inputs."""
    if isinstance(kind.to_onnx, Absent) or kind is Input:
        return
    graph = network(data.draw(cases(kind)))
    assert_same_cells(graph, back(graph, tmp_path_factory.mktemp("law")).graph)


def one_a_family() -> dict[str, str]:
    """The smallest network of each of the zoo's files, by file, if it is small enough."""
    found: dict[str, tuple[int, str]] = {}
    for entry in catalogue().values():
        size = ns.load(entry.name).totals().params
        if size < LARGEST:
            found[entry.path.stem] = min(
                (size, entry.name), found.get(entry.path.stem, (size, "~"))
            )
    return {family: name for family, (_, name) in found.items()}


SMALLEST = one_a_family()


@pytest.mark.parametrize("family", SMALLEST)
def test_the_zoo_comes_back(family: str, tmp_path: Path) -> None:
    """The smallest network of a family, blocks, names, claims apart."""
    graph = ns.load(SMALLEST[family]).graph
    assert_same_cells(graph, back(graph, tmp_path).graph)


def test_most_families_are_tried() -> None:
    """The law is not left with nothing."""
    assert 12 <= len(SMALLEST)


@pytest.mark.parametrize("change", ["layer", "name", "size"])
def test_another_network_is_noticed(change: str) -> None:
    """Negative control: a layer, a name or a size that is not the same."""
    rows = (Row("input", Input(shape=Shape((3, 4, 4))), ()), Row("act", Relu(), (0,)))
    others = {
        "layer": (rows[0], Row("act", Sigmoid(), (0,))),
        "name": (rows[0], Row("act2", Relu(), (0,))),
        "size": (Row("input", Input(shape=Shape((3, 4, 5))), ()), rows[1]),
    }
    with pytest.raises(AssertionError):
        assert_same_cells(Graph("net", rows), Graph("net", others[change]))
