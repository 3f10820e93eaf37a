"""Every network, written as PyTorch and executed, is the sheet's own module again."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import netsheet as ns
from netsheet.convert.pytorch_source import write
from netsheet.core.errors import RuleError, UnsupportedError
from netsheet.core.graph import Graph
from netsheet.layers.input import Input
from netsheet.layers.registry import kinds
from support.graphs import NETWORKS
from support.networks import KNOWN
from support.renamed import renamed
from support.strategies import example_cases, graphs, of_case
from support.written import assert_written

SIZES = (48, 64, 96, 128, 160, 227, 299)
"""Inputs that are tried, until one is large enough: the layers are the same, and take less time."""


def smaller(graph: Graph) -> Graph:
    """The same network on the smallest of some inputs that it takes."""
    for size in SIZES:
        try:
            found = graph.with_input((graph.input_shape.channels, size, size))
            write(found, {})
        except RuleError:
            continue
        return found
    return graph


@pytest.mark.parametrize("name", ns.networks())
def test_the_zoo(name: str, tmp_path: Path) -> None:
    """Shapes, parameters, state dict and outputs of each network are those of `to_torch()`."""
    graph = ns.load(name).graph
    if graph.input_shape.size[0] > SIZES[0]:
        graph = smaller(graph)
    assert_written(graph, write(graph, {}), tmp_path)


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_every_structure(name: str, tmp_path: Path) -> None:
    """Stacks, branches, skips, gates, dense links, several inputs, names in several scripts."""
    graph = NETWORKS[name]()
    if graph.input_shape.size[0] > SIZES[1] and len(graph.inputs) == 1:
        graph = smaller(graph)
    assert_written(graph, write(graph, {}), tmp_path)


@pytest.mark.parametrize("name", KNOWN)
def test_networks_as_users_name_them(name: str, tmp_path: Path) -> None:
    """Blocks that nothing says are blocks, in lists that count from 0."""
    graph = smaller(KNOWN[name].graph())
    assert_written(graph, write(graph, {}), tmp_path)


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind is not Input])
def test_every_kind_of_layer(kind: Any, tmp_path: Path) -> None:
    """Each example of each kind; what has no form in torch is refused, and says so."""
    for case in example_cases(kind):
        graph = of_case(case)
        try:
            text = write(graph, {})
        except UnsupportedError:
            with pytest.raises(UnsupportedError, match="has no form in torch"):
                ns.net.Net(graph).to_torch()
            continue
        assert_written(graph, text, tmp_path)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(graph=st.one_of(graphs(ranks=(1, 2, 3)), renamed()))
def test_random_networks(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Networks of all kinds, whatever their rows are called, in use and in training."""
    folder = tmp_path_factory.mktemp("written")
    assert_written(graph, write(graph, {}), folder, train=True)
