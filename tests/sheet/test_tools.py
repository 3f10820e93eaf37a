"""How other tools count, against what they counted: values measured elsewhere, none made here."""

from typing import Any

import pytest

import netsheet
from netsheet.core.convention import Convention, Term
from netsheet.core.errors import ChoiceError
from netsheet.core.graph import Graph
from netsheet.sheet.quantities import QUANTITIES
from netsheet.sheet.sheet import Sheet
from netsheet.sheet.tools import convention, gather, tool, tools
from support.built import Builder
from support.networks import KNOWN
from support.tools_seen import SEEN

COUNTS = [
    (row["tool"], network, row[network])
    for row in SEEN["count"]
    for network in KNOWN
    if network in row
]


def check(name: str, graph: Graph, expected: int) -> None:
    """A tool's total of a network, and the same from the sums that explain it."""
    sheet = Sheet(graph, tool(name))
    assert expected == sheet.total.ops
    why = sheet.explanation_of_total("ops")
    assert f"{expected:,}" == why.value


@pytest.mark.parametrize(("name", "network", "expected"), COUNTS)
def test_a_tool_counts_as_it_was_seen_to(name: str, network: str, expected: int) -> None:
    """Each tool's total for each network is what the tool itself said, to the unit."""
    check(name, KNOWN[network].graph(), expected)


ZOO = {
    "AlexNet": "alexnet-one-tower",
    "GoogLeNet": "googlenet-bn",
    "ResNet-50": "resnet50-v1.5",
    "MobileNetV2": "mobilenet_v2",
}


@pytest.mark.parametrize(("name", "network", "expected"), COUNTS)
def test_the_zoos_networks_count_so_too(name: str, network: str, expected: int) -> None:
    """`netsheet show resnet50-v1.5 --as thop` is what thop said."""
    check(name, netsheet.load(ZOO[network]).graph, expected)


def test_a_count_that_is_off_is_noticed() -> None:
    """Negative control: one more, another tool, or another network fails the check."""
    graph = KNOWN["ResNet-50"].graph()
    check("thop", graph, 4_133_742_592)
    for name, expected in (("thop", 4_133_742_593), ("fvcore", 4_133_742_592)):
        with pytest.raises(AssertionError):
            check(name, graph, expected)
    with pytest.raises(AssertionError):
        check("thop", KNOWN["AlexNet"].graph(), 4_133_742_592)


def test_there_are_enough_values() -> None:
    """All the eleven rules with values for the four networks are here, and the others' too."""
    assert len(COUNTS) >= 44
    tested = {row["tool"] for part in ("count", "published", "params") for row in SEEN[part]}
    named = {tool("keras", network).name for network in _named("keras")}
    assert {*tested, *named, "xla"} == set(tools())


@pytest.mark.parametrize("row", SEEN["published"], ids=lambda row: row["tool"])
def test_published_figures_print_so(row: dict[str, Any]) -> None:
    """What a project publishes in billions is its rule's count with so many decimals."""
    for network in KNOWN:
        if network in row:
            count = Sheet(KNOWN[network].graph(), tool(row["tool"])).total.ops
            decimals = len(row[network].partition(".")[2])
            assert row[network] == f"{count / 10**9:.{decimals}f}"


@pytest.mark.parametrize("row", SEEN["params"], ids=lambda row: row["tool"])
def test_parameters_as_keras_counts_them(row: dict[str, Any]) -> None:
    """Running statistics count, and in a ResNet the biases that Keras keeps."""
    for network in KNOWN:
        if network in row:
            graph = KNOWN[network].graph()
            assert row[network] == Sheet(graph, tool("keras", network)).total.counted_params
            assert row[network] != Sheet(graph).total.counted_params


def _named(part: str) -> list[str]:
    """The networks of a part of the values."""
    return [name for name in SEEN[part] if name != "source"]


@pytest.mark.parametrize("name", _named("keras"))
def test_parameters_of_every_network_that_keras_ships(name: str) -> None:
    """The zoo's network, counted as Keras counts, is what Keras said of its own."""
    _, expected = SEEN["keras"][name]
    graph = netsheet.load(name).graph
    assert expected == Sheet(graph, tool("keras", name)).total.counted_params


def test_keras_departs_in_some_of_its_networks() -> None:
    """Negative control: its plain rule gives another number where it has a rule of its own."""
    for name in ("resnet50", "inception_v3", "efficientnet_b0"):
        _, expected = SEEN["keras"][name]
        assert expected != Sheet(netsheet.load(name).graph, tool("keras")).total.counted_params


