"""The zoo against what others published and counted."""

import math
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import netsheet as ns
from netsheet.core.errors import ChoiceError
from netsheet.net import Net
from netsheet.zoo.catalogue import FOLDER, catalogue, chosen, gather

GOLDEN = Path(__file__).parents[1] / "golden" / "published.toml"
TORCHVISION = GOLDEN.with_name("torchvision.toml")
PUBLISHED: list[dict[str, Any]] = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))["net"]
COLUMNS = ("params", "weights", "biases", "macs", "connections", "neurons", "depth")


def check_totals(published: dict[str, Any], net: Net) -> None:
    """Every published total equals the sheet's."""
    total = net.sheet().total
    expected = {name: published[name] for name in COLUMNS if name in published}
    assert expected, "nothing was published"
    assert expected == {name: int(getattr(total, name)) for name in expected}


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published["name"])
def test_totals_equal_the_published_ones(published: dict[str, Any]) -> None:
    """Every total of a zoo network equals, to the last digit, what others counted."""
    check_totals(published, ns.load(published["name"], input=published.get("input")))


@pytest.mark.parametrize("column", ["params", "macs"])
def test_the_check_of_totals_can_fail(column: str) -> None:
    """A published total that is off by one is noticed."""
    wrong = next(dict(net) for net in PUBLISHED if net["name"] == "vgg16")
    wrong[column] += 1
    with pytest.raises(AssertionError):
        check_totals(wrong, ns.load("vgg16"))


def test_every_network_of_the_zoo_is_held_against_a_publication() -> None:
    """No network is shipped whose totals nobody else has counted."""
    torchvision = tomllib.loads(TORCHVISION.read_text(encoding="utf-8"))["network"]
    held = {net["name"] for net in PUBLISHED}
    held |= {net.get("zoo", net["name"]) for net in torchvision}
    assert held == set(catalogue())


@pytest.mark.parametrize("name", list(catalogue()))
def test_columns_add_up(name: str) -> None:
    """The lines of a sheet add up to its totals, as written and opened all the way."""
    sheet = ns.load(name).sheet()
    for column in (
        "params",
        "weights",
        "biases",
        "buffers",
        "macs",
        "connections",
        "neurons",
        "kept",
    ):
        whole = int(getattr(sheet.total, column))
        assert whole == sum(getattr(row, column) for row in sheet.rows)
        assert whole == sum(sheet.column(column))
        inside = [row for _, row in sheet.lines(99) if not row.rows]
        assert whole == sum(getattr(row, column) for row in inside)


@pytest.mark.parametrize("name", list(catalogue()))
def test_parts_add_up(name: str) -> None:
    """Convolutions, dense layers and the rest make the whole."""
    sheet = ns.load(name).sheet()
    for column in ("params", "macs"):
        assert getattr(sheet.total, column) == sum(part[column] for part in sheet.parts.values())


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ((["same"], ["same"]), 'two sheets of the zoo hold "same": a.md and b.md'),
        (
            (["net1.0"], ["Net1_0"]),
            'two sheets of the zoo hold "net1.0", which also spells "Net1_0": a.md and b.md',
        ),
        ((["one", "same", "same"],), 'a.md holds "same" twice'),
        ((["a-b", "a.b"],), 'a.md holds "a-b" twice, which also spells "a.b"'),
    ],
)
def test_names_are_unique_however_they_are_spelt(
    names: tuple[list[str], ...], message: str, tmp_path: Path
) -> None:
    """Two networks of one name are refused, naming their sheets."""
    for stem, own in zip("ab", names, strict=False):
        rows = "".join(f"| {name} |\n" for name in own)
        text = f"# X\n\n## Variants\n\n| name |\n|---|\n{rows}"
        (tmp_path / f"{stem}.md").write_text(text, encoding="utf-8")
    with pytest.raises(ChoiceError) as caught:
        gather(tmp_path)
    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("spelt", "name"),
    [
        ("squeezenet1_0", "squeezenet1.0"),
        ("SqueezeNet1.0", "squeezenet1.0"),
        ("ResNet50_v1.5", "resnet50-v1.5"),
        ("mobilenet-v3-large", "mobilenet_v3_large"),
        ("vgg16", "vgg16"),
    ],
)
def test_a_name_may_be_spelt_otherwise(spelt: str, name: str) -> None:
    """Large letters are small ones, and dashes, dots and underscores are one sign."""
    assert name == ns.load(spelt).name


