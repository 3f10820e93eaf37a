"""Columns: depth, memory, what training keeps, shares, operations by convention."""

import pytest

import netsheet as ns
from netsheet.core.convention import MODELS, Convention
from netsheet.core.errors import ChoiceError
from netsheet.layers.registry import key
from netsheet.net import from_text
from netsheet.sheet.column import Share
from netsheet.sheet.columns import columns, find_column, gather
from netsheet.text.headings import attribute_headings

BRANCHES = """
# Branches

Input: 4×8×8

| name | layer | out | kernel | padding | from   |
|------|-------|-----|--------|---------|--------|
| a    | conv  | 4   | 3×3    | 1       |        |
| b    | relu  |     |        |         |        |
| c    | conv  | 4   | 1×1    |         | a      |
| d    | add   |     |        |         | b, c   |
| e    | conv  | 2   | 3×3    | 1       |        |
| f    | concat|     |        |         | e, input |
"""


def test_depth_is_the_longest_way() -> None:
    """Of a branch, the longer way counts; of a row, its own layer."""
    sheet = from_text(BRANCHES).sheet()
    assert {"a": 1, "b": 0, "c": 1, "d": 0, "e": 1, "f": 0} == {
        row.name: row.depth for row in sheet.rows
    }
    assert sheet.total.depth == 3


def test_googlenet_depth_as_printed() -> None:
    """Table 1's column of depths, and its sum of 22."""
    net = ns.load("googlenet")
    printed = {claim.row: int(claim.text) for claim in net.claims if claim.column == "depth"}
    sheet = net.sheet()
    assert printed == {row: sheet[row].depth for row in printed}
    assert 22 == sum(printed.values()) == sheet.total.depth


def test_memory_counts_what_is_alive() -> None:
    """By hand: 4×8×8 is 1,024 bytes; the input stays alive until f has read it."""
    sheet = from_text(BRANCHES).sheet()
    size = 4 * 8 * 8 * 4
    expected = {
        "a": 2 * size,  # input, a
        "b": 3 * size,  # input, a, b
        "c": 4 * size,  # input, a, b, c
        "d": 4 * size,  # input, b, c, d
        "e": 2 * size + size // 2,  # input, d, e
        "f": size + size // 2 + 3 * size // 2,  # input, e, f
    }
    assert expected == {row.name: row.memory for row in sheet.rows}
    assert sheet.total.memory == 4 * size


def test_memory_by_other_models() -> None:
    """In-place activations need no second map; a value may have another size."""
    net = from_text(
        "Input: 4×8×8\n\n| layer | out | kernel | then |\n|---|---|---|---|\n| conv | 4 | 1×1 | relu |\n"
    )
    assert 2048 == net.sheet().total.memory
    assert 2048 == net.sheet(memory=MODELS["torch-inplace"]).total.memory
    assert 3072 == net.sheet(memory=MODELS["torch"]).total.memory


def test_shares_are_exact_pairs() -> None:
    """A share is a part of a whole, and percents are made for show."""
    sheet = ns.load("alexnet").sheet()
    assert Share(37_752_832, 60_965_224) == sheet["fc6"].share
    assert sheet["fc6"].share.percent == pytest.approx(61.9252, abs=1e-4)
    assert Share(0, 0).percent == 0.0


@pytest.mark.parametrize(
    ("convention", "expected"),
    [
        ("macs", 714_188_480),
        ("flops", 2 * 714_188_480),
        ("macs+bias", 714_682_664),
        ("flops+bias", 2 * 714_188_480 + 494_184),
        ("macs+activation", 714_188_480 + 493_184),
    ],
)
def test_operations_follow_the_convention(convention: str, expected: int) -> None:
    """AlexNet in one tower: multiply-adds, bias adds and ReLU elements as other tools count them."""
    sheet = ns.load("alexnet-one-tower").sheet(convention=convention)
    assert expected == sheet.total.ops
    assert Convention.parse(convention) == sheet.convention


def test_receptive_fields_of_the_literature() -> None:
    """The field of the last map: AlexNet 195, VGG-16 212, GoogLeNet 715; ResNet-50's bound 427 or more."""
    for name, size in (
        ("alexnet", 195),
        ("alexnet-one-tower", 195),
        ("vgg16", 212),
        ("googlenet", 715),
        ("resnet50-v1.5", 427),
    ):
        assert (size, size) == ns.load(name).sheet().total.receptive_field.size


def test_a_column_goes_by_its_headings() -> None:
    """Whatever spelling a paper uses finds the column."""
    for heading, name in (
        ("#params", "params"),
        ("Mult-Adds", "macs"),
        ("FLOPs", "ops"),
        ("Output Size", "output"),
        ("receptive field", "receptive_field"),
    ):
        assert name == find_column(heading).name


def test_two_columns_never_share_a_heading() -> None:
    """A clash is refused, naming both."""
    one = columns()["params"]
    other = columns()["macs"]
    clash = type(other)(
        **{name: getattr(other, name) for name in other.__dataclass_fields__}
        | {"headings": ("#params",)}
    )
    with pytest.raises(ChoiceError, match='"#params" heads two columns: params and macs'):
        gather((one, clash))


def test_no_heading_is_both_computed_and_an_attribute() -> None:
    """What is filled in is either what a layer is, or a claim; never left to guessing."""
    computed = {
        key(heading) for column in columns().values() for heading in (column.name, *column.headings)
    }
    assert set() == computed & set(attribute_headings())


def test_every_column_states_title_unit_and_meaning() -> None:
    """A column without words is no column."""
    for column in columns().values():
        assert all((column.title, column.unit, column.meaning))
