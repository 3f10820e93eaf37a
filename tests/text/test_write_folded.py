"""Sheets that are folded when they are written: what repeats becomes blocks that a person reads."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import netsheet as ns
from netsheet.core.graph import LISTS, Graph, Group
from netsheet.sheet.columns import headings
from netsheet.text import tables
from netsheet.text.fmt import format_text
from netsheet.text.write import rows, write_markdown
from netsheet.zoo.catalogue import FOLDER, catalogue
from support.built import Builder
from support.reading import bounded, read_sheet
from support.strategies import repeating
from support.torchlike import TORCHLIKE, Trace

LINES = {
    "resnet50": 37,
    "mobilenet_v2": 51,
    "densenet121": 104,
    "googlenet": 44,
    "efficientnet_b0": 50,
    "inception_v3": 106,
    "shufflenet_v2": 47,
}
"""Lines of each network's sheet, as they were counted and read by a person."""


def check(graph: Graph) -> str:
    """What is written of a network gives its rows again, names and all, and is laid out already.

    Written once more it is the same text, and a group that is a block's keeps its word.
    """
    text = write_markdown(graph)
    found = read_sheet(text).graph
    assert graph.rows == found.rows, text
    assert text == write_markdown(found)
    assert text == format_text(text, source="net.md", computed=headings())
    for name, group in found.groups.items():
        known = graph.groups.get(name)
        if known is not None and group.style == known.style == "block" and known.word not in LISTS:
            assert known.word == group.word or not re.fullmatch(r"[\w. -]+", known.word), text
    return text


@pytest.mark.parametrize("name", TORCHLIKE)
def test_networks_of_torch_become_sheets_of_few_lines(name: str) -> None:
    """Each comes out again, and takes as many lines as it should."""
    assert LINES[name] == len(check(TORCHLIKE[name]()).splitlines())


def test_resnet_takes_at_most_three_times_the_lines_of_the_zoos_own_sheet() -> None:
    """176 rows of torch's in fewer lines than the family's sheet, and three halves of its own."""
    assert 176 == len(rows(TORCHLIKE["resnet50"]()))
    family = (FOLDER / "resnet.md").read_text(encoding="utf-8")
    own = write_markdown(ns.load("resnet50-v1.5").graph)
    assert [37, 57, 26] == [LINES["resnet50"], len(family.splitlines()), len(own.splitlines())]
    assert 3 * 26 >= LINES["resnet50"]


def test_a_network_of_torch_as_it_is_written() -> None:
    """ResNet-50: a row for each stage, and the bottleneck once."""
    assert """# ResNet

Input: 3×224×224

Every conv: bias no.
Every relu: inplace yes.

| name    | layer               | width | out  | kernel | stride   | padding | repeat   |
|---------|---------------------|-------|------|--------|----------|---------|----------|
| conv1   | conv                |       | 64   | 7      | 2        | 3       |          |
| bn1     | batch norm          |       |      |        |          |         |          |
| relu    | relu                |       |      |        |          |         |          |
| maxpool | max pool            |       |      | 3      | 2        | 1       |          |
| layer1  | Bottleneck          | 64    |      |        |          |         | 3 from 0 |
| layer2  | Bottleneck          | 128   |      |        | 2 then 1 |         | 4 from 0 |
| layer3  | Bottleneck          | 256   |      |        | 2 then 1 |         | 6 from 0 |
| layer4  | Bottleneck          | 512   |      |        | 2 then 1 |         | 3 from 0 |
| avgpool | global average pool |       |      |        |          |         |          |
| flatten | flatten             |       |      |        |          |         |          |
| fc      | dense               |       | 1000 |        |          |         |          |

## Block Bottleneck(width, stride=1)

| name         | layer      | out     | kernel | stride | padding | from              | if              |
|--------------|------------|---------|--------|--------|---------|-------------------|-----------------|
| conv1        | conv       | width   | 1      |        |         |                   |                 |
| bn1          | batch norm |         |        |        |         |                   |                 |
| relu         | relu       |         |        |        |         |                   |                 |
| conv2        | conv       | width   | 3      | stride | 1       |                   |                 |
| bn2          | batch norm |         |        |        |         |                   |                 |
| relu2        | relu       |         |        |        |         |                   |                 |
| conv3        | conv       | 4*width | 1      |        |         |                   |                 |
| bn3          | batch norm |         |        |        |         |                   |                 |
| downsample.0 | conv       | 4*width | 1      | stride |         | input             | input ≠ 4*width |
| downsample.1 | batch norm |         |        |        |         |                   | input ≠ 4*width |
| add          | add        |         |        |        |         | bn3, downsample.1 |                 |
| relu3        | relu       |         |        |        |         |                   |                 |
""" == write_markdown(TORCHLIKE["resnet50"]())


