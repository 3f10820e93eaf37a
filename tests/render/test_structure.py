"""How a diagram finds sequences, branches, skips and repeats in a network."""

import sys
from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.core.graph import Graph, Row, chain
from netsheet.render.diagram import tree
from netsheet.render.diagram.plan import Part, Plan, make_plan
from netsheet.render.diagram.structure import build
from netsheet.render.diagram.ways import Sides, Step, arrange
from netsheet.sheet.sheet import Sheet
from support.dags import ADD, CONV, INPUT, Drawn, dags, series_parallel, twins
from support.graphs import (
    Builder,
    crossed,
    densenet,
    googlenet,
    inception_module,
    resnet,
    squeeze_excite,
    two_inputs,
    unet,
)

DEEP = 16


def planned(graph: Graph, depth: int | None = None, *, fold: bool = True) -> Plan:
    """What is drawn of a network."""
    return make_plan(Sheet(graph), depth, fold=fold)


def written(plan: Plan) -> str:
    """The tree of a plan on one line: `a (b | c) block{…} ×3{…}`."""
    return _sequence(build(plan), plan)


def _sequence(sequence: tree.Sequence, plan: Plan) -> str:
    return " ".join(_item(item, plan) for item in sequence.items)


def _item(item: tree.Item, plan: Plan) -> str:
    match item:
        case tree.Leaf():
            return plan.boxes[item.box].node.label
        case tree.Fold():
            return f"×{item.times} {_item(item.item, plan)}"
        case tree.Frame():
            return f"{item.part.node.label}{{{_sequence(item.body, plan)}}}"
        case tree.Branches():
            return f"({' | '.join(_sequence(lane, plan) for lane in item.lanes)})"


def around(plan: Plan) -> list[str]:
    """The links that go round others, `a→b`; a sequence's own ends are `·`."""

    def name(end: tree.End) -> str:
        return end.at.part.node.label if end.at is not None else "·"

    return [
        f"{name(wire.source)}→{name(wire.target)}"
        for sequence in sequences(build(plan))
        for wire in sequence.wires
        if not wire.straight
    ]


def sequences(top: tree.Sequence) -> Iterator[tree.Sequence]:
    """A sequence and all that are inside."""
    yield top
    for item in top.items:
        if isinstance(item, tree.Branches):
            for lane in item.lanes:
                yield from sequences(lane)
        elif isinstance(at := tree.single(item), tree.Frame):
            yield from sequences(at.body)


def leaves(plan: Plan) -> list[int]:
    """Every box of the tree, as often as it stands there."""
    return [
        at.box
        for sequence in sequences(build(plan))
        for item in sequence.items
        if not isinstance(item, tree.Branches) and isinstance(at := tree.single(item), tree.Leaf)
    ]


def groups(parts: Sequence[Part]) -> int:
    """How many groups a plan has."""
    return sum(1 + groups(part.parts) for part in parts if part.parts)


# What people draw.


def test_inception_has_four_branches() -> None:
    """Between the input and the concat of an inception module, four ways stand side by side."""
    plan = planned(inception_module())
    expected = "input inception_3a{(1x1 | 3x3reduce 3x3 | 5x5reduce 5x5 | pool poolproj) output}"
    assert expected == written(plan)
    assert [] == around(plan)


def test_residual_blocks_fold_behind_the_first_of_a_stage() -> None:
    """The first block of a stage projects and stands alone; the equal ones behind it fold."""
    plan = planned(resnet((3, 4)))
    block = "{(conv1 conv2 conv3 | shortcut) add}"
    again = "{conv1 conv2 conv3 add}"
    expected = f"input conv1 pool1 conv2_x{{1{block} ×2 2{again}}} conv3_x{{1{block} ×3 2{again}}} pool5 fc"
    assert expected == written(plan)
    assert ["·→add", "·→add"] == around(plan)


