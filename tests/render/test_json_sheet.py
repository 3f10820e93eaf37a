"""A sheet as JSON, exactly as the design promises."""

import json
from typing import Any

import pytest

from netsheet.core.convention import FLOPS
from netsheet.render.json_sheet import COUNTS, document, render, written
from netsheet.sheet.sheet import Sheet, SheetRow
from support.built import HOSTILE, NETS, alexnet, googlenet, resnet50, unet

PROMISED = {
    "name",
    "layer",
    "from",
    "output",
    "params",
    "macs",
    "neurons",
    "memory",
    "receptive_field",
}


def assert_row(row: dict[str, Any], line: SheetRow, depth: int) -> None:
    """Assert that a row, and what is inside it, holds the sheet's values as whole numbers."""
    assert line.name == row["name"]
    assert line.layer == row["layer"]
    assert list(line.reads) == row["from"]
    assert [int(size) for size in line.output] == row["output"]
    for name in COUNTS:
        assert int is type(row[name]), name
        assert int(getattr(line, name)) == row[name], name
    opened = row.get("rows", [])
    assert (len(line.rows) if depth > 1 else 0) == len(opened)
    for inner, inside in zip(opened, line.rows, strict=False):
        assert_row(inner, inside, depth - 1)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("depth", [1, 2, 9])
def test_every_number_is_the_sheets(name: str, depth: int) -> None:
    """Every count is an exact integer, at every level, for every net."""
    sheet = Sheet(NETS[name]())
    read = json.loads(render(sheet, depth=depth))
    assert sheet.graph.name == read["name"]
    assert list(sheet.graph.input_shape) == read["input"]
    for row, line in zip(read["rows"], sheet.rows, strict=True):
        assert set() == PROMISED - set(row)
        assert_row(row, line, depth)
    for count in COUNTS:
        assert int(getattr(sheet.total, count)) == read["total"][count]


@pytest.mark.parametrize(
    ("key", "fault"), [("params", 34_943), ("macs", 105_415_200.0), ("output", [96, 55])]
)
def test_a_faulty_row_is_noticed(key: str, fault: object) -> None:
    """Negative control: a wrong count, a float, or a shape cut short is seen."""
    sheet = Sheet(alexnet())
    row = json.loads(render(sheet))["rows"][0]
    assert_row(row, sheet.rows[0], 1)
    with pytest.raises(AssertionError):
        assert_row({**row, key: fault}, sheet.rows[0], 1)


def test_alexnet_as_published() -> None:
    """AlexNet: 60,965,224 parameters and 724,406,816 multiply-adds, and conv2 in full."""
    read = json.loads(render(Sheet(alexnet())))
    assert [3, 227, 227] == read["input"]
    assert "macs" == read["convention"]
    assert (60_965_224, 724_406_816) == (read["total"]["params"], read["total"]["macs"])
    assert {
        "name": "conv2",
        "layer": "conv",
        "from": ["pool1"],
        "output": [256, 27, 27],
        "params": 307_456,
        "macs": 223_948_800,
        "neurons": 186_624,
        "receptive_field": 51,
        "then": ["relu", "local response norm"],
    }.items() <= read["rows"][2].items()


def test_rows_add_up_to_the_total() -> None:
    """The rows' parameters, multiply-adds and neurons add up, also inside groups."""
    read = json.loads(render(Sheet(resnet50()), depth=9))
    for name in ("params", "macs", "neurons", "weights", "biases", "buffers", "kept"):
        assert read["total"][name] == sum(row[name] for row in read["rows"])
        for row in read["rows"]:
            if "rows" in row:
                assert row[name] == sum(inside[name] for inside in row["rows"])


def test_the_peak_and_its_row() -> None:
    """The total of memory is the peak, with the row it lies at."""
    total = json.loads(render(Sheet(unet())))["total"]
    assert (393_216, "join") == (total["memory"], total["memory_row"])


def test_a_field_is_a_number_where_axes_agree() -> None:
    """One number for a square field, a list otherwise, null for a flat input, text for halves."""
    assert 195 == document(Sheet(alexnet()))["total"]["receptive_field"]
    assert [9, 11] == document(Sheet(unet()))["total"]["receptive_field"]
    assert document(Sheet(unet()))["total"]["receptive_field_exact"] is False
    assert [5, 8, 8] == document(Sheet(NETS["volume"]()))["total"]["receptive_field"]
    assert document(Sheet(NETS["flat"]()))["total"]["receptive_field"] is None


def test_several_inputs_are_all_there() -> None:
    """`input` is the first input's shape, `inputs` has all of them by name."""
    read = document(Sheet(NETS["two_inputs"]()))
    assert [1, 32, 32] == read["input"]
    assert {"left": [1, 32, 32], "right": [3, 32, 32]} == read["inputs"]


def test_the_convention_travels_with_the_figures() -> None:
    """Another convention is named, and `ops` follows it; `macs` stay multiply-adds."""
    read = document(Sheet(alexnet(), FLOPS))
    assert ("flops", 2 * 724_406_816, 724_406_816) == (
        read["convention"],
        read["total"]["ops"],
        read["total"]["macs"],
    )
    assert read["convention_meaning"].startswith("two per multiply-add")


def test_keys_stand_in_one_order() -> None:
    """The order of keys is the same for every net, and in every row."""
    orders = {
        (tuple(read), tuple(read["total"]), *{tuple(row) for row in read["rows"]})
        for read in (json.loads(render(Sheet(build()))) for build in NETS.values())
    }
    assert 1 == len(orders)


def test_depth_opens_rows() -> None:
    """`rows` of a row are there if groups were opened, and only then."""
    closed = json.loads(render(Sheet(googlenet())))["rows"]
    opened = json.loads(render(Sheet(googlenet()), depth=2))["rows"]
    assert [] == [row["name"] for row in closed if "rows" in row]
    assert 8 == len(opened[5]["rows"])
    assert "rows" not in opened[4]


def test_names_survive_whole() -> None:
    """JSON keeps a hostile name as it is, escaped by JSON's own rules."""
    text = render(Sheet(NETS["hostile"]()))
    assert HOSTILE == json.loads(text)["name"]
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": []},
        {"a": {}},
        [[1, 2], [3]],
        [{"a": None}],
        {"a": [1, "×", True, 0.5]},
        "\u2028",
    ],
)
def test_what_is_written_is_json(value: object) -> None:
    """Laid out by us, read by the json module: the same."""
    assert value == json.loads(written(value))