@pytest.mark.parametrize("name", catalogue())
def test_networks_of_the_zoo_are_written_and_read_back(name: str) -> None:
    """And no group is called otherwise than it was."""
    graph = ns.load(name).graph
    found = read_sheet(check(graph)).graph
    known = {name: graph.groups.get(name) for name in found.groups}
    assert known == found.groups


def flattened(name: str) -> Graph:
    """A network of the zoo that has lost its groups: names are all that tells of them."""
    graph = ns.load(name).graph
    return Graph(graph.name, graph.rows)


@pytest.mark.parametrize("name", catalogue())
def test_networks_without_groups_are_folded_anew(name: str) -> None:
    """From their names alone, in at most three times the lines that they have with their groups."""
    own = write_markdown(ns.load(name).graph)
    assert 3 * len(own.splitlines()) >= len(check(flattened(name)).splitlines())


def test_a_network_that_is_not_folded_is_longer() -> None:
    """Negative control: ResNet-50 row by row is five times as long as its own sheet."""
    graph = flattened("resnet50")
    own = write_markdown(ns.load("resnet50").graph)
    assert len(graph.rows) > 5 * len(own.splitlines())


EXACT = [
    *("alexnet", "alexnet-one-tower", "googlenet", "googlenet-heads", "lenet5", "nin", "zfnet"),
    *("nin-imagenet", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("resnet50-v1.5", "squeezenet1.0", "squeezenet1.1", "vgg11", "vgg16", "vgg16-c", "vgg19"),
]
"""Networks in which every word stands for blocks that are alike enough to be one."""


@pytest.mark.parametrize("name", EXACT)
def test_networks_keep_their_groups(name: str) -> None:
    """What is one row, a block or a repeat stays so."""
    graph = ns.load(name).graph
    assert graph.groups == read_sheet(write_markdown(graph)).graph.groups


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(repeating())
def test_random_groups_are_read_back(graph: Graph) -> None:
    """With differing attributes, missing rows, shared weights, words and names of any kind."""
    check(graph)


def lost(cell: str) -> Callable[..., dict[str, str]]:
    """A writer that loses a cell of every row."""

    def cells_of(*given: Any) -> dict[str, str]:
        return {name: text for name, text in CELLS(*given).items() if name != cell}

    return cells_of


CELLS = tables.cells_of


@pytest.mark.parametrize("cell", ["stride", "if", "repeat", "from", "out", "padding"])
def test_the_check_of_folded_sheets_can_fail(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a writer that loses a stride, a condition or a repeat is noticed."""
    monkeypatch.setattr("netsheet.text.write.cells_of", lost(cell))
    with pytest.raises((AssertionError, ns.NetsheetError)):
        check(TORCHLIKE["resnet50"]())


def test_the_check_of_writing_again_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a finder that goes by how rows were written folds what it wrote otherwise."""
    graph = ns.load("shufflenet_v2_x1_0").graph
    monkeypatch.setattr("netsheet.fold.families._numbers_alike", lambda node: False)  # noqa: ARG005 as the function
    with pytest.raises(AssertionError):
        check(graph)


def test_rules_say_once_what_most_rows_say() -> None:
    """And the rows that differ say so: with a cell, or with a dash where nothing follows."""
    net = Builder("rules")
    net.input("input", 3, 32, 32)
    for number in range(1, 10):
        net.line(f"conv{number}", "conv", "bn", "relu", out=8, kernel=(3, 3), bias=False)
    net.add("odd", "conv", out=8, kernel=(1, 1))
    text = check(net.graph())
    assert "\nEvery conv: bias no, then batch norm, relu.\n" in text
    assert "| odd   | conv  | 8   | 1×1    | yes  | -    |\n" in text
    assert "| conv9 | conv  | 8   | 3×3    |      |      |\n" in text


def test_what_two_rows_share_is_no_rule() -> None:
    """A rule speaks for three rows at least, and for four times as many as it does not fit."""
    net = Builder("few")
    net.input("input", 3, 32, 32)
    for number in range(1, 7):
        net.add(f"conv{number}", "conv", out=8, kernel=(3, 3), bias=number > 2)
    assert "Every" not in check(net.graph())


def test_a_block_hides_no_layer() -> None:
    """A class called Conv is a block all the same, and its groups keep their word."""
    net = Trace("yolo")
    x = net.input(3, 64, 64)
    for number in range(6):
        with net.module(f"{number}", "Conv"):
            x = net.conv("conv", x, 8 * number + 8, 3, stride=2 if number < 3 else 1, padding=1)
            x = net.add("norm", "batch norm", x)
            x = net.add("act", "silu", x)
    graph = net.graph()
    text = check(graph)
    assert "\n## Block Conv 2 (out, stride)\n" in text
    assert Group("block", "Conv") == read_sheet(text).graph.groups["3"]


def test_two_forms_of_one_class_are_two_blocks() -> None:
    """Told apart by a number; their groups have one word."""
    net = Trace("forms")
    x = net.input(4, 16, 16)
    for number in range(8):
        with net.module(f"unit{number}", "Unit"):
            if number % 2:
                for row in range(4):
                    x = net.add(f"relu{row}", "relu", x)
            else:
                for row in range(5):
                    x = net.add(f"norm{row}", "batch norm", x)
    text = check(net.graph())
    assert ["## Block Unit", "## Block Unit 2"] == re.findall("^##.*", text, re.MULTILINE)
    assert {"Unit"} == {group.word for group in read_sheet(text).graph.groups.values()}


def test_weights_that_a_whole_group_shares() -> None:
    """A module that is called again is a row that shares with the first."""
    net = Trace("shared")
    x = net.input(4, 16, 16)
    owners: list[int] = []
    for number in range(4):
        with net.module(f"head{number}", "Head"):
            for row in range(4):
                x = net.conv(f"conv{row}", x, 4, 3, padding=1)
                if number:
                    net.rows[x] = net.rows[x]._replace(shares=owners[row])
                else:
                    owners.append(x)
    text = check(net.graph())
    assert "| head3 | Head  | head0  |\n" in text


def test_a_name_that_a_block_gives_a_meaning_is_no_rows_there() -> None:
    """A row called input, above or none keeps its whole name, outside any block."""
    for label in ("input", "above", "none", "input2", "inputs"):
        net = Builder("names")
        net.input("input", 4, 8, 8)
        for number in range(5):
            for row in ("a", "b", label, "c"):
                net.add(f"g{number}.{row}", "conv", out=4, kernel=1)
        assert "## Block" not in check(net.graph())


def test_twenty_thousand_rows_are_written_in_bounded_time() -> None:
    """A net for what takes for ever, not a benchmark."""
    net = Builder("long")
    net.input("input", 4, 8, 8)
    for number in range(19_000):
        net.add(f"g{number // 9}.r{number % 9}", ("relu", "batch norm")[number % 7 % 2])
    with bounded(60):
        text = write_markdown(net.graph())
    assert read_sheet(text).graph.rows == net.graph().rows
