"""The canonical layout: formatting twice changes nothing, and nothing says something else."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netsheet.core.claim import Claim
from netsheet.core.errors import NetsheetError, TableError
from netsheet.core.graph import Graph
from netsheet.sheet.columns import headings
from netsheet.text import fmt
from netsheet.text.read import Reading
from netsheet.zoo.catalogue import FOLDER, variants
from support.reading import bounded, read_sheet

ZOO = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}


def formatted(text: str, source: str = "net.md") -> str:
    """A text in its canonical layout."""
    return fmt.format_text(text, source=source, computed=headings())


class Meaning(NamedTuple):
    """What a text says, without the places where it says it."""

    graph: Graph
    groups: dict[str, object]
    claims: list[tuple[str, str, str]]


def meaning(reading: Reading) -> Meaning:
    """A reading without places."""

    def bare(claim: Claim) -> tuple[str, str, str]:
        return claim.row, claim.column, " ".join(claim.text.split())

    return Meaning(reading.graph, dict(reading.graph.groups), list(map(bare, reading.claims)))


def check(text: str, source: str = "net.md") -> None:
    """Formatting is done at once, and what was read is read again, for every variant."""
    after = formatted(text, source)
    assert after == formatted(after, source)
    for name in variants(text) or [""]:
        try:
            before = read_sheet(text, source=source, variant=name)
        except NetsheetError:
            continue
        assert meaning(before) == meaning(read_sheet(after, source=source, variant=name)), after


@pytest.mark.parametrize("name", ZOO)
def test_the_zoo_is_in_canonical_layout(name: str) -> None:
    """What is shipped is what `netsheet fmt` would write."""
    assert ZOO[name] == formatted(ZOO[name])


@pytest.mark.parametrize("name", ZOO)
def test_the_zoo_keeps_its_meaning(name: str) -> None:
    """Also when its tables are written in another way."""
    check(ZOO[name])
    messy = ZOO[name].replace("| ", "|").replace("×", " x ").replace(" |", "   |")
    check(messy)


MESSY = """\ufeff# Messy\r
\r
Input: 3 x 32 X 32 and no more.\r
\r
name|layer|out|kernel|padding|stride|then|from|params|(notes)
:-|:---:|--:|-|-|-|-|-|-|-
1x1|conv|4 * 8|3 x 3 / 2|0/1 × 1/0||bn,relu ;  dropout (drop = 0.4)||1,234|see  p. 7 x 2
 || 3x3   max pool ||| 1 *  1 | 2x1 | | 1x1\t|
|a \\| b|relu|
"""


CANONICAL = """# Messy

Input: 3×32×32 and no more.