def test_networks_are_chosen_by_words() -> None:
    """A word chooses by names, however they are spelt, and by families; nothing chooses all."""
    everything = catalogue()
    large = ["mobilenet_v3_large", "mobilenet_v3_small"]
    assert large == list(chosen(["MobileNet-V3"], everything))
    assert large[:1] == list(chosen(["large", "mobile"], everything))
    assert ["nin", "nin-imagenet"] == list(chosen(["network in network"], everything))
    assert everything == chosen([], everything)
    assert {} == chosen(["mobilenet", "resnet"], everything)


def test_the_catalogue_finds_every_sheet() -> None:
    """Each sheet of the folder holds at least one network."""
    assert {entry.path for entry in catalogue().values()} == set(FOLDER.glob("*.md"))


def test_googlenet_table_is_typed_in_as_printed() -> None:
    """The claims of GoogLeNet's sheet are the cells that the paper prints, the faulty ones too."""
    net = ns.load("googlenet")
    params = {claim.row: claim.text for claim in net.claims if claim.column == "params"}
    ops = {claim.row: claim.text for claim in net.claims if claim.column == "ops"}
    assert {
        "conv1": "2.7K", "conv2": "112K", "inception_3a": "159K", "inception_3b": "380K",
        "inception_4a": "364K", "inception_4b": "437K", "inception_4c": "463K",
        "inception_4d": "580K", "inception_4e": "840K", "inception_5a": "1072K",
        "inception_5b": "1388K", "dense1": "1000K",
    } == params  # fmt: skip
    assert [
        "34M",
        "360M",
        "128M",
        "304M",
        "73M",
        "88M",
        "100M",
        "119M",
        "170M",
        "54M",
        "71M",
        "1M",
    ] == list(ops.values())


def test_lenet_rows_equal_the_paper() -> None:
    """LeNet-5's parameters and connections, layer by layer, as the paper prints them."""
    sheet = ns.load("lenet5").sheet()
    assert [156, 12, 1516, 32, 48120, 10164, 0] == [row.params for row in sheet.rows]
    assert [122_304, 5_880, 151_600, 2_000, 48_120, 10_164, 840] == [
        row.connections for row in sheet.rows
    ]


def test_lenet_c3_reads_the_maps_of_table_i() -> None:
    """C3's sixteen maps read 3, 4 and 6 maps as table I of the paper marks them: 60 links."""
    sheet = ns.load("lenet5").sheet()
    layer = sheet.graph.rows[sheet.graph.node("C3").first].layer
    assert [3] * 6 + [4] * 9 + [6] == [len(reads) for reads in layer.links]
    assert (0, 1, 2) == layer.links[0]
    assert (0, 4, 5) == layer.links[4]
    assert (0, 1, 3, 4) == layer.links[12]
    assert (0, 1, 2, 3, 4, 5) == layer.links[15]


def test_googlenet_rows_equal_a_count_by_hand() -> None:
    """Weights, biases and multiply-adds of every row with any, against a count by hand."""
    sheet = ns.load("googlenet").sheet()
    expected = {
        "conv1": (9_408, 64, 118_013_952),
        "conv2": (114_688, 256, 359_661_568),
        "inception_3a": (163_328, 368, 128_049_152),
        "inception_3b": (388_096, 640, 304_267_264),
        "inception_4a": (375_552, 624, 73_608_192),
        "inception_4b": (448_512, 648, 87_908_352),
        "inception_4c": (509_440, 664, 99_850_240),
        "inception_4d": (604_672, 704, 118_515_712),
        "inception_4e": (867_328, 1_024, 169_996_288),
        "inception_5a": (1_042_432, 1_024, 51_079_168),
        "inception_5b": (1_442_816, 1_264, 70_697_984),
        "dense1": (1_024_000, 1_000, 1_024_000),
    }
    assert expected == {
        row.name: (row.weights, row.biases, row.macs) for row in sheet.rows if row.params
    }


