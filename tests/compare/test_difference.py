"""Two networks compared: what is known of well-known pairs, and laws for all pairs."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import netsheet as ns
from netsheet.compare.difference import COUNTS, Delta, Difference
from netsheet.compare.hunks import Review, review
from netsheet.core.graph import Graph
from netsheet.zoo.catalogue import catalogue
from support.built import NETS
from support.reading import bounded
from support.strategies import versions
from support.torchlike import TORCHLIKE


def diff(before: Graph, after: Graph) -> Difference:
    """Two networks compared."""
    return ns.diff(ns.Net(before), ns.Net(after))


def check_sums(found: Difference) -> None:
    """Every row is in one record, and the records' differences add up to the totals'."""
    for side, sheet in ((1, found.before), (2, found.after)):
        places = Counter(row[side] for row in found.rows if row[side] is not None)
        assert Counter(range(len(sheet.graph.rows))) == places
    for column in COUNTS:
        rows = sum(row.columns[column].difference for row in found.rows)
        assert found.totals[column].difference == rows, column


def check_told(found: Difference, told: Review) -> None:
    """What is told adds up to the totals, and speaks of each row that differs once."""
    items = [item for hunk in told.hunks for same in hunk.items for item in same]
    items += [*told.renamed, *told.follow]
    spoken = Counter(id(row) for item in items for row in item.rows)
    assert Counter(id(row) for row in found.rows if row.status != "same") == spoken
    for column in COUNTS:
        told_of = sum(item.effect(column) for item in items)
        assert found.totals[column].difference == told_of, column


def turned(row: Any) -> Any:
    """A record as it is when the networks are compared the other way round."""
    status = {"added": "removed", "removed": "added"}.get(row.status, row.status)
    changes = sorted((c.what, repr(c.new), repr(c.old)) for c in row.changes)
    columns = {name: Delta(delta.new, delta.old) for name, delta in row.columns.items()}
    return (row.new, row.old, status, changes, columns)


def check_mirrored(one: Difference, other: Difference) -> None:
    """Compared the other way round, everything is the other way round."""
    straight = [
        (
            r.old,
            r.new,
            r.status,
            sorted((c.what, repr(c.old), repr(c.new)) for c in r.changes),
            r.columns,
        )
        for r in other.rows
    ]

    def order(record: Any) -> tuple[int, int]:
        return (-1 if record[0] is None else record[0], -1 if record[1] is None else record[1])

    assert sorted(map(turned, one.rows), key=order) == sorted(straight, key=order)
    for name, delta in one.totals.items():
        assert Delta(delta.new, delta.old) == other.totals[name]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(versions())
def test_laws_of_comparing(pair: tuple[Graph, Graph]) -> None:
    """Rows add up to totals, told or not; the other way round all is turned; text is narrow."""
    found, back = diff(*pair), diff(*pair[::-1])
    check_all(found, review(found), back)
    assert found.equal == back.equal == all(row.status == "same" for row in found.rows)
    assert max(map(len, str(found).splitlines())) <= 80


@pytest.mark.parametrize("name", [*catalogue(), *NETS])
def test_a_network_does_not_differ_from_itself(name: str) -> None:
    """Nothing is told, and every difference is 0."""
    net = ns.Net(NETS[name]()) if name in NETS else ns.load(name)
    found = ns.diff(net, net)
    assert found.equal
    assert {"same"} == {row.status for row in found.rows}
    assert Review((), (), ()) == review(found)
    assert {0} == {found.totals[column].difference for column in COUNTS}


FAULTS = (
    *("a row that is lost", "a row told twice"),
    *("a count that is off by one", "another network"),
)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checks_of_comparing_can_fail(fault: str) -> None:
    """Negative control: a lost row, a row told twice, a wrong count and a wrong pair are noticed."""
    found = ns.diff("resnet18", "resnet34")
    told = review(found)
    changed = next(place for place, row in enumerate(found.rows) if row.status != "same")
    row = found.rows[changed]
    rows = [*found.rows]
    if fault == "a row that is lost":
        del rows[changed]
    elif fault == "a count that is off by one":
        params = row.columns["params"]
        wrong = Delta(params.old, (params.new or 0) + 1)
        rows[changed] = row._replace(columns={**row.columns, "params": wrong})
    if fault == "a row told twice":
        told = told._replace(follow=told.hunks[0].items[0])
    object.__setattr__(found, "rows", tuple(rows))
    other = ns.diff("resnet34", "resnet50" if fault == "another network" else "resnet18")
    with pytest.raises(AssertionError):
        check_all(found, told, other)


def check_all(found: Difference, told: Review, back: Difference) -> None:
    """Every law."""
    check_sums(found)
    check_told(found, told)
    check_mirrored(found, back)


def told_of(
    before: str, after: str
) -> list[tuple[tuple[str, ...], list[tuple[str, str, list[str]]]]]:
    """Where, and for each line its name, what became of it, and what it says otherwise."""
    return [
        (
            hunk.places,
            [(s[0].label, s[0].status, [c.what for c in s[0].changes]) for s in hunk.items],
        )
        for hunk in review(ns.diff(before, after)).hunks
    ]


def test_the_stride_of_a_bottleneck() -> None:
    """From the first 1×1 to the 3×3 in three blocks: no parameters, 231,211,008 multiply-adds.

    3,857,973,248 and 4,089,184,256 are what other tools count for the two.
    """
    [(places, lines)] = told_of("resnet50", "resnet50-v1.5")
    assert ("conv3_x.1", "conv4_x.1", "conv5_x.1") == places
    assert [("conv1", "changed", ["stride"]), ("conv2", "changed", ["stride"])] == lines
    found = ns.diff("resnet50", "resnet50-v1.5")
    assert Delta(25_557_032, 25_557_032) == found.totals["params"]
    assert Delta(3_857_973_248, 4_089_184_256) == found.totals["macs"]
    [hunk] = review(found).hunks
    assert [0, 231_211_008] == [hunk.effect(column) for column in ("params", "macs")]


def test_side_classifiers() -> None:
    """Two whole blocks that only one network has: 13,378,280 − 6,998,552 parameters."""
    assert [(("head_1", "head_2"), [("head_1", "added", [])])] == told_of(
        "googlenet", "googlenet-heads"
    )
    assert 6_379_728 == ns.diff("googlenet", "googlenet-heads").totals["params"].difference


def test_two_convolutions_more() -> None:
    """VGG: 132,863,336 parameters and 133,047,848; what reads the new rows says nothing new."""
    assert [
        (("conv1_2",), [("conv1_2", "added", [])]),
        (("conv2_2",), [("conv2_2", "added", [])]),
    ] == told_of("vgg11", "vgg13")
    assert Delta(132_863_336, 133_047_848) == ns.diff("vgg11", "vgg13").totals["params"]


def test_more_blocks() -> None:
    """ResNet-34 repeats the blocks of ResNet-18: 8 more, told a stage at a time."""
    assert [
        (("conv2_x.3",), [("conv2_x.3", "added", [])]),
        (("conv3_x.3", "conv3_x.4"), [("conv3_x.3", "added", [])]),
        (tuple(f"conv4_x.{n}" for n in range(3, 7)), [("conv4_x.3", "added", [])]),
        (("conv5_x.3",), [("conv5_x.3", "added", [])]),
    ] == told_of("resnet18", "resnet34")
    assert Delta(11_689_512, 21_797_672) == ns.diff("resnet18", "resnet34").totals["params"]


def test_one_tower() -> None:
    """What follows in place is a part of its line; what only reads another map follows."""
    changes = {lines[0][0]: lines[0][2] for _, lines in told_of("alexnet", "alexnet-one-tower")}
    assert {
        "input": ["shape"],
        "conv1": ["out", "padding", "then"],
        "conv2": ["out", "groups", "then"],
        "conv4": ["out", "groups"],
        "conv5": ["groups"],
        "avgpool": [],
        "drop6": [],
        "fc7": ["then"],
        "fc8": ["then"],
    } == changes
    told = review(ns.diff("alexnet", "alexnet-one-tower"))
    assert ["pool1", "pool2", "conv3"] == [item.name for item in told.follow]


def test_the_same_network_under_other_names() -> None:
    """The zoo's ResNet-50 and torch's: matched row by row, with nothing of one alone but flatten."""
    found = ns.diff("resnet50-v1.5", ns.Net(TORCHLIKE["resnet50"]()))
    statuses = Counter(row.status for row in found.rows)
    assert (1, 0) == (statuses["added"], statuses["removed"])
    assert ["flatten"] == [row.name for row in found.rows if row.status == "added"]
    assert {"name", "inplace"} == {change.what for row in found.rows for change in row.changes}
    assert 0 == found.totals["macs"].difference


SMALL = """# Small