def test_without_folding_every_block_is_drawn() -> None:
    """`fold=False` draws all blocks of a stage."""
    expected = f"input conv1 pool1 conv2_x{{1{FIRST} 2{AGAIN} 3{AGAIN}}} pool5 fc"
    assert expected == written(planned(resnet((3,)), fold=False))


def test_a_stage_of_equal_blocks_is_one_fold_with_the_name_of_the_stage() -> None:
    """A repeated block that is alone in its group takes the group's name and needs one frame."""
    plan = planned(squeeze_excite(3))
    expected = (
        "input stem ×3 1{expand depthwise gate{pool squeeze excite} scale project add} pool fc"
    )
    assert expected == written(plan)
    (part,) = [part for part in plan.parts if part.times > 1]
    assert ("blocks", "blocks") == tuple(node.name for node in part.named)


def test_a_gate_is_a_skip_inside_a_skip() -> None:
    """The map that is gated goes round the gate; the block's input goes round everything."""
    assert ["depthwise→scale", "·→add"] == sorted(around(planned(squeeze_excite())))


def test_repeated_lines_fold_into_one_box() -> None:
    """A line that is repeated as such is one box; equal lines that nobody called a repeat stay."""
    net = Builder("Repeats", 8, 32, 32)
    net.group("body", "conv", "repeat")
    for time in range(4):
        net.conv(f"body.{time + 1}", 8, 3)
    net.conv("a", 8, 3)
    net.conv("b", 8, 3)
    plan = planned(net.graph())
    assert "input ×4 1 a b" == written(plan)
    assert [1, 4, 1, 1] == [box.times for box in plan.boxes]


def test_blocks_that_differ_in_one_number_do_not_fold() -> None:
    """One other stride, or width, or reading, and a block is drawn."""
    net = Builder("Nearly equal", 8, 32, 32)
    for name, kernel in (("b1", 3), ("b2", 3), ("b3", 5), ("b4", 5)):
        net.conv(f"{name}.one", 8, kernel)
        net.conv(f"{name}.two", 8, 3)
    assert "input ×2 b1{one two} ×2 b3{one two}" == written(planned(net.graph()))


def test_a_block_that_others_read_from_inside_does_not_fold() -> None:
    """If a later row reads the middle of one of the blocks, that block is not drawn for others."""
    net = Builder("Read inside", 8, 32, 32)
    inner = []
    for name in ("b1", "b2", "b3"):
        inner.append(net.conv(f"{name}.one", 8, 3))
        net.conv(f"{name}.two", 8, 3)
    net.add("sum", "add", inner[1], len(net.rows) - 1)
    plan = planned(net.graph())
    assert "input b1{one two} b2{one two} b3{one two} sum" == written(plan)
    assert ["one→sum"] == around(plan)


def test_unet_skips_nest() -> None:
    """Each level of a U-Net goes round all deeper ones: one stack and a skip for each level."""
    plan = planned(unet(3, grouped=False))
    assert ["enc1_conv2→dec1_concat", "enc2_conv2→dec2_concat", "enc3_conv2→dec3_concat"] == sorted(
        around(plan)
    )
    assert "(" not in written(plan)


def test_a_skip_ends_inside_the_frame_that_reads_it() -> None:
    """A skip from a group to a row inside another ends at that row."""
    assert ["enc1→concat", "enc2→concat"] == sorted(around(planned(unet(2))))


def test_auxiliary_heads_stand_beside_the_rest() -> None:
    """What ends without meeting the main way again stands beside it."""
    text = written(planned(googlenet(heads=True), 1))
    assert text.endswith(
        "(head_4d | pass_4d inception_4e pool4 inception_5a inception_5b pool5 dropout fc))"
    )
    assert "inception_4a (head_4a | pass_4a " in text


def test_two_inputs_stand_side_by_side() -> None:
    """Each input begins its own way."""
    assert "(input left1 left2 | mask right1) join head" == written(planned(two_inputs()))


