"""Reports as one page: each cell has its colour and its mark, and opens to how it came about.

Requirements met here: one file, nothing loaded from elsewhere, no script (and a policy in the page
that forbids any); colour never says alone what the mark says; text of a claim is escaped.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from netsheet.audit.verdict import Finding, Report, Verdict
from netsheet.render.audit.grid import blocks, computed_text, grid, heading, listed, summary
from netsheet.render.html_table import derivation
from netsheet.render.page import whole_page
from netsheet.render.table import plain

KINDS = {
    Verdict.AGREES: "agrees",
    Verdict.CONVENTION: "convention",
    Verdict.ROUNDING: "rounding",
    Verdict.DISAGREES: "disagrees",
    Verdict.CONTRADICTS: "contradicts",
    Verdict.UNCHECKED: "unchecked",
}
"""Classes of cells, which give them their colours."""


def render(reports: list[Report]) -> str:
    """A whole page."""
    title = ", ".join(plain(report.title) for report in reports)[:200]
    told = (line for place, report in enumerate(reports) for line in _report(report, place))
    css = Path(__file__).with_name("audit.css").read_text(encoding="utf-8")
    return whole_page(f"Audit of {title}", [*told, *_legend()], css)


def _report(report: Report, place: int) -> Iterator[str]:
    yield f"<header>\n<h1>{escape(plain(report.title))}</h1>"
    yield f'<p class="under">{escape(heading(report))}: {escape(summary(report))}</p>\n</header>'
    yield from _tiles(report)
    yield from _table(report, place)
    yield from _list(report)
    for block in blocks(report):
        yield f'<h2>{escape(block.title)}</h2>\n<ul class="points">'
        for first, words in block.points:
            strong = f"<strong>{escape(first)}</strong>" if first else ""
            yield f"<li>{strong}{': ' if first and words else ''}{escape(words)}</li>"
        yield "</ul>"
        if block.closing:
            yield f'<p class="under">{escape(block.closing)}</p>'


def _tiles(report: Report) -> Iterator[str]:
    yield '<dl class="tiles">'
    for verdict in Verdict:
        count = len(report.of(verdict))
        if count:
            mark = f'<span class="mark">{verdict.mark}</span>'
            yield (
                f'<div class="{KINDS[verdict]}"><dt>{mark} {verdict.words}</dt>'
                f"<dd><strong>{count}</strong></dd></div>"
            )
    yield "</dl>"


def _table(report: Report, place: int) -> Iterator[str]:
    cells = grid(report)
    if cells is None:
        return
    label = escape(f"{plain(report.title)}, cell by cell")
    yield "<h2>Cell by cell</h2>"
    yield f'<div class="box main audit" tabindex="0" role="region" aria-label="{label}">'
    yield "<table>\n<caption><span>A cell opens to what it should be, and why.</span></caption>"
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in cells.columns)
    yield f'<thead><tr><th scope="col">row</th>{heads}</tr></thead>\n<tbody>'
    for number, (name, row) in enumerate(cells.rows):
        group = f"a{place}r{number}"
        half = (len(row) + 1) // 2
        inner = "".join(
            _cell(found, group, "right" if at < half else "left") for at, found in enumerate(row)
        )
        yield f'<tr><th scope="row"><span>{escape(name)}</span></th>{inner}</tr>'
    yield "</tbody>\n</table>\n</div>"


def _cell(found: Finding | None, group: str, side: str = "right") -> str:
    if found is None:
        return "<td></td>"
    words = found.verdict.words
    mark = f'<span class="mark" title="{words}" aria-label="{words}">{found.verdict.mark}</span>'
    text = f"{escape(plain(found.text))} {mark}"
    if found.verdict not in {Verdict.AGREES, Verdict.UNCHECKED} and found.computed:
        text += f' <span class="computed">{escape(computed_text(found))}</span>'
    summary_line = f"<summary><span>{text}</span></summary>"
    card = f'<div class="why {side}">{"".join(_card(found))}</div>'
    details = f'<details name="{group}">{summary_line}{card}</details>'
    return f'<td class="{KINDS[found.verdict]}">{details}</td>'


def _card(found: Finding) -> Iterator[str]:
    """What a cell opens to: the verdict, the conventions, the reason, the derivation."""
    yield f"<p><b>{found.verdict.mark} {found.verdict.words}</b>"
    yield f": {escape(', '.join(found.ways))}</p>" if found.ways else "</p>"
    if found.why:
        yield f"<p>{escape(plain(found.why))}</p>"
    if found.explanation is not None:
        yield from derivation(found.explanation)
    elif found.computed:
        yield f"<p>computed: {escape(found.computed)}</p>"
    if found.span is not None:
        yield f'<p class="note">{escape(plain(found.span.source))}:{found.span.line}</p>'


def _list(report: Report) -> Iterator[str]:
    rest = listed(report)
    if not rest:
        return
    yield "<h2>In the text</h2>"
    yield '<div class="box slim audit" tabindex="0" role="region" aria-label="In the text">'
    heads = '<th scope="col">line</th><th scope="col">claim</th>'
    yield f'<table class="prose"><thead><tr>{heads}</tr></thead><tbody>'
    for number, found in enumerate(rest):
        line = found.span.line if found.span else ""
        yield f'<tr><th scope="row">{line}</th>{_cell(found, f"t{number}")}</tr>'
    yield "</tbody></table></div>"


def _legend() -> Iterator[str]:
    yield '<footer><p class="legend">'
    marks = {v: f'<span class="mark">{v.mark}</span>' for v in Verdict}
    yield " · ".join(
        f'<span class="{KINDS[verdict]}">{mark} {verdict.words}</span>'
        for verdict, mark in marks.items()
    )
    yield "</p></footer>"