Input: 3×16×16

| name  | layer | out | kernel | padding | from  |
|-------|-------|-----|--------|---------|-------|
| conv1 | conv  | 8   | 3×3    | 1       |       |
| conv2 | conv  | 8   | 3×3    | 1       |       |
| conv3 | conv  | 8   | 3×3    | 1       | conv1 |
| add   | add   |     |        |         | conv2, conv3 |
| relu  | relu  |     |        |         |       |
"""


def changes(after: str, before: str = SMALL) -> dict[str, tuple[str, list[tuple[str, Any, Any]]]]:
    """What became of each row that differs, and what it says otherwise."""
    return {
        row.name: (row.status, [tuple(change) for change in row.changes])
        for row in ns.diff(ns.load(before), ns.load(after)).rows
        if row.status != "same"
    }


def test_a_row_that_reads_another() -> None:
    """By name; and the rows that stand still are left alone."""
    after = SMALL.replace("conv2, conv3 |", "conv3, conv2 |").replace(
        "| 1       | conv1 |", "| 1 | |"
    )
    assert {
        "conv3": ("changed", [("from", ("conv1",), ("conv2",))]),
        "add": ("changed", [("from", ("conv2", "conv3"), ("conv3", "conv2"))]),
    } == changes(after)


def test_a_row_that_changed_places() -> None:
    """It is one row still, and said to have moved."""
    lines = SMALL.splitlines()
    lines[7], lines[8] = lines[8], lines[7].replace("|       |", "| conv1 |")
    found = ns.diff(ns.load(SMALL), ns.load("\n".join(lines) + "\n"))
    assert {"conv2"} == {row.name for row in found.rows if row.moved}
    assert not [row for row in found.rows if row.changes or row.status in {"added", "removed"}]
    [hunk] = review(found).hunks
    assert "conv3" == hunk.items[0][0].moved


def test_a_row_of_another_kind() -> None:
    """It keeps its name: one row, with another layer."""
    [(status, [change])] = changes(SMALL.replace("| relu  | relu  |", "| relu  | silu  |")).values()
    assert ("changed", "layer", "relu", "silu") == (
        status,
        change[0],
        change[1].kind,
        change[2].kind,
    )


def test_what_follows_a_change_is_told_apart() -> None:
    """A row that says the same and reads another map follows; its counts are its own."""
    after = SMALL.replace("| conv1 | conv  | 8 ", "| conv1 | conv  | 16")
    assert {
        "conv1": ("changed", [("out", 8, 16)]),
        "conv2": ("follows", []),
        "conv3": ("follows", []),
    } == changes(after)


def test_a_number_for_all_axes_is_the_same_as_one_for_each() -> None:
    """3 and 3×3 are one kernel, 1 and 1×1 one padding."""
    after = SMALL.replace("3×3", "3").replace("| 1       |", "| 1×1     |")
    assert {} == changes(after)
    assert ns.diff(ns.load(SMALL), ns.load(after)).equal


def test_a_row_put_into_a_numbered_list() -> None:
    """Numbers shift, and rows are told by what they are: one was put in, and others renamed."""

    def sheet(*layers: str) -> str:
        rows = "\n".join(f"| features.{n} | {layer} |" for n, layer in enumerate(layers))
        return f"Input: 3×32×32\n\n| name | layer |\n|---|---|\n{rows}\n"

    old = ("3×3 conv, 8", "relu", "2×2 max pool", "3×3 conv, 16", "relu", "2×2 max pool")
    new = (old[0], "bn", *old[1:])
    found = changes(sheet(*new), sheet(*old))
    assert {"features.1": ("added", [])} == {
        name: each for name, each in found.items() if each[0] != "changed"
    }
    assert [f"features.{n}" for n in range(2, 7)] == [
        name for name, (status, _) in found.items() if status == "changed"
    ]
    assert {"name"} == {what for _, given in found.values() for what, _, _ in given}


def test_large_networks_are_compared_in_bounded_time() -> None:
    """A net for what takes for ever: 8,000 rows under other names, some of them changed."""
    from support.built import Builder

    def long(prefix: str, every: int) -> Graph:
        net = Builder(prefix)
        net.input("input", 4, 8, 8)
        for number in range(8_000):
            word = "batch norm" if number % every else "relu"
            net.add(f"{prefix}.{number}", word)
        return net.graph()

    with bounded(60):
        found = diff(long("a", 3), long("b", 4))
        check_sums(found)
        check_told(found, review(found))
