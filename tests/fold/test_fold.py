"""Repeated structure: every row of a network comes out of its blocks again, name by name."""

import pytest

import netsheet as ns
from netsheet.core.graph import Graph
from netsheet.fold.folding import fold
from netsheet.zoo.catalogue import catalogue
from support.built import NETS
from support.networks import KNOWN
from support.torchlike import TORCHLIKE
from support.unfolding import unfolded


def check(graph: Graph) -> None:
    """Folded in each way and unrolled, the network is the same."""
    for chains in (True, False):
        for repeats in (True, False):
            folded = fold(graph, chains=chains, repeats=repeats)
            assert graph.rows == unfolded(folded, graph.name).rows


@pytest.mark.parametrize("name", catalogue())
def test_every_network_of_the_zoo_comes_out_again(name: str) -> None:
    """With its blocks, repeats and conditions."""
    check(ns.load(name).graph)


@pytest.mark.parametrize("name", KNOWN)
def test_networks_without_words_for_their_groups_come_out_again(name: str) -> None:
    """Groups that only names tell."""
    check(KNOWN[name].graph())


@pytest.mark.parametrize("name", TORCHLIKE)
def test_networks_as_torch_names_them_come_out_again(name: str) -> None:
    """Groups with words, rows that several lists hold, concatenations of all that came before."""
    check(TORCHLIKE[name]())


@pytest.mark.parametrize("name", NETS)
def test_odd_networks_come_out_again(name: str) -> None:
    """Several inputs, odd names, rows that share weights."""
    check(NETS[name]())
