"""A sheet as CSV, read back by the csv module."""

import csv
from io import StringIO

import pytest

from netsheet.core.errors import ChoiceError
from netsheet.render.csv_table import COLUMNS, FORMULA, NUMBER, guard, render
from netsheet.render.table import plain
from netsheet.sheet.sheet import Sheet
from support.built import NETS, alexnet, small, unet

COUNTS = (
    "params",
    "weights",
    "biases",
    "buffers",
    "macs",
    "ops",
    "neurons",
    "connections",
    "memory",
    "kept",
    "depth",
)


def read(text: str) -> list[dict[str, str]]:
    """The rows, by column name; strict about quotes."""
    return list(csv.DictReader(StringIO(text), strict=True))


def assert_equals(text: str, sheet: Sheet, *, depth: int) -> None:
    """Assert that reading the text gives the sheet's values."""
    rows = read(text)
    lines = list(sheet.lines(depth))
    assert len(lines) == len(rows)
    for (level, line), row in zip(lines, rows, strict=True):
        assert list(COLUMNS) == list(row)
        assert str(level + 1) == row["level"]
        assert line.name == row["name"].removeprefix("'")
        assert plain(line.layer) == row["layer"].removeprefix("'")
        assert ", ".join(line.reads) == row["from"].removeprefix("'")
        assert "×".join(str(int(n)) for n in line.output) == row["output"]
        assert {name: int(getattr(line, name)) for name in COUNTS} == {
            name: int(row[name]) for name in COUNTS
        }


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("depth", [1, 2, 9])
def test_reading_it_back_gives_the_sheet(name: str, depth: int) -> None:
    """Every value survives, for every net and depth, and the columns never change."""
    sheet = Sheet(NETS[name]())
    assert_equals(render(sheet, depth=depth), sheet, depth=depth)


@pytest.mark.parametrize(
    ("sound", "fault"), [("34944", "34943"), (",input,", ",input,,"), ("\n", "")]
)
def test_a_faulty_table_is_noticed(sound: str, fault: str) -> None:
    """Negative control: a wrong figure, a cell too many, or a line too few is seen."""
    sheet = Sheet(alexnet())
    text = render(sheet)
    assert sound in text
    with pytest.raises((AssertionError, ValueError, csv.Error)):
        assert_equals(text.replace(sound, fault, 1), sheet, depth=1)


def test_columns_add_up() -> None:
    """There is no line of totals among the rows, so a column's sum is the total."""
    rows = read(render(Sheet(alexnet())))
    assert 60_965_224 == sum(int(row["params"]) for row in rows)
    assert 724_406_816 == sum(int(row["macs"]) for row in rows)


def test_a_line_of_totals_on_request() -> None:
    """Asked for, totals come last; what has none is empty."""
    *rows, total = read(render(Sheet(alexnet()), total=True))
    assert ("total", "", "60965224", "1000") == (
        total["name"],
        total["layer"],
        total["params"],
        total["output"],
    )
    assert "8" == total["depth"]
    assert 11 == len(rows)


@pytest.mark.parametrize("name", NETS)
def test_no_cell_is_a_formula(name: str) -> None:
    """No cell begins as a formula does, unless it is a negative number."""
    for row in csv.reader(StringIO(render(Sheet(NETS[name]()), depth=3))):
        assert [] == [
            cell for cell in row if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell)
        ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-block", "@x", "\t=1", "\r=1", "-1+1", "-2/3x"])
def test_text_like_a_formula_gets_an_apostrophe(text: str) -> None:
    """Text that a spreadsheet would calculate is marked as text."""
    assert "'" + text == guard(text)


@pytest.mark.parametrize("value", ["", "conv", "1+1", "-21", "-1/2", -21, 0, 7])
def test_other_values_stay(value: object) -> None:
    """Numbers, also negative ones, and harmless text stay as they are."""
    assert value == guard(value)


def test_fields_of_axes_that_differ() -> None:
    """Sizes are joined as they are written, offsets as a list; where axes agree, it is a number."""
    row = read(render(Sheet(unet())))[2]
    assert ("8×10", "yes", "2", "[-3, -4]") == (
        row["receptive_field"],
        row["receptive_field_exact"],
        row["receptive_field_step"],
        row["receptive_field_offset"],
    )
    row = read(render(Sheet(alexnet())))[7]
    assert ("195", "yes", "32", "-64") == (
        row["receptive_field"],
        row["receptive_field_exact"],
        row["receptive_field_step"],
        row["receptive_field_offset"],
    )


def test_chosen_columns() -> None:
    """Columns by any heading, names first; a share is in percent."""
    text = render(Sheet(small()), columns=["#params", "share", "level"])
    assert "name,params,share,level\nconv1,616,2.480470,1\n" == text[: text.index("pool1")]
    with pytest.raises(ChoiceError, match=r'there is no column "parms"; did you mean "params"\?'):
        render(Sheet(small()), columns=["parms"])
