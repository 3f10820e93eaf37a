"""Whole outputs, kept letter by letter, and added up again from what stands in them."""

import csv
import json
import re
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from netsheet.render import csv_table, html, json_sheet, markdown, terminal
from netsheet.render.units import LETTERS
from netsheet.sheet.sheet import Sheet
from support.built import NETS
from support.goldens import FOLDER, REWRITE, assert_golden

KEPT = {
    "alexnet.txt": lambda: terminal.render(Sheet(NETS["alexnet"]()), width=80, colour=False),
    "alexnet-wide.txt": lambda: terminal.render(Sheet(NETS["alexnet"]()), width=160, colour=False),
    "alexnet-exact.txt": lambda: terminal.render(
        Sheet(NETS["alexnet"]()), width=100, exact=True, colour=False
    ),
    "alexnet.md": lambda: markdown.render(Sheet(NETS["alexnet"]())),
    "alexnet.csv": lambda: csv_table.render(Sheet(NETS["alexnet"]())),
    "alexnet.json": lambda: json_sheet.render(Sheet(NETS["alexnet"]())),
    "googlenet-opened.txt": lambda: terminal.render(
        Sheet(NETS["googlenet"]()), width=80, depth=2, colour=False
    ),
    "resnet50.txt": lambda: terminal.render(Sheet(NETS["resnet50"]()), width=80, colour=False),
    "small.txt": lambda: terminal.render(Sheet(NETS["small"]()), width=80, colour=False),
    "small-exact.md": lambda: markdown.render(Sheet(NETS["small"]()), depth=2, exact=True),
    "small.csv": lambda: csv_table.render(Sheet(NETS["small"]()), depth=2, total=True),
    "small.json": lambda: json_sheet.render(Sheet(NETS["small"]()), depth=2),
    "small.html": lambda: html.render(Sheet(NETS["small"]())),
    "unet.md": lambda: markdown.render(Sheet(NETS["unet"]())),
}
"""What is kept, and how it is made."""

TOTALS = {
    # Krizhevsky et al. 2012 in Caffe's replication: the counts in circulation, to the last digit.
    "alexnet": (60_965_224, 724_406_816),
    # Szegedy et al. 2014, table 1, without side classifiers: 6,998,552 as in Caffe's replication.
    "googlenet": (6_998_552, 1_582_671_872),
    # He et al. 2015 with the stride on the 3×3: as torchvision publishes it, 4.089 GMACs.
    "resnet50": (25_557_032, 4_089_184_256),
    # By hand: 600 + 16, 3·3·8·16 + 16, 16·12·12·10 + 10; 600·28², 1,152·12², 23,040.
    "small": (24_834, 659_328),
    # By hand: 120 + 8, 1,152 + 16, 512 + 8, 32 + 2; 120·3,072, 1,152·768, 512·768, 32·3,072.
    "unet": (1_850, 1_744_896),
}
"""Parameters and multiply-adds, from elsewhere."""


@pytest.mark.parametrize("name", KEPT)
def test_outputs_are_as_kept(name: str) -> None:
    """What is written today is what was kept, letter by letter."""
    assert_golden(name, KEPT[name]())


def test_nothing_else_is_kept() -> None:
    """Every file kept is one that is compared."""
    assert sorted(KEPT) == sorted(path.name for path in FOLDER.iterdir())


def test_a_changed_output_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: one letter less, or a file that isn't there, fails; rewriting is explicit."""
    monkeypatch.delenv(REWRITE, raising=False)
    (tmp_path / "a.txt").write_text("one\n", encoding="utf-8")
    assert_golden("a.txt", "one\n", tmp_path)
    for text in ("one", "one\r\n", "One\n"):
        with pytest.raises(AssertionError, match="has changed"):
            assert_golden("a.txt", text, tmp_path)
    with pytest.raises(AssertionError, match="isn't kept yet"):
        assert_golden("b.txt", "", tmp_path)
    monkeypatch.setenv(REWRITE, "1")
    assert_golden("b.txt", "two\n", tmp_path)
    assert "two\n" == (tmp_path / "b.txt").read_text(encoding="utf-8")


# --- adding up what stands in them ---

Range = tuple[Decimal, Decimal]


