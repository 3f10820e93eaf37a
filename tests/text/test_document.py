"""A document's parts and their places, in Markdown and CSV."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.core.errors import Problems
from netsheet.text.cells import Cell
from netsheet.text.document import parse_csv, parse_markdown
from netsheet.text.markdown import marks, pieces
from netsheet.text.parts import Document
from netsheet.text.records import split_records

TEXT = """\
# **LeNet**

Some words. Input: 1×32×32 pixels.

Every conv: padding same,
then relu.

- Every max pool: kernel 2×2.

| name | layer | out |
|:-----|-------|:---:|
| c1   | conv  | 6   |
|      | relu

    | name | layer |
    |------|-------|

```markdown
| name | layer |
|------|-------|
```

<!--
| name | layer |
|------|-------|
-->

## Results

| model | top-1 |
|-------|-------|
| ours  | 99    |

## Block unit(width, kernel=3×3, #1×1)

| layer |
|-------|
| conv  |

## Connections c1

|   | 0 |
|---|---|
| 0 | X |

## Variants

| name |
|------|
| a    |
"""


def texts(rows: list[list[Cell]]) -> list[list[str]]:
    """Rows of cells as texts."""
    return [[cell.text for cell in row] for row in rows]


def test_the_parts_of_a_document() -> None:
    """Title, input, rules, main table, blocks, connections and variants, each in its place."""
    document = parse_markdown(TEXT, "net.md")
    assert [] == document.problems.found
    assert "LeNet" == document.title
    assert ["1×32×32"] == [cell.text for cell in document.inputs]
    assert [("conv", ["padding same,", "then relu"]), ("max pool", ["kernel 2×2"])] == [
        (what.text, [line.text for line in says]) for what, says in document.rules
    ]
    assert document.main is not None
    assert ["name", "layer", "out"] == [cell.text for cell in document.main.headings]
    assert [["c1", "conv", "6"], ["", "relu"]] == texts(document.main.rows)
    assert (9, 13) == (document.main.first, document.main.end)
    assert [["model", "top-1"]] == [[c.text for c in table.headings] for table in document.others]
    assert {"unit": ["width", "kernel", "n1x1"]} == {
        name: list(block.params) for name, block in document.blocks.items()
    }
    default = document.blocks["unit"].params["kernel"]
    assert default is not None
    assert ("3×3", 34) == (default.text, default.span.line)
    assert ["c1"] == list(document.links)
    assert document.variants is not None
    assert [["a"]] == texts(document.variants.rows)


def test_every_place_holds_its_text() -> None:
    """What stands at a span in its line is what was read there."""
    document = parse_markdown(TEXT, "net.md")
    tables = [*document.tables, *document.others]
    cells = [cell for table in tables for row in (table.headings, *table.rows) for cell in row]
    cells += document.inputs
    assert len(cells) > 20
    for cell in cells:
        check_place(cell, document)


def check_place(cell: Cell, document: Document) -> None:
    """A cell's text stands at its place in the document's lines."""
    span = cell.span
    assert document.lines[span.line - 1] == span.text
    if cell.text:
        assert cell.text == span.text[span.start : span.end]


def test_a_wrong_place_is_noticed() -> None:
    """The check of places fails for another line."""
    document = parse_markdown(TEXT, "net.md")
    cell = document.inputs[0]
    with pytest.raises(AssertionError):
        check_place(cell._replace(span=cell.span._replace(line=1)), document)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("|---|:-:|", ["---", ":-:"]),
        ("---|---", ["---", "---"]),
        (" |-|", ["-"]),
        ("| :--- | ---: |", [":---", "---:"]),
        ("---", []),
        ("|---||---|", []),
        ("|- -|", []),
        ("- | -", []),
        ("|a|", []),
        ("", []),
    ],
)
def test_marks_below_headings(line: str, found: list[str]) -> None:
    """Dashes with colons between bars, as GitHub's Markdown has them."""
    assert found == marks(line)


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("| a |\n|---|\n| 1 |\n\n| 2 |", [(0, 3)]),
        ("words\n| a |\n|---|\n| 1 |\nmore", [(1, 5)]),
        ("| a |\n|---|\n# end", [(0, 2)]),
        ("| a |\n|---|\n> end", [(0, 2)]),
        ("| a |\n|---|\n- end", [(0, 2)]),
        ("| a |\n|---|\n```\n| b |\n```", [(0, 2)]),
        ("a | b\n- | -", []),
        ("    | a |\n    |---|", []),
        ("a\n---", []),
        ("> | a |\n> |---|", [(0, 2)]),
        ("1. | a |\n   |---|", [(0, 2)]),
    ],
)
def test_where_tables_begin_and_end(text: str, tables: list[tuple[int, int]]) -> None:
    """An empty line ends a table, and so does what begins something else."""
    found = [
        (piece.first, piece.end) for piece in pieces(text.split("\n")) if piece.kind == "table"
    ]
    assert tables == found