def test_dense_links_keep_the_stack() -> None:
    """Where every layer reads all before it nothing can stand aside: a stack and its skips."""
    plan = planned(densenet(3))
    block = "{concat norm conv}"
    expected = f"input stem layer1{{norm conv}} layer2{block} layer3{block} concat pool fc"
    assert expected == written(plan)
    expected_around = [
        "layer1→concat",
        "layer1→layer3",
        "layer2→concat",
        "stem→concat",
        "stem→layer2",
        "stem→layer3",
    ]
    assert expected_around == sorted(around(plan))


def test_crossing_streams_keep_the_stack() -> None:
    """Two streams that exchange maps can't stand side by side."""
    assert "input a1 b1 a2 a_to_b b2 b3 join" == written(planned(crossed()))


def test_a_group_that_cannot_be_framed_loses_its_frame() -> None:
    """Groups across two streams: the streams stand side by side, the groups are not drawn."""
    net = Builder("Stages across streams", 8, 32, 32)
    left = right = 0
    for stage in ("s1", "s2"):
        left = net.conv(f"{stage}.left", 8, 3, left)
        right = net.conv(f"{stage}.right", 8, 5, right)
    net.add("join", "concat", left, right)
    assert "input (left left | right right) join" == written(planned(net.graph()))


FIRST, AGAIN = "{(conv1 conv2 conv3 | shortcut) add}", "{conv1 conv2 conv3 add}"


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        (1, "input conv1 pool1 conv2_x pool5 fc"),
        (2, "input conv1 pool1 conv2_x{1 ×2 2} pool5 fc"),
        (3, f"input conv1 pool1 conv2_x{{1{FIRST} ×2 2{AGAIN}}} pool5 fc"),
    ],
)
def test_depth_opens_groups(depth: int, expected: str) -> None:
    """Depth 1 shows the lines as written, each further one opens groups once."""
    assert expected == written(planned(resnet((3,)), depth))


def test_a_line_is_one_box() -> None:
    """A convolution with what follows in place is one box, however deep one looks."""
    plan = planned(inception_module(), DEEP)
    assert ["inception_3a.1x1.conv", "inception_3a.1x1.relu"] == [
        child.name for child in plan.boxes[1].node.children
    ]


def test_a_line_that_is_read_in_its_middle_is_opened() -> None:
    """If somebody reads a convolution before its relu, the two are two boxes."""
    net = Builder("Read before relu", 8, 32, 32)
    net.conv("a", 8, 3)
    net.add("b", "add", 1, 2)
    assert "input a{conv relu} b" == written(planned(net.graph()))


# Laws.


@given(dags(), st.sampled_from((None, 1, 2, DEEP)))
def test_every_box_stands_in_the_tree_once(graph: Graph, depth: int | None) -> None:
    """No box is lost or drawn twice, whatever the network."""
    plan = planned(graph, depth)
    assert list(range(len(plan.boxes))) == sorted(leaves(plan))


@given(st.one_of(dags(), twins()), st.sampled_from((None, 1, 2, DEEP)))
def test_boxes_times_repeats_are_all_rows(graph: Graph, depth: int | None) -> None:
    """Rows of each box, times how often it stands in the network, add up to the network's rows."""
    plan = planned(graph, depth)
    rows = sum((box.node.last - box.node.first + 1) * box.times for box in plan.boxes)
    assert len(graph.rows) == rows


@given(twins())
def test_links_times_repeats_are_all_links(graph: Graph) -> None:
    """What each box reads, times how often it stands in the network, are the links unfolded."""
    folded, whole = planned(graph, DEEP), planned(graph, DEEP, fold=False)
    assert len(whole.links) == sum(folded.boxes[target].times for _, target in folded.links)


@given(series_parallel())
def test_series_parallel_networks_need_no_wire_out_of_place(drawn: Drawn) -> None:
    """Every fork becomes branches, every skip one outer lane, every group keeps its frame."""
    plan = planned(drawn.graph, DEEP, fold=False)
    found = list(sequences(build(plan)))
    items = [item for sequence in found for item in sequence.items]
    assert drawn.skips == len(around(plan))
    assert drawn.forks == sum(isinstance(item, tree.Branches) for item in items)
    assert groups(plan.parts) == sum(isinstance(item, tree.Frame) for item in items)


