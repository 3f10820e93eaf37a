"""Reports on a terminal: no line wider than it, a mark for each verdict, colours only where wanted.

Requirements met here: without colour nothing is lost, as each verdict has its mark; lines are
broken at blanks; what has no blank and does not fit is cut, and says so.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

from netsheet.audit.verdict import Finding, Report, Verdict
from netsheet.core.span import display_width
from netsheet.render.audit.grid import Grid, blocks, cell_text, grid, heading, listed, summary
from netsheet.render.table import plain

COLOURS = {
    Verdict.AGREES: "32",
    Verdict.CONVENTION: "36",
    Verdict.ROUNDING: "33",
    Verdict.DISAGREES: "31;1",
    Verdict.CONTRADICTS: "31;1",
    Verdict.UNCHECKED: "2",
}
"""Colours of the marks: a terminal's own, so that they suit its background."""

LEGEND = ", ".join(f"{verdict.mark} {verdict.words}" for verdict in Verdict)
NARROWEST = 40


def render(reports: list[Report], *, width: int | None = None, colour: bool | None = None) -> str:
    """Reports, one below the other, in lines of at most `width` columns (at least 40)."""
    wide = max(
        width if width is not None else shutil.get_terminal_size((80, 24)).columns, NARROWEST
    )
    if colour is None:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    lines: list[str] = []
    for place, report in enumerate(reports):
        lines += ["", ""] * bool(place)
        lines += _report(report, wide)
    if any(report.findings for report in reports):
        lines += ["", *_wrapped(LEGEND, wide)]
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    return _coloured(text) if colour else text


def _report(report: Report, width: int) -> Iterator[str]:
    yield from _wrapped(f"{plain(report.title)}   {heading(report)}: {summary(report)}", width)
    cells = grid(report)
    if cells is not None:
        yield ""
        yield from _grid(cells, width)
    rest = listed(report)
    if rest:
        yield ""
        yield from _list(rest, width)
    for block in blocks(report):
        yield ""
        yield from _wrapped(block.title, width)
        for first, words in block.points:
            yield from _point(first, words, width)
        if block.closing:
            yield from _wrapped(block.closing, width, indent=2)


def _point(first: str, words: str, width: int) -> Iterator[str]:
    """A point: its first part, then the sentence, set in."""
    text = f"{first}: {words}" if first and words else first or words
    yield from _wrapped(text, width, indent=2, hang=4)


def _wrapped(text: str, width: int, *, indent: int = 0, hang: int | None = None) -> list[str]:
    rest = " " * (indent if hang is None else hang)
    return textwrap.wrap(
        text, width, initial_indent=" " * indent, subsequent_indent=rest, break_on_hyphens=False
    ) or [""]


def _grid(cells: Grid, width: int) -> Iterator[str]:
    """Rows and columns; columns that find no room stand in a second table below."""
    names = ["row", *(name for name, _ in cells.rows)]
    first = max(map(display_width, names))
    first = min(first, max(12, width // 3))
    columns = [
        [cells.columns[place], *(cell_text(row[1][place]) for row in cells.rows)]
        for place in range(len(cells.columns))
    ]
    for some in _fitting(columns, width - first):
        widths = [max(map(display_width, column)) for column in some]
        for line, name in enumerate(names):
            parts = [_cut(name, first).ljust(first)]
            for column, wide in zip(some, widths, strict=True):
                text = _cut(column[line], width - first - 2)
                parts.append(text + " " * (wide - display_width(text)))
            yield "  ".join(parts)
            if not line:
                yield "─" * min(width, first + sum(widths) + 2 * len(widths))
        if some is not columns and some[-1] is not columns[-1]:
            yield ""


def _fitting(columns: Sequence[list[str]], room: int) -> Iterator[Sequence[list[str]]]:
    """The columns in as many pieces as it takes, each within the room."""
    some: list[list[str]] = []
    taken = 0
    for column in columns:
        wide = max(map(display_width, column)) + 2
        if some and taken + wide > room:
            yield some
            some, taken = [], 0
        some.append(column)
        taken += wide
    yield some


def _list(findings: Sequence[Finding], width: int) -> Iterator[str]:
    """Findings of prose: line, mark, what it says."""
    lines = [str(found.span.line) if found.span else "" for found in findings]
    first = max(map(len, lines))
    for line, found in zip(lines, findings, strict=True):
        text = f"{line.rjust(first)} {found.verdict.mark} {plain(found.text)}"
        yield _cut(text, width)


def _cut(text: str, width: int) -> str:
    if display_width(text) <= width:
        return text
    while display_width(text) > width - 1:
        text = text[: -max(1, (display_width(text) - width) // 2)]
    return text + "…"


def _coloured(text: str) -> str:
    for verdict, code in COLOURS.items():
        text = text.replace(verdict.mark, f"\x1b[{code}m{verdict.mark}\x1b[0m")
    return text