| name | layer        | out | kernel | padding | stride | then                           | from | params | (notes)      |
|:-----|:------------:|----:|--------|---------|--------|--------------------------------|------|--------|--------------|
| 1x1  | conv         | 4×8 | 3×3/2  | 0/1×1/0 |        | bn, relu, dropout (drop = 0.4) |      | 1,234  | see p. 7 x 2 |
|      | 3x3 max pool |     |        | 1×1     | 2×1    |                                | 1x1  |        |              |
| ab   | relu         |     |        |         |        |                                |      |        |              |
"""


def test_messy_spellings_become_one() -> None:
    """x, X, * and blanks, bars left out, tabs, marks of alignment, lists; prose stays as it is."""
    text = MESSY.replace("|a \\| b|relu|", "|ab|relu|")
    assert CANONICAL == formatted(text)
    check(text)


MESSIES = [
    MESSY.replace("|a \\| b|relu|", "|ab|relu|"),
    "Input: 3, 32, 32\n\n|layer|then|\n|-|-|\n|relu|,,bn,\n",
    "Input: 3 by 32 by 32.\nInput: 3 by 32 by 32\n\n|layer|\n|-|\n|relu|\n\n\n\n",
    "Input: 28x28 (C×L)\n\n|layer|\n|-|\n|relu|\n",
    "Input: 3×8×8\n\n|layer|if|repeat|\n|-|-|-|\n|relu|in  =  3|x 2|\n|bn|1  x  1 = 1|2 * 1|\n",
    "Input: 3×8×8\n\n|name|layer|from|\n|-|-|-|\n|a+b|relu||\n|c|relu||\n|d|add|a+b+c|\n|e|add|a+b,c|\n",
    "Input: 3×8×8\n\n| layer | out | kernel |\n|---|---|---|\n| 3x3   conv ,  8 | | |\n| conv | 8 | 2*1 |\n",
    "Input: 3×8×8\n\n```\n| layer |\n|-|\nInput: 3 x 3\n```\n\n| layer | x |\n|-|-|\n| b | 2 x 3 |\n\n"
    "## Block b(x)\n\n|layer|out|kernel|\n|-|-|-|\n|conv|x|1|\n",
    "Input: 3×8×8\n\n|layer|links|kernel|\n|-|-|-|\n|sparse conv|0 1;2|3 x 3|\n",
]


@pytest.mark.parametrize("text", MESSIES)
def test_messy_sheets_keep_their_meaning(text: str) -> None:
    """Whatever the spelling, the same network with the same claims is read afterwards."""
    check(text)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            'name,layer,out,kernel,output\nin,input,,,3 x 8 x 8\nc,conv,"8", 3 x 3\n\n',
            "name,layer,out,kernel,output\nin,input,,,3 x 8 x 8\nc,conv,8,3×3,\n",
        ),
        (
            "name;layer;then;output\nin;input;;3×8×8\nr;relu;bn,relu;\n",
            'name,layer,then,output\nin,input,,3×8×8\nr,relu,"bn, relu",\n',
        ),
    ],
)
def test_csv_has_one_layout_too(text: str, after: str) -> None:
    """Commas between cells, quotes only where they are needed, no empty lines."""
    assert after == formatted(text, "net.csv")
    check(text, "net.csv")


def test_code_and_other_tables_stay_as_they_are() -> None:
    """What is no part of the network is the author's."""
    text = """# N

Input: 3×8×8

```text
|  layer |
|--|
Input: 3 x 8 x 8
```

|  model |  top-1 |
|--|--|
| ours | 3 x 3 |

| layer |
|-------|
| relu  |
"""
    assert text == formatted(text)


def test_what_can_not_be_parsed_is_not_formatted() -> None:
    """A document with two main tables is refused, with its problems."""
    table = "| layer |\n|-|\n| relu |\n\n"
    with pytest.raises(TableError, match="a second table of layers"):
        formatted(table + table)


# Random changes of the zoo's sheets.

CHANGES: dict[str, Callable[[str, int], str]] = {
    "blanks": lambda line, at: line[:at] + "  " + line[at:],
    "less": lambda line, at: line[:at] + line[at + 1 :],
    "x": lambda line, at: line[:at].replace("×", "x") + line[at:],
    "star": lambda line, at: line[:at] + line[at:].replace("×", " * "),
    "tabs": lambda line, at: line[:at].replace(" | ", "\t|\t") + line[at:],
    "no bars": lambda line, at: line.strip("| ") if at % 2 else line.strip().rstrip("|"),
    "twice": lambda line, at: line[:at] + line[at : at + 9] + line[at:],
    "comma": lambda line, at: line[:at] + "," + line[at:],
}


@st.composite
def changed(draw: st.DrawFn) -> str:
    """A sheet of the zoo, with some lines written in another way, or broken."""
    lines = draw(st.sampled_from(list(ZOO.values()))).split("\n")
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(lines) - 1))
        change = CHANGES[draw(st.sampled_from(sorted(CHANGES)))]
        lines[place] = change(lines[place], draw(st.integers(0, max(0, len(lines[place])))))
    return "\n".join(lines)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(changed())
def test_changed_sheets_keep_their_meaning(text: str) -> None:
    """A sheet that can be parsed is formatted at once, and says the same as before."""
    with bounded():
        try:
            formatted(text)
        except TableError:
            return
        check(text)


def test_the_check_of_formatting_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout that changes a word, or that takes two goes, is noticed."""
    for planted in (
        lambda text, **_: text.replace("1x1", "1×1").replace("1x1", "9×9"),
        lambda text, **_: text + "\nMore.",
        lambda text, **_: text.replace("| 96 ", "| 95 ", 1),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(fmt, "format_text", planted)
            with pytest.raises((AssertionError, NetsheetError)):
                check(ZOO["googlenet"])