def check_arranged(links: list[list[int]], steps: Sequence[Step]) -> None:
    """Each node stands once, in order within its lane; lanes side by side have no links."""
    assert list(range(len(links))) == sorted(nodes(steps))
    for lanes in sides(steps):
        for a, b in combinations([set(nodes(lane)) for lane in lanes], 2):
            assert set() == {n for node in a for n in links[node]} & b
            assert set() == {n for node in b for n in links[node]} & a


def nodes(steps: Sequence[Step]) -> Iterator[int]:
    """All nodes of some steps."""
    for step in steps:
        if isinstance(step, int):
            yield step
        else:
            for lane in step.lanes:
                yield from nodes(lane)


def sides(steps: Sequence[Step]) -> Iterator[tuple[tuple[Step, ...], ...]]:
    """Everything that stands side by side."""
    for step in steps:
        if isinstance(step, Sides):
            yield step.lanes
            for lane in step.lanes:
                yield from sides(lane)


@st.composite
def linked(draw: st.DrawFn) -> list[list[int]]:
    """Nodes and their readers, at random."""
    count = draw(st.integers(1, 14))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    found = draw(st.sets(pairs, max_size=2 * count))
    return [sorted(b for a, b in found if a == node and b > a) for node in range(count)]


@given(linked())
def test_what_stands_side_by_side_has_nothing_to_do_with_each_other(
    links: list[list[int]],
) -> None:
    """Nodes are arranged once each, and no link leads from one lane to another."""
    check_arranged(links, arrange(links, {0}, {len(links) - 1}))


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param((0, 1), id="a node is missing"),
        pytest.param((0, 1, 2, 2), id="a node stands twice"),
        pytest.param((0, Sides(((1,), (2,)))), id="a link leads from lane to lane"),
    ],
)
def test_a_wrong_arrangement_is_noticed(steps: tuple[Step, ...]) -> None:
    """The check of arrangements fails if a node is lost or doubled, or lanes are linked."""
    links = [[1], [2], []]
    check_arranged(links, (0, 1, 2))
    with pytest.raises(AssertionError):
        check_arranged(links, steps)


# Bounds.


def test_long_chains_need_no_deep_recursion() -> None:
    """Ten thousand rows in a chain are one sequence, far below Python's limit of recursion."""
    graph = chain("Long", [("input", INPUT), *((f"r{n}", CONV) for n in range(10_000))])
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(500)
    try:
        (sequence,) = sequences(build(planned(graph)))
    finally:
        sys.setrecursionlimit(limit)
    assert 10_001 == len(sequence.items)


def test_skips_around_skips_need_no_deep_recursion() -> None:
    """A thousand skips, each around the next, are still one sequence."""
    rows = [Row("input", INPUT, ())]
    rows += [Row(f"r{n}", CONV, (n - 1,)) for n in range(1, 1000)]
    rows += [Row(f"a{n}", ADD, (n - 1, 1999 - n)) for n in range(1000, 1999)]
    plan = planned(Graph("Nested", tuple(rows)))
    assert 998 == len(around(plan))


def test_names_nested_deeply_are_closed() -> None:
    """Groups in groups beyond a bound stay closed boxes, also where somebody asks for more."""
    inside = ".".join(f"g{n}" for n in range(40))
    rows = [Row("input", INPUT, ())]
    rows += [Row(f"g0.r{n}", CONV, (n - 1,)) for n in (1, 2)]
    rows += [Row(f"{inside}.r{n}", CONV, (n - 1,)) for n in (3, 4)]
    plan = planned(Graph("Deep", tuple(rows)), 1000)
    assert ["input", "r1", "r2", "g15"] == [box.node.label for box in plan.boxes]
