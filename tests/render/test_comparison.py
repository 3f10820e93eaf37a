"""A comparison as text, Markdown, JSON and HTML: one set of figures, whatever the names hold."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from markdown_it import MarkdownIt

import netsheet as ns
from netsheet.compare.difference import COUNTS, Change, Difference
from netsheet.compare.hunks import review
from netsheet.core.errors import ChoiceError
from netsheet.core.graph import Graph, Group, Row
from netsheet.core.shape import Shape
from netsheet.core.span import display_width
from netsheet.layers.conv import Conv
from netsheet.layers.input import Input
from netsheet.render import comparison_html, comparison_json, comparison_markdown, comparison_text
from netsheet.render.comparison import EFFECTS, change_text, listed, tell, value_text

PAIRS = [
    ("resnet50", "resnet50-v1.5"),
    ("googlenet", "googlenet-heads"),
    ("alexnet", "alexnet-one-tower"),
    ("vgg11", "vgg13"),
    ("resnet18", "resnet34"),
    ("resnet34", "resnet50"),
    ("squeezenet1.0", "squeezenet1.1"),
    ("vgg16", "resnet18"),
    ("lenet5", "lenet5"),
]


def hostile() -> Difference:
    """Two networks whose titles and words mean something to Markdown, HTML and terminals."""
    name = "a|b *c* <script>alert(1)</script> \x1b[31m_d_"

    def graph(title: str, kernel: int) -> Graph:
        rows = [Row("input", Input(Shape((3, 8, 8))), ())]
        for number in range(2):
            layer = Conv(out=3, kernel=kernel, padding=kernel // 2)
            rows.append(Row(f"g{number}.c_×#", layer, (number,)))
        groups = {f"g{number}": Group("block", name) for number in range(2)}
        return Graph(title, tuple(rows), groups)

    return ns.diff(ns.Net(graph(name, 1)), ns.Net(graph(f"{name}2", 3)))


def every() -> list[Difference]:
    """All pairs."""
    return [*(ns.diff(*pair) for pair in PAIRS), hostile()]


def test_a_review_of_the_stride() -> None:
    """What moved, where, and what that does to each total; in 17 lines of 80 columns."""
    assert """\
resnet50 → resnet50-v1.5
input 3×224×224

                                                                   params   macs
bottleneck, in 3 of 16: conv3_x.1, conv4_x.1, conv5_x.1
  ~ conv1  conv 1×1: stride 2 → 1                                       0  +231M
  ~ conv2  conv 3×3: stride 1 → 2                                       0      0

total         resnet50  resnet50-v1.5    difference
params      25,557,032     25,557,032      the same
macs     3,857,973,248  4,089,184,256  +231,211,008  +6.0 %
memory         9.63 MB        9.63 MB      the same
         peak at conv2_x.1.shortcut.bn
kept           81.9 MB        86.1 MB      +4.21 MB  +5.1 %
neurons     10,588,136     11,114,984      +526,848  +5.0 %
depth               50             50      the same
field              483            427           −56

~ says something else. Effects are summed over the rows of a line, and add up to
those on the totals.""" == str(ns.diff("resnet50", "resnet50-v1.5"))


@pytest.mark.parametrize("width", [40, 63, 80, 120])
def test_no_line_is_wider_than_asked(width: int) -> None:
    """However many columns of effects are asked for; those without room are left out."""
    for found in every():
        for columns in (None, EFFECTS):
            text = comparison_text.render(found, columns=columns, width=width, colour=False)
            assert max(map(display_width, text.splitlines())) <= width
            assert [] == [line for line in text.splitlines() if line != line.rstrip()]


def test_colours_only_set_off_what_is_there() -> None:
    """Without them the text is the same, and nothing in a name is an escape of its own."""
    for found in every():
        plain = comparison_text.render(found, width=80, colour=False)
        coloured = comparison_text.render(found, width=80, colour=True)
        assert plain == re.sub(r"\x1b\[[\d;]*m", "", coloured)
        assert "\x1b" not in plain
    assert "\x1b[32m" in comparison_text.render(ns.diff("vgg11", "vgg13"), colour=True)


def test_a_markdown_reader_shows_the_cells() -> None:
    """Names are shown as they are, and each table has the rows and columns that it should."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    for found in every():
        told = tell(found)
        tables: list[list[list[str]]] = []
        tokens = reader.parse(comparison_markdown.render(found))
        for before, token in pairwise(tokens):
            if token.type == "table_open":
                tables.append([])
            elif token.type == "tr_open":
                tables[-1].append([])
            elif token.type == "inline" and before.type in {"th_open", "td_open"}:
                text = "".join(child.content for child in token.children or [])
                tables[-1][-1].append(text)
        assert "html_block" not in {token.type for token in tokens}
        inner = {child.type for token in tokens for child in token.children or []}
        assert set() == inner & {"html_inline", "em_open", "link_open", "image"}
        if not told.entries:
            assert [] == tables
            continue
        shown, totals = tables
        for entry, cells in zip(told.entries, shown[1:], strict=True):
            effects = list(entry.effects) or [""] * len(told.columns)
            name = re.sub(r" +", " ", cells[1].strip("\xa0"))
            assert [entry.sign, entry.name, entry.text, *effects] == [cells[0], name, *cells[2:]]
        assert [list(total) for total in told.totals] == totals[1:]


