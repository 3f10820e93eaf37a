"""Explanations: made by the rule that computed, complete, and in a person's words."""

import re

import pytest

import netsheet as ns
from netsheet.core.errors import ChoiceError
from netsheet.sheet.columns import columns
from netsheet.sheet.sheet import Sheet
from netsheet.zoo.catalogue import catalogue


def first(text: str) -> str:
    """The first line."""
    return text.splitlines()[0]


def test_the_sum_of_the_contract() -> None:
    """conv2 of AlexNet, in symbols and with its numbers."""
    cell = ns.load("alexnet").sheet()["conv2"].params
    assert cell == 307_456
    assert (
        "conv2.params = 5·5·(96/2)·256 + 256 = 307,456\n  by the rule k·k·(C/g)·C_out + C_out"
    ) == cell.explain()


def test_a_row_is_explained_in_full() -> None:
    """Every column of conv2 that has something to say."""
    text = ns.load("alexnet").explain("conv2")
    for line in (
        "conv2: conv 5×5, 256, groups 2, then relu, local response norm",
        "  reads pool1 (96×27×27)",
        "conv2.output = 256×27×27",
        "  H_out, W_out = ⌊(27 + 2·2 − (1·(5 − 1) + 1))/1⌋ + 1 = 27",
        "conv2.params = 5·5·(96/2)·256 + 256 = 307,456",
        "conv2.macs = 27·27·5·5·(96/2)·256 = 223,948,800",
        "conv2.receptive_field = 51",
        "  size = 19 + (5 − 1)·8 = 51",
        "conv2.share = 307,456/60,965,224 = 0.50 %",
        "conv2: 223,948,800 multiply-adds / 307,200 weights: each weight is used 729 times, once at each output position",
    ):
        assert line in text.splitlines()


def test_what_the_floor_drops_is_told() -> None:
    """AlexNet's first layer on 224 pixels leaves one row and one column unread."""
    net = ns.load("alexnet", input=(3, 224, 224))
    text = net.explain("conv1", "output")
    assert text.splitlines()[-1].strip() == (
        "the rounding down drops something: 1 row and 1 column at the far edge are never read"
    )
    assert "never read" not in ns.load("alexnet").explain("conv1", "output")


def test_where_the_parameters_sit_and_why() -> None:
    """AlexNet: in the dense layers, because these share nothing."""
    text = ns.load("alexnet").explain("", "params")
    assert (
        "AlexNet.params = 34,944 + 307,456 + 885,120 + 663,936 + 442,624 + 37,752,832 + "
        "16,781,312 + 4,097,000 = 60,965,224"
    ) == first(text)
    assert "  dense layers: 58,631,144, 96.2 %; convolutions: 2,334,080, 3.8 %" in text.splitlines()
    assert "fc6.dense has 256·6·6·4,096 = 37,748,736" in text
    other = ns.load("resnet50").explain("", "params")
    assert "the dense part is small because the map is small, or averaged, before it" in other


def test_a_group_is_explained_by_its_parts() -> None:
    """An inception module's parameters are the sum of its six convolutions'."""
    text = ns.load("googlenet").explain("inception_3a", "params")
    assert (
        "inception_3a.params = 12,352 + 18,528 + 110,720 + 3,088 + 12,832 + 6,176 = 163,696"
    ) == first(text)
    assert "inception_3a.5x5.params = 5·5·16·32 + 32 = 12,832" in text


def results(text: str, subject: str) -> list[int]:
    """The numbers that lines about a subject end in."""
    pattern = rf"^{re.escape(subject)} = (?:.* = )?([\d,]+)$"
    return [int(m[1].replace(",", "")) for m in re.finditer(pattern, text, re.MULTILINE)]


def check_explained(sheet: Sheet, column: str) -> None:
    """The explanation of every line's cell ends in the cell's own value."""
    for row in sheet.rows:
        subject = f"{row.name}.{column}"
        explained = results(sheet.explain(row.name, column), subject)
        assert [int(getattr(row, column))] == explained


@pytest.mark.parametrize(
    "column",
    [
        "params",
        "weights",
        "biases",
        "buffers",
        "macs",
        "connections",
        "neurons",
        "ops",
        "memory",
        "kept",
    ],
)
@pytest.mark.parametrize("name", ["lenet5", "alexnet", "googlenet", "resnet18", "squeezenet1.0"])
def test_every_explanation_ends_in_its_value(name: str, column: str) -> None:
    """What is explained is what stands in the cell."""
    check_explained(ns.load(name).sheet(), column)


def test_the_check_of_explanations_can_fail() -> None:
    """A cell that was tampered with no longer agrees with its explanation."""
    sheet = ns.load("lenet5").sheet()
    values = list(sheet.column("params"))
    values[1] += 1
    sheet._columns["params"] = values
    with pytest.raises(AssertionError):
        check_explained(sheet, "params")


@pytest.mark.parametrize("name", list(catalogue()))
def test_every_cell_of_the_zoo_can_be_explained(name: str) -> None:
    """No line of any network, as written or inside, lacks words for any column."""
    sheet = ns.load(name).sheet()
    some = [row for _, row in sheet.lines(99)][:60]
    for row in some:
        for column in columns():
            assert sheet.explain(row.name, column).startswith(f"{row.name}.{column} = ")


def test_totals_of_every_column_can_be_explained() -> None:
    """Each total says how it came about."""
    sheet = ns.load("googlenet").sheet()
    for column in columns():
        assert sheet.explain("", column).startswith(f"googlenet.{column} = ")


def test_what_is_not_there_is_named_with_the_nearest() -> None:
    """A misspelt row or column gets a suggestion."""
    sheet = ns.load("alexnet").sheet()
    with pytest.raises(ChoiceError, match=r'AlexNet has no row "conv6"; did you mean'):
        sheet.explain("conv6")
    with pytest.raises(ChoiceError, match=r'there is no column "parms"; did you mean "params"\?'):
        sheet.explain("conv1", "parms")
    with pytest.raises(AttributeError, match="did you mean"):
        _ = sheet["conv1"].parms
