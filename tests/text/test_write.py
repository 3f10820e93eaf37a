"""Sheets written from networks: reading them gives the same rows, whatever the network."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import netsheet as ns
from netsheet.core.errors import RuleError
from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.layers.registry import find, kinds
from netsheet.text.cells import name_beside
from netsheet.text.write import align, in_words, rows, write_csv, write_markdown
from netsheet.zoo.catalogue import catalogue
from support.built import NETS
from support.reading import read_sheet
from support.strategies import cases, graphs

COMPUTING = [kind for kind in kinds() if kind is not Input]


def check(graph: Graph) -> None:
    """A graph written is read back, as Markdown and as CSV, with the same text the second time."""
    for write, source in ((write_markdown, "net.md"), (write_csv, "net.csv")):
        text = write(graph)
        found = read_sheet(text, source=source).graph
        assert graph.rows == found.rows, text
        assert text == write(found) or graph.name != found.name


@pytest.mark.parametrize("name", catalogue())
def test_every_network_of_the_zoo_is_read_back(name: str) -> None:
    """Blocks, repeats and variants are written out, row by row."""
    check(ns.load(name).graph)


@pytest.mark.parametrize("name", NETS)
def test_networks_built_in_python_are_read_back(name: str) -> None:
    """With several inputs, in one and three axes, and with names as bad as may be."""
    check(NETS[name]())


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(graphs(ranks=(1, 2, 3)))
def test_random_networks_are_read_back(graph: Graph) -> None:
    """Layers of every kind, in chains, branches and joins."""
    check(graph)


@st.composite
def renamed(draw: st.DrawFn) -> Graph:
    """A random network whose names look like what reading makes: groups, followers, numbers."""
    graph = draw(graphs(ranks=(1, 2)))
    made: list[Row] = []
    taken: set[str] = set()
    stems = st.sampled_from(["a", "b", "a.b", "conv1", "3×3", "+1", "a-b", "合"])
    stem = draw(stems)
    for place, row in enumerate(graph.rows):
        if draw(st.booleans()):
            stem, taken = draw(stems), set()
        label = name_beside(row.layer.nickname(), taken)
        name = draw(
            st.sampled_from([f"{stem}.{label}", f"{stem}{place}", f"{stem}.r{place}", label])
        )
        made.append(row._replace(name=name))
    try:
        return Graph(draw(st.text(max_size=20)), tuple(made))
    except RuleError:
        assume(condition=False)
        raise


@settings(
    max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(renamed())
def test_networks_with_odd_names_are_read_back(graph: Graph) -> None:
    """Names that look like groups, chains that are read in their middle, titles of any text."""
    check(graph)


@pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.kind)
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(data=st.data())
def test_every_attribute_of_every_kind_is_read_back(kind: type[Layer], data: st.DataObject) -> None:
    """In a row of its own and, where it can stand there, behind another layer."""
    case = data.draw(cases(kind))
    shapes = case.inputs or (Shape((3, 8, 8)),)
    inputs = tuple(Row(f"x{n}", Input(x), ()) for n, x in enumerate(shapes))
    row = Row("layer", case.layer, tuple(range(len(case.inputs))))
    check(Graph("one", (*inputs, row)))
    if len(inputs) == 1 and kind.inputs[1] == 1:
        behind = Row(f"g.{name_beside(case.layer.nickname(), {'identity'})}", case.layer, (1,))
        graph = Graph("two", (*inputs, Row("g.identity", find("identity")(), (0,)), behind))
        assert f" {in_words(case.layer)} " in write_markdown(graph)
        check(graph)


@pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.kind)
def test_attributes_at_their_defaults_are_not_written(kind: type[Layer]) -> None:
    """Only what differs is said, so that a sheet can be read."""
    needed = [attribute.name for attribute in kind.attributes() if attribute.required]
    example: dict[str, Any] = {"out": 2, "kernel": 3, "links": ((0,),), "groups": 1, "padding": 1}
    example |= {"drop": 0.2}
    example |= {"size": (8, 8), "sizes": (8, 1, 1), "of": "exp", "order": "HWC", "called": "fft2"}
    layer = kind(**{name: example[name] for name in needed})
    words = in_words(layer)
    assert kind.kind == words if not needed else words.count("=") == len(needed)


def test_the_check_of_writing_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that loses an attribute, a row's source or a row is noticed."""
    graph = NETS["resnet50"]()
    for loss in ("kernel", "from", "then"):
        with monkeypatch.context() as patch:
            patch.setattr(
                "netsheet.text.write.rows",
                lambda graph, loss=loss: [
                    {name: text for name, text in cells.items() if name != loss}
                    for cells in rows(graph)
                ],
            )
            with pytest.raises((AssertionError, ns.NetsheetError)):
                check(graph)


def test_a_sheet_as_it_is_written() -> None:
    """The input above the table, columns in their order, kernel and stride in one cell."""
    assert """# small

Input: 3×32×32

| name  | layer    | out | kernel | bias | then             |
|-------|----------|-----|--------|------|------------------|
| conv1 | conv     | 8   | 5×5    | no   | batch norm, relu |
| pool1 | max pool |     | 2×2    |      |                  |
| conv2 | conv     | 16  | 3×3    |      | relu             |
| fc    | dense    | 10  |        |      |                  |
""" == write_markdown(NETS["small"]())


def test_several_inputs_as_they_are_written() -> None:
    """Each is a row, with its shape under `output`."""
    assert """\
name,layer,output,out,kernel,from
left,input,1×32×32,,,
right,input,3×32×32,,,
see_left,conv,,4,3×3,left
see_right,conv,,4,3×3,right
both,add,,,,"see_left, see_right"
""" == write_csv(NETS["two_inputs"]())


def test_an_input_that_looks_wrong_is_written_so_that_it_is_read() -> None:
    """(C×H×W) says that channels stand first, after all."""
    graph = Graph(
        "n", (Row("input", Input(Shape((64, 64, 3))), ()), Row("r", find("relu")(), (0,)))
    )
    assert "Input: 64×64×3 (C×H×W)\n" in write_markdown(graph)
    check(graph)


def test_tables_are_aligned_by_what_a_terminal_shows() -> None:
    """Wide characters take two columns; a bar in a cell is escaped; marks are kept."""
    assert [
        "| 합성곱 | b    |",
        "|:-------|:----:|",
        "| a      | x\\|y |",
    ] == align([["합성곱", "b"], ["a", "x|y"]], [":-", ":-:"])


@pytest.mark.parametrize(
    "title", ["Block a(b)", "Variants", "Connections c", "# x", "a\nInput: 1×1", "| a |", "", "`x`"]
)
def test_a_title_may_say_anything(title: str) -> None:
    """It is a heading on one line, and never one that gives the table a meaning."""
    check(Graph(title, (Row("input", Input(Shape((3, 8, 8))), ()), Row("r", find("relu")(), (0,)))))
