"""Repeated structure: every row of a network comes out of its blocks again, name by name."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import netsheet as ns
from netsheet.core.graph import Graph, Group
from netsheet.fold.blocks import EVERY, Read
from netsheet.fold.folding import fold
from netsheet.fold.solve import MISSING, Cell, Solver
from netsheet.fold.table import _Table
from netsheet.fold.terms import Constant, Is, Named, Over, Term, Times, Turns
from netsheet.zoo.catalogue import catalogue
from support.built import NETS, Builder
from support.networks import KNOWN
from support.reading import bounded
from support.strategies import repeating
from support.torchlike import TORCHLIKE
from support.unfolding import unfolded


def check(graph: Graph) -> None:
    """Folded for tables or for programs and unrolled, the network is the same."""
    for asked in (True, False):
        folded = fold(graph, chains=asked, repeats=asked)
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


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(repeating())
def test_random_groups_that_are_built_alike_come_out_again(graph: Graph) -> None:
    """With differing attributes, missing rows, shared weights, words and names of any kind."""
    check(graph)


def test_groups_of_one_word_are_one_block() -> None:
    """ResNet-50: sixteen bottlenecks, told apart by two parameters; a stage is one row."""
    folded = fold(TORCHLIKE["resnet50"]())
    [block] = folded.blocks
    assert ("Bottleneck", 16, 12) == (block.word, len(block.labels), len(block.parts))
    assert [("width", None), ("stride", Constant(1))] == [
        (each.name, each.default) for each in block.parameters
    ]
    stages = [part for part in folded.parts if part.what is block]
    assert [("layer1", 3, 0), ("layer2", 4, 0), ("layer3", 6, 0), ("layer4", 3, 0)] == [
        (part.name, part.times, part.start) for part in stages
    ]
    assert Turns((Constant(2), Constant(1))) == stages[1].cells["stride"]
    wide = Times("width", 4)
    conditions = {part.name: part.when for part in block.parts if part.when is not None}
    assert (
        dict.fromkeys(["downsample.0", "downsample.1"], Is(Named("input"), wide, equal=False))
        == conditions
    )
    assert {"width": 256, "stride": 2} == block.arguments["layer3.0"]


def test_blocks_stand_in_blocks() -> None:
    """MobileNetV2: a unit uses the block of a convolution with its norm, which other rows use."""
    folded = fold(TORCHLIKE["mobilenet_v2"]())
    outer, inner = folded.blocks
    assert ["InvertedResidual", "Conv2dNormActivation"] == [outer.word, inner.word]
    expand, depthwise, *_ = outer.parts
    assert (inner, {"out": Times("in", 6), "kernel": Constant(1)}) == (expand.what, expand.cells)
    given = {"out": Named("in"), "stride": Named("stride"), "groups": Named("in")}
    assert (inner, given) == (depthwise.what, depthwise.cells)
    assert ["out", "kernel", "stride", "groups"] == [each.name for each in inner.parameters]


def test_a_block_may_read_any_number_of_rows() -> None:
    """DenseNet: each layer joins all that came before it."""
    folded = fold(TORCHLIKE["densenet121"]())
    layer = next(block for block in folded.blocks if block.word == "_DenseLayer")
    assert (58, 0, (EVERY,)) == (len(layer.labels), layer.sources, layer.parts[0].reads)


def test_what_follows_in_place_is_one_line_or_its_own_rows() -> None:
    """GoogLeNet: a convolution, its norm and its ReLU are one row of a table, or three of a block."""
    together = fold(TORCHLIKE["googlenet"]())
    apart = fold(TORCHLIKE["googlenet"](), chains=False)
    assert ["Inception"] == [block.word for block in together.blocks]
    assert ["Inception", "BasicConv2d"] == [block.word for block in apart.blocks]
    assert ["bn", "relu"] == [follower.label for follower in together.parts[1].then]


def test_what_repeats_nowhere_is_left_alone() -> None:
    """AlexNet is no block, and neither is a group that only stands for itself."""
    graph = KNOWN["AlexNet"].graph()
    folded = fold(graph)
    assert ((), len(graph.rows)) == (folded.blocks, len(folded.parts))


def test_too_many_parameters_make_no_block() -> None:
    """Ten numbers that all differ are better read where they stand."""
    net = Builder("wide")
    net.input("input", 8, 9, 9)
    for group in range(4):
        for row in range(10):
            out = 8 + (7 * row * row + 3 * group * row + group) % 40
            net.add(f"part{group}.conv{row}", "conv", out=out, kernel=1)
    assert () == fold(net.graph()).blocks
    for row in range(11, 13):
        net.add(f"tail{row}.conv", "conv", out=3, kernel=1)
    check(net.graph())


def the_first(solver: Solver, cell: Cell) -> Term:  # noqa: ARG001 as the method that it stands for
    """A fault: what a cell is in the first use, for all uses."""
    return Constant(next(value for value in cell.values if value is not MISSING))


def backwards(table: Any, reads: Sequence[int], ends: dict[int, str]) -> tuple[Read, ...]:
    """A fault: what a row reads, the last first."""
    return READS(table, reads, ends)[::-1]


def always(table: Any, line: Any, outs: Any) -> None:
    """A fault: every row is there in every use."""


READS = _Table._reads
FAULTS = {
    "a stride": ("netsheet.fold.solve.Solver.solve", the_first),
    "what is read": ("netsheet.fold.table._Table._reads", backwards),
    "a missing row": ("netsheet.fold.table._Table._when", always),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_of_folding_can_fail(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a fold that loses a stride, a source or a condition is noticed."""
    graph = TORCHLIKE["resnet50"]()
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises((AssertionError, ns.NetsheetError)):
        check(graph)


