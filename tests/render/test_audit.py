"""Reports of audits: the same findings in a terminal, Markdown, JSON and HTML."""

import json
import re
from html.parser import HTMLParser

import pytest

from netsheet.audit.document import audit_document
from netsheet.audit.sheets import audit_sheet
from netsheet.audit.verdict import Report, Verdict
from netsheet.net import from_text
from netsheet.render.audit import written
from netsheet.render.audit.terminal import render as terminal

VOID = {"meta", "br", "hr", "link", "img", "col"}


def sheet() -> Report:
    """A sheet with a cell of each kind: 1,216 parameters, 940,800 multiply-adds, 16×28×28."""
    net = from_text(
        """# Net <b>&amp;

Input: 3×32×32

| name | layer | out | kernel | output | params | macs | depth |
|---|---|---|---|---|---|---|---|
| c | conv | 16 | 5×5 | 28×28×16 | 1,200 | 941,800 | 1 |
| d | dense | 10 | | 10 | 125,450 | 125.4K | 1 |
"""
    )
    return audit_sheet(net.sheet(), net.claims, source="net.md")


def page() -> Report:
    """A document with markup in what it says."""
    return audit_document("<script>alert(1)</script> has 6·6·256 = 9,126 values.\n", "x<y>&.txt")


class Nesting(HTMLParser):
    """Checks that elements are closed in the order in which they are opened."""

    def __init__(self) -> None:
        """Nothing is open, nothing seen."""
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and that it is open."""
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It must be the last one opened."""
        assert tag == self.open.pop()


def parsed(text: str) -> Nesting:
    """The page, well nested."""
    found = Nesting()
    found.feed(text)
    assert [] == found.open
    return found


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_form_says_the_same(form: str) -> None:
    """Verdicts, what is computed, and why, in each."""
    text = re.sub(r"<[^>]*>|\s+", " ", written([sheet()], form))
    for needed in ("941,800", "940,800", "1,216", "biases left out", "agrees under a convention"):
        assert needed in text
    for verdict in Verdict:
        assert verdict.mark in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_terminal_is_as_wide_as_it_is(width: int) -> None:
    """No line is longer, be it a table or a sentence."""
    lines = terminal([sheet(), page()], width=width, colour=False).splitlines()
    assert max(map(len, lines)) <= width


def test_colours_only_where_asked() -> None:
    """Without colours no escape; with them the same text."""
    plain = terminal([sheet()], width=80, colour=False)
    coloured = terminal([sheet()], width=80, colour=True)
    assert "\x1b" not in plain
    assert plain == re.sub("\x1b\\[[0-9;]*m", "", coloured)
    assert plain != coloured


def test_json_is_the_contract() -> None:
    """Keys, and exact values as text."""
    data = json.loads(written([sheet()], "json"))
    assert (1, False) == (data["format"], data["answer"])
    (report,) = data["reports"]
    assert {
        "title", "source", "answer", "counts", "findings", "checks", "columns", "hypotheses",
        "unexplained", "notes", "allowed",
    } == set(report)  # fmt: skip
    wrong = next(f for f in report["findings"] if f["subject"] == "c.macs")
    assert ("941,800", "disagrees", "940,800", 7) == (
        wrong["text"], wrong["verdict"], wrong["computed"], wrong["line"],
    )  # fmt: skip
    convention = next(f for f in report["findings"] if f["subject"] == "c.params")
    assert ["biases left out"] == convention["ways"]
    assert sum(report["counts"].values()) == len(report["findings"])


def test_html_opens_without_scripts() -> None:
    """Cells open to their derivations with elements alone; nothing is fetched, nothing runs."""
    text = written([sheet(), page()], "html")
    found = parsed(text)
    tags = [tag for tag, _ in found.seen]
    assert "script" not in tags
    assert "details" in tags
    for _, attrs in found.seen:
        assert not any(name.startswith("on") for name in attrs)
        assert not any(
            (value or "").startswith(("http", "//", "javascript")) for value in attrs.values()
        )
    assert "28·28·5·5·3·16" in text


def test_html_shows_text_as_text() -> None:
    """What a document says is escaped, and so are names of files and networks."""
    text = written([sheet(), page()], "html")
    assert "<script" not in text
    assert "x<y>" not in text
    assert "x&lt;y&gt;&amp;.txt" in text


def test_colour_is_never_alone() -> None:
    """Each cell of a table of verdicts holds the mark of its verdict as well."""
    text = written([sheet()], "html")
    for verdict in (Verdict.AGREES, Verdict.CONVENTION, Verdict.DISAGREES):
        assert text.count(verdict.mark) >= 2


def test_markdown_is_one_table_with_marks() -> None:
    """Rows of the sheet with their cells; bars in what is said do not break it."""
    text = written([sheet()], "markdown")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1
    assert any("✗" in line and line.startswith("| c ") for line in rows)


def test_an_empty_report_says_so() -> None:
    """A document without claims is no error, and no empty page."""
    report = audit_document("Nothing to see.\n", "empty.md")
    assert report.answer
    for form in ("text", "markdown", "html"):
        assert "nothing is claimed" in written([report], form).casefold()