@pytest.mark.parametrize(
    ("line", "shapes"),
    [
        ("Input: 3×224×224", ["3×224×224"]),
        ("Input: 3 x 224 x 224.", ["3 x 224 x 224"]),
        ("input:3*32*32", ["3*32*32"]),
        ("Input: 3, 32, 32", ["3, 32, 32"]),
        ("Input: 3 by 32 by 32", ["3 by 32 by 32"]),
        ("Input: 3×32×32, 10 classes", ["3×32×32"]),
        ("Input: 784", ["784"]),
        ("Input: 28×28 (C×L)", ["28×28 (C×L)"]),
        ("Input: 28×28 (grey)", ["28×28"]),
        ("Input: 3×32×32 and Input: 3×32×32", ["3×32×32", "3×32×32"]),
        ("Our input: a cat", []),
        ("NoInput: 3×3×3", []),
        ("Input 3×3×3", []),
    ],
)
def test_inputs_in_prose(line: str, shapes: list[str]) -> None:
    """A size behind `Input:` is the input, wherever it stands in a line."""
    document = parse_markdown(f"# N\n\n{line}\n", "net.md")
    assert shapes == [cell.text for cell in document.inputs]
    assert [] == document.problems.found


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A\n\n# B", "A"),
        ("A\n===", "A"),
        ("## A", "A"),
        ("# A #", "A"),
        ("#", ""),
        ("words", ""),
        ("# Block a(b)\n\nwords", "Block a(b)"),
        ("## Block a\n\n| layer |\n|---|\n\n# N", ""),
        ("```\n# A\n```", ""),
    ],
)
def test_the_first_heading_is_the_title(text: str, title: str) -> None:
    """Unless it is one that gives a table its meaning."""
    assert title == parse_markdown(text, "net.md").title


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a;b\n1;2,5", [["a", "b"], ["1", "2,5"]]),
        ("a\tb\n1\t2", [["a", "b"], ["1", "2"]]),
        ('a,b\n"1,2", "3"', [["a", "b"], ["1,2", "3"]]),
        ('a\n"say ""hi"""', [["a"], ['say "hi"']]),
        ('a,b\n"one\ntwo",3', [["a", "b"], ["one two", "3"]]),
        ("a,b\n\n , \n1,2", [["a", "b"], ["1", "2"]]),
        ("a, b ,c\n 1,,3", [["a", "b", "c"], ["1", "", "3"]]),
        ('a\n5" wide', [["a"], ['5" wide']]),
    ],
)
def test_records_of_a_csv(text: str, rows: list[list[str]]) -> None:
    """Quotes, doubled quotes, several lines, and three ways to separate."""
    problems = Problems()
    assert rows == texts(split_records(text.split("\n"), "net.csv", problems))
    assert [] == problems.found


PLAIN = st.text(alphabet=st.sampled_from('ab ,"×;|\\'), max_size=6).map(lambda text: text.strip())


@given(st.lists(st.lists(PLAIN, min_size=2, max_size=4), min_size=1, max_size=5))
def test_records_agree_with_the_standard_library(rows: list[list[str]]) -> None:
    """What Python's csv module writes is read as it was."""
    rows = [["name", "layer", "out", "kernel"], *rows]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    problems = Problems()
    found = texts(split_records(text.getvalue().split("\n"), "net.csv", problems))
    assert [row for row in rows if any(row)] == found
    assert [] == problems.found


def test_a_csv_is_one_table() -> None:
    """Its first line holds the headings; the input is a row."""
    document = parse_csv("name,layer,output\nin,input,3×8×8\nr,relu,\n", "net.csv")
    assert document.main is not None
    assert [["in", "input", "3×8×8"], ["r", "relu", ""]] == texts(document.main.rows)