def test_the_same_network_is_always_folded_the_same_way() -> None:
    """Whatever order Python's sets have in a process."""
    program = (
        "from support.torchlike import TORCHLIKE\n"
        "from netsheet.text.write import write_markdown\n"
        "print(''.join(write_markdown(make()) for make in TORCHLIKE.values()))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert 1 == len(texts)


def layers_in_groups(groups: int, *, depth: int = 1) -> Graph:
    """Groups of five rows in each of which one number differs, or one row is missing."""
    net = Builder("long")
    net.input("input", 4, 8, 8)
    inside = "".join(f".{letter}" for letter in "abcdefgh" * depth)[: 2 * depth]
    for group in range(groups):
        name = f"block{group}{inside}"
        first = len(net.rows) - 1
        net.add(f"{name}.conv1", "conv", out=4 * (1 + group % 7), kernel=3, padding=1)
        net.add(f"{name}.bn1", "batch norm")
        if group % 3:
            net.add(f"{name}.relu", "relu")
        net.add(f"{name}.conv2", "conv", out=4, kernel=1)
        net.add(f"{name}.add", "add", (len(net.rows) - 1, first))
    return net.graph()


@pytest.mark.parametrize(
    "graph",
    [layers_in_groups(4_000), layers_in_groups(1_000, depth=20)],
    ids=["many groups", "deep groups"],
)
def test_large_networks_are_folded_in_bounded_time(graph: Graph) -> None:
    """Some thousand rows, side by side or deep down: a net for what takes for ever, not a benchmark."""
    with bounded(60):
        folded = fold(graph)
    assert unfolded(folded, graph.name).rows == graph.rows


def test_groups_inside_each_other_without_end_are_folded_in_bounded_time() -> None:
    """Each group holds a row and a group like itself; and halves of halves."""
    net = Builder("deep")
    net.input("input", 4, 8, 8)
    for number in range(100):
        name = f"b{number}"
        for _ in range(40):
            net.add(f"{name}.r", "relu")
            name += ".n"
    with bounded(60):
        folded = fold(net.graph())
    assert unfolded(folded, "deep").rows == net.graph().rows


def test_what_is_a_coincidence_is_no_relation() -> None:
    """Twice as many filters as before is one; eight times as many as a kernel has pixels is none."""
    net = Builder("chance")
    net.input("input", 8, 32, 32)
    for number, (kernel, out) in enumerate(((3, 24), (5, 40), (3, 24), (5, 40))):
        net.add(f"block{number}.conv1", "conv", out=out, kernel=kernel, padding=kernel // 2)
        net.add(f"block{number}.conv2", "conv", out=2 * out, kernel=1)
        for row in range(4):
            net.add(f"block{number}.relu{row}", "relu")
        net.groups[f"block{number}"] = Group("block", "Block")
    [block] = fold(net.graph()).blocks
    assert ["width", "kernel"] == [parameter.name for parameter in block.parameters]
    cells = block.parts[0].cells
    assert (Named("width"), Over("kernel", 2, floor=True)) == (cells["out"], cells["padding"])
    assert Times("width", 2) == block.parts[1].cells["out"]