def bounds(text: str) -> Range:
    """Least and greatest count that a figure can stand for: `34.9K` is 34,850 to 34,950."""
    figure, letter = re.fullmatch(r"\**([\d,.]+)([KMGT]?)\**", text.strip()).groups()  # type: ignore[union-attr]
    value, unit = Decimal(figure.replace(",", "")), Decimal(1000) ** LETTERS.index(letter)
    half = Decimal(5).scaleb(int(value.as_tuple().exponent) - 1) if letter else Decimal(0)
    return (value - half) * unit, (value + half) * unit


def assert_adds_up(texts: list[str], total: str, true: int) -> None:
    """Assert that figures add up to the total printed, and that it stands for the true one."""
    ranges = [bounds(text) for text in texts]
    low, high = (sum(ends) for ends in zip(*ranges, strict=True))
    least, most = bounds(total)
    assert least <= true <= most, f"{total} is not {true:,}"
    assert low <= true <= high, f"{texts} is not {true:,} together"


def lines_of(text: str) -> tuple[list[str], list[list[str]]]:
    """Titles, and lines of cells as deep as written with the total last, from a text or Markdown."""
    if text.startswith("#"):
        block = text.split("\n\n")[2].splitlines()
        rows = [[cell.strip(" ") for cell in line.strip("|").split("|")] for line in block]
        return rows[0], [row for row in rows[2:] if not row[0].startswith("\xa0")]
    block = text.split("\n\n")[1].splitlines()
    starts = [found.start() for found in re.finditer(r"\S+( \S+)*", block[0])]
    ends = [found.end() for found in re.finditer(r"\S+( \S+)*", block[0])]
    titles = [block[0][a:b] for a, b in zip(starts, ends, strict=True)]
    rows = []
    for line in block:
        if line.startswith(("─", " ", "name")):
            continue
        cells = [
            line[:end].rsplit("  ", 1)[-1].strip() if end <= len(line) else "" for end in ends[1:]
        ]
        rows.append([line.partition("  ")[0], *cells])
    return titles, rows


@pytest.mark.parametrize("name", [name for name in KEPT if name.endswith((".txt", ".md"))])
def test_the_columns_of_a_text_add_up(name: str) -> None:
    """Parameters and multiply-adds, added from what is printed, give the totals from elsewhere."""
    titles, rows = lines_of((FOLDER / name).read_text(encoding="utf-8"))
    *lines, total = rows
    net = re.split(r"[.-]", name)[0]
    for title, true in zip(("params", "macs"), TOTALS[net], strict=True):
        place = titles.index(title)
        assert_adds_up([line[place] for line in lines], total[place], true)


@pytest.mark.parametrize("name", ["alexnet.csv", "small.csv"])
def test_the_columns_of_a_csv_add_up(name: str) -> None:
    """The rows as deep as written add up to the totals from elsewhere."""
    rows = list(csv.DictReader(StringIO((FOLDER / name).read_text(encoding="utf-8"))))
    for column, true in zip(
        ("params", "macs"), TOTALS[name.split(".", maxsplit=1)[0]], strict=True
    ):
        assert true == sum(int(row[column]) for row in rows if row["level"] == "1")


@pytest.mark.parametrize("name", ["alexnet.json", "small.json"])
def test_the_rows_of_a_json_add_up(name: str) -> None:
    """The rows add up to the totals from elsewhere, and parts do too."""
    read = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    for column, true in zip(
        ("params", "macs"), TOTALS[name.split(".", maxsplit=1)[0]], strict=True
    ):
        assert true == sum(row[column] for row in read["rows"]) == read["total"][column]
        assert true == sum(part[column] for part in read["parts"].values())


def test_the_page_adds_up() -> None:
    """The exact figures behind a page's cells add up to the totals from elsewhere."""
    text = (FOLDER / "small.html").read_text(encoding="utf-8")
    for column, true in zip(("params", "macs"), TOTALS["small"], strict=True):
        sums = re.findall(rf"<p>(?!small)\w+\.{column} = (?:[^<]* = )?<b>([\d,]+)</b>", text)
        assert true == sum(int(each.replace(",", "")) for each in sums)


def test_a_wrong_figure_is_noticed() -> None:
    """Negative control: one figure off by more than its rounding, or a wrong total, is seen."""
    assert_adds_up(["34.9K", "0", "4,096"], "39.0K", 39_040)
    for texts, total in (
        (["34.8K", "0", "4,096"], "39.0K"),
        (["34.9K", "4,096", "100"], "39.0K"),
        (["34.9K", "0", "4,096"], "39.1K"),
    ):
        with pytest.raises(AssertionError):
            assert_adds_up(texts, total, 39_040)