def test_json_holds_every_row_and_adds_up() -> None:
    """Exact integers: the rows' figures, and what is told, add up to the totals'."""
    for found in every():
        data: dict[str, Any] = json.loads(comparison_json.render(found))
        assert found.equal == data["equal"]
        names = [row.name for row in found.rows]
        assert names == [row["name"] for row in data["rows"]]
        for column in COUNTS:
            total = data["total"][column]
            assert total["after"] - total["before"] == total["difference"]
            both = [
                sum((row[side] or {column: 0})[column] for row in data["rows"])
                for side in ("before", "after")
            ]
            assert [total["before"], total["after"]] == both
        told = [line for hunk in data["told"] for line in hunk["lines"]]
        told += [*data["renamed"], *data["follow"]]
        for column in COUNTS:
            effects = sum(line["effects"][column] for line in told)
            assert data["total"][column]["difference"] == effects


def test_a_row_in_json() -> None:
    """Its name, what became of it, what it says otherwise, and its figures in both networks."""
    data = json.loads(comparison_json.render(ns.diff("resnet50", "resnet50-v1.5")))
    row = next(row for row in data["rows"] if row["name"] == "conv3_x.1.conv1.conv")
    assert ("changed", None, False) == (row["status"], row["was"], row["moved"])
    assert [{"what": "stride", "before": 2, "after": 1}] == row["changes"]
    assert ([128, 28, 28], [128, 56, 56]) == (row["before"]["output"], row["after"]["output"])
    assert (483, 427) == tuple(
        data["total"]["receptive_field"][side]["receptive_field"] for side in ("before", "after")
    )


def test_a_notebook_shows_it() -> None:
    """A fragment with both tables, without scripts, and with names escaped."""
    page = ns.diff("vgg11", "vgg13")._repr_html_()
    assert page is not None
    assert 2 == page.count("<table")
    assert "+ conv1_2" in page
    assert "+3,699,376,128" in page
    bad = comparison_html.fragment(hostile())
    assert "<script" not in bad
    assert "\x1b" not in bad


def test_a_bare_comparison_tells_nothing_of_its_own() -> None:
    """Without formats handed in, a notebook falls back to its plain text."""
    bare = Difference(ns.load("vgg11").sheet(), ns.load("vgg13").sheet())
    assert bare._repr_html_() is None
    assert repr(bare) == str(bare)


def test_other_columns_of_effects() -> None:
    """Those that add up, and what a change does to the figures of its own rows."""
    found = ns.diff("alexnet", "alexnet-one-tower")
    told = tell(found, ["memory", "rf", "output", "neurons"])
    assert ("memory", "field", "output", "neurons") == told.columns
    conv1 = next(entry for entry in told.entries if entry.name == "conv1")
    held, neurons = 2 * 32 * 55 * 55 * 4, 32 * 55 * 55  # the ReLU holds its input and its output
    assert (774_400, 96_800) == (held, neurons)
    assert ("−774 kB", "0", "96×55×55 → 64×55×55", "−96.8K") == conv1.effects
    several = tell(ns.diff("resnet50", "resnet50-v1.5"), ["output", "macs"]).entries[1]
    assert ("…", "+231M") == several.effects
    with pytest.raises(ChoiceError, match="a change has no share of its own"):
        tell(found, ["share"])
    with pytest.raises(ChoiceError, match='there is no column "parms"'):
        tell(found, ["parms"])


def test_names_that_count_up_are_listed_in_one() -> None:
    """As a person would; of many the first few."""
    assert "a.1 to 4, b, c" == listed(["a.1", "a.2", "a.3", "a.4", "b", "c"])
    assert "a1, a2, a4" == listed(["a1", "a2", "a4"])
    many = [f"{letter}x" for letter in "abcdefghijkl"]
    assert "ax, bx, cx, dx, ex, fx, gx, hx and 4 more" == listed(many)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"), (None, "not given"), ((1, 7), "1×7"), (((0, 1), (2, 3)), "0/1×2/3"),
        (0.25, "0.25"), (0.02608695652173913, "0.02609"), (1e-05, "1e-05"), ("same", "same"), (("a", "b"), "a, b"), ((), "nothing"),
        (Conv(out=4, kernel=3), "conv 3×3, 4"),
    ],
)  # fmt: skip
def test_values_as_people_write_them(value: Any, text: str) -> None:
    """Yes and no, sizes with times signs, names with commas."""
    assert text == value_text(value)


def test_decimals_have_digits_enough_to_tell_them_apart() -> None:
    """Four, unless they differ in later ones."""
    assert "drop 0.025 → 0.02609" == change_text(Change("drop", 0.025, 0.6 / 23), [])
    assert "epsilon 1e-05 → 1.00001e-05" == change_text(Change("epsilon", 1e-05, 1.00001e-05), [])


def test_a_rate_that_grows_from_block_to_block_is_told_once() -> None:
    """EfficientNet: what drops a branch depends on the depth, in every block that skips."""
    [drop] = [
        (len(hunk.places), hunk.items[0][0].label)
        for hunk in review(ns.diff("efficientnet_b0", "efficientnet_b1")).hunks
        if hunk.items[0][0].changes and hunk.items[0][0].changes[0].what == "drop"
    ]
    assert (9, "drop") == drop


def test_the_place_of_the_peak() -> None:
    """Where it lies, and where it lay before."""
    notes = {total.label: total.note for total in tell(ns.diff("resnet34", "resnet50")).totals}
    assert "peak at conv1.bn, now at conv2_x.1.shortcut.bn" == notes["memory"]