def test_alexnet_rows_equal_a_count_by_hand() -> None:
    """Weights, biases and multiply-adds of AlexNet's eight layers in two groups."""
    sheet = ns.load("alexnet").sheet()
    expected = {
        "conv1": (34_848, 96, 105_415_200),
        "conv2": (307_200, 256, 223_948_800),
        "conv3": (884_736, 384, 149_520_384),
        "conv4": (663_552, 384, 112_140_288),
        "conv5": (442_368, 256, 74_760_192),
        "fc6": (37_748_736, 4_096, 37_748_736),
        "fc7": (16_777_216, 4_096, 16_777_216),
        "fc8": (4_096_000, 1_000, 4_096_000),
    }
    assert expected == {
        row.name: (row.weights, row.biases, row.macs) for row in sheet.rows if row.params
    }


MISPRINTED = {"squeezenet1.0": {"maxpool8"}}
"""Rows whose printed size no input gives: 13×12 in SqueezeNet's table."""


@pytest.mark.parametrize(
    "name",
    [
        "convnext_tiny",
        "densenet264",
        "googlenet",
        "googlenet-bn-heads",
        "inception_v3-heads",
        "resnet34",
        "resnet50",
        "resnext101_64x4d",
        "shufflenet_v2_x1_5",
        "squeezenet1.0",
        "wide_resnet50_2",
    ],
)
def test_printed_output_sizes_of_the_papers_are_computed(name: str) -> None:
    """The map sizes that papers print, H×W×C or H×W, follow from kernels and strides."""
    net = ns.load(name)
    sheet = net.sheet()
    printed = {claim.row: claim.text for claim in net.claims if claim.column == "output"}
    assert len(printed) >= 6
    computed = {}
    for row, text in printed.items():
        shape = sheet[row].output
        height_first = (*shape.size, shape.channels) if shape.rank else (1, 1, shape.channels)
        computed[row] = "×".join(map(str, height_first[: text.count("×") + 1]))
    assert MISPRINTED.get(name, set()) == {row for row in printed if printed[row] != computed[row]}


def regnets() -> dict[str, dict[str, str]]:
    """The variants of RegNet's sheet: cells by heading, remarks too."""
    text = (FOLDER / "regnet.md").read_text(encoding="utf-8").partition("## Variants")[2]
    table = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    heads, _, *rows = [[cell.strip() for cell in line] for line in table]
    return {row[0]: dict(zip(heads, row, strict=True)) for row in rows}


def paced(first: int, slope: float, step: float, depth: int) -> list[tuple[int, int]]:
    """A width and how many blocks have it, stage by stage, before groups are seen to.

    Equations 2 to 4 of arXiv:2003.13678: u_j = w_0 + w_a·j, s_j from u_j = w_0·w_m^s_j, rounded,
    and w_0·w_m^s_j to multiples of 8.
    """
    wide = [first + slope * block for block in range(depth)]
    powers = [round(math.log(width / first) / math.log(step)) for width in wide]
    counts = Counter(round(first * step**power / 8) * 8 for power in powers)
    return sorted(counts.items())


@pytest.mark.parametrize("name", regnets())
def test_regnets_follow_from_their_parameters(name: str) -> None:
    """Blocks and widths of every stage are those that w_0, w_a, w_m and the groups' width give."""
    cells = regnets()[name]
    blocks = [int(cells[f"d{stage}"]) for stage in range(1, 5)]
    first, slope, step = (float(cells[f"({letter})"]) for letter in ("w_0", "w_a", "w_m"))
    stages = paced(int(first), slope, step, sum(blocks))
    assert blocks == [count for _, count in stages]
    group = int(cells["g"])
    found = []
    for width, _ in stages:
        own = min(group, width)
        if name.endswith("pycls"):
            found.append(round(width / own) * own)  # halves to even, as Python rounds
        else:
            near = max(own, int(width + own / 2) // own * own)
            found.append(near if near >= 0.9 * width else near + own)
    assert [int(cells[f"w{stage}"]) for stage in range(1, 5)] == found