@pytest.mark.parametrize("name", _named("timm"))
def test_operations_of_networks_that_timm_tabulates(name: str) -> None:
    """The zoo's network on a picture of the side that timm took, in billions with two decimals."""
    _, side, expected = SEEN["timm"][name]
    graph = netsheet.load(name).graph.with_input((3, side, side))
    assert expected == f"{Sheet(graph, tool('timm')).total.ops / 10**9:.2f}"


def test_multiply_adds_alone_are_not_what_timm_tabulates() -> None:
    """Negative control: without the values of batch norm, most figures come out otherwise."""
    off = 0
    for name in _named("timm"):
        _, side, expected = SEEN["timm"][name]
        graph = netsheet.load(name).graph.with_input((3, side, side))
        off += expected != f"{Sheet(graph).total.macs / 10**9:.2f}"
    assert off > len(_named("timm")) // 2


def test_xla_leaves_out_products_with_padding() -> None:
    """One convolution whose padding is seen: fewer products than windows times positions."""
    net = Builder("one")
    net.input("input", 64, 56, 56)
    net.add("conv", "conv", out=64, kernel=3, padding="same", bias=False)
    sheet = Sheet(net.graph(), tool("xla"))
    assert SEEN["xla"]["flops"] == sheet.total.ops
    assert SEEN["xla"]["without_padding_seen"] == 2 * sheet.total.macs


def test_products_that_meet_padding_by_brute_force() -> None:
    """Strides, dilation and uneven padding: every tap of every window looked at one by one."""
    net = Builder("one")
    net.input("input", 2, 9, 10)
    given: dict[str, Any] = {
        "kernel": (3, 2),
        "stride": (2, 3),
        "dilation": (2, 1),
        "padding": ((1, 2), (0, 1)),
    }
    net.add("conv", "conv", out=3, bias=False, **given)
    sheet = Sheet(net.graph(), tool("xla"))
    height, width = sheet["conv"].output.size
    taps = 0
    for row in range(height):
        for column in range(width):
            for i in range(3):
                for j in range(2):
                    y, x = row * 2 - 1 + i * 2, column * 3 + j
                    taps += 0 <= y < 9 and 0 <= x < 10
    assert 2 * taps * 2 * 3 == sheet.total.ops
    assert taps < height * width * 6


def test_every_term_names_a_quantity() -> None:
    """No rule counts what nobody has defined."""
    used = {t.quantity for rule in tools().values() for t in (*rule.terms, *rule.params)}
    assert used <= set(QUANTITIES)
    assert all(rule.source for rule in tools().values())


def test_a_tool_is_found_by_its_name_however_it_is_written() -> None:
    """Case, dashes and underscores don't matter; our own conventions are found beside them."""
    assert tools()["onnx-tool"] is convention("ONNX_tool")
    assert Convention.parse("flops+bias") == convention("flops+bias")
    assert "keras-resnet" == tool("keras", "resnet50").name
    assert "keras" == tool("keras", "mobilenet_v2").name
    assert "keras" == tool("keras", "ResNet50V2").name


@pytest.mark.parametrize("name", ["fvcor", "nobody"])
def test_an_unknown_tool_is_refused(name: str) -> None:
    """The message names the nearest, or what there is."""
    with pytest.raises(ChoiceError) as caught:
        tool(name)
    expected = {
        "fvcor": 'there is no tool "fvcor"; did you mean "fvcore"?',
        "nobody": f'there is no tool "nobody"; there are {", ".join(tools())}',
    }
    assert expected[name] == str(caught.value)


def test_two_rules_of_one_name_are_refused() -> None:
    """A tool's file can't hide another's."""
    one, other = (Convention("a", (Term("outputs", each),), "") for each in (1, 2))
    with pytest.raises(ChoiceError, match='two conventions are called "a"'):
        gather([one, other])


def test_a_term_says_what_it_counts() -> None:
    """A term in words, for pages and messages."""
    assert "1 for each multiply-add" == str(Term("multiply-adds"))
    words = "2 for each output of batch norm (affine yes)"
    assert words == str(Term("outputs", 2, ("batch norm",), where=(("affine", True),)))
    assert "1 for each input of adaptive average pool (of 2 axes)" == str(
        Term("inputs", 1, ("adaptive average pool",), axes=2)
    )
    assert "1 for each multiply-add but of transposed conv" == str(
        Term("multiply-adds", but=("transposed conv",))
    )
