"""net → torch → net: the network that a realised module is read as is the one it was made from."""

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("torch")

import torch

import netsheet as ns
from netsheet.core.graph import Graph
from netsheet.net import from_text
from netsheet.run.realise import Network, realise
from netsheet.zoo.catalogue import catalogue
from support.built import NETS
from support.plain_models import PLAIN
from support.project import ROOT
from support.strategies import graphs

NAMES = [*sorted(catalogue())[::3], "lenet5", "googlenet-heads"]
"""A third of the zoo, and what is special in it."""


def assert_comes_back(graph: Graph) -> None:
    """Require that the module of a network is read as that network, row by row."""
    with torch.device("meta"):
        module = realise(graph)
    shapes = list(module.shapes.values())
    net = ns.from_torch(module, *shapes)
    assert graph.rows == net.graph.rows
    assert () == net.missing


@pytest.mark.parametrize("name", NAMES)
def test_the_zoo_comes_back(name: str) -> None:
    """Every row with its name, layer, what it reads, and what it shares."""
    assert_comes_back(ns.load(name).graph)


@pytest.mark.parametrize("name", sorted(NETS))
def test_networks_built_in_python_come_back(name: str) -> None:
    """With several inputs, in one and three axes, and with shared weights."""
    assert_comes_back(NETS[name]())


@given(graphs(ranks=(1, 2, 3)))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_random_networks_come_back(graph: Graph) -> None:
    """Layers of every kind, in chains, branches and joins."""
    assert_comes_back(graph)


def test_weights_come_back() -> None:
    """There and back, each tensor has its values."""
    net = ns.load("lenet5")
    module = net.to_torch(seed=3)
    again = ns.from_torch(module, net.input).to_torch(seed=4)
    own = module.state_dict()
    for name, tensor in again.state_dict().items():
        assert torch.equal(own[name], tensor), name


def test_a_row_that_was_replaced_is_seen() -> None:
    """Negative control: a module with another layer in one place is another network."""
    net = ns.load("lenet5")
    module = net.to_torch()
    assert isinstance(module, Network)
    changed = torch.nn.Conv2d(6, 16, 5, bias=False)
    module.row("C3")._modules["conv"] = changed
    found = ns.from_torch(module, net.input)
    assert net.graph != found.graph
    assert changed.weight.numel() == found.sheet()["C3.conv"].params


def test_a_module_that_forgot_its_rows_computes_the_same() -> None:
    """Read from its calls alone, the module of a network costs and computes what it did."""
    net = ns.load("shufflenet_v2_x0_5")
    module = net.to_torch()
    for part in module.modules():
        vars(part).pop("layer", None)
    found = ns.from_torch(module, net.input)
    assert net.totals() == found.totals()
    x = torch.randn(1, *net.input)
    with torch.no_grad():
        expected, actual = module.eval()(x), found.to_torch().eval()(x)
    assert torch.allclose(expected, actual, rtol=1e-5, atol=1e-6)


def test_an_imported_network_is_folded_for_people() -> None:
    """ResNet-50 comes out at most three times as long as the zoo's own sheet, and is the same."""
    module = PLAIN["ResNet-50"]()
    net = ns.from_torch(module, (3, 224, 224))
    text = net.to_markdown()
    own = (ROOT / "netsheet" / "zoo" / "resnet.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 3 * len(own.splitlines())
    assert net.graph.rows == from_text(text).graph.rows
