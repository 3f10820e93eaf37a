"""Reports as Markdown: for pull requests and pages.

Requirements met here: the columns stand under each other in the plain text too; nothing in a claim
is taken for Markdown, or for a tag.
"""

from collections.abc import Iterator

from netsheet.audit.verdict import Report, Verdict
from netsheet.render.audit.grid import blocks, cell_text, grid, heading, listed, summary
from netsheet.render.markdown import aligned, escape
from netsheet.render.table import plain


def render(reports: list[Report]) -> str:
    """Reports, each under a heading of its own."""
    return "\n\n".join("\n\n".join(pieces(report)) for report in reports) + "\n"


def pieces(report: Report, *, level: int = 2) -> Iterator[str]:
    """A report's heading, summary, table and sentences, as blocks of Markdown."""
    yield f"{'#' * level} {escape(plain(report.title))}"
    yield f"{escape(heading(report))}: {summary(report)}."
    cells = grid(report)
    if cells is not None:
        rows = [
            [escape(name), *(escape(cell_text(found)) for found in row)] for name, row in cells.rows
        ]
        heads = ["row", *cells.columns]
        yield aligned(heads, rows, [False] * len(heads))
    rest = listed(report)
    if rest:
        yield "\n".join(
            f"- {found.verdict.mark} line {found.span.line if found.span else '?'}: "
            f"{escape(plain(found.text))}"
            for found in rest
        )
    for block in blocks(report):
        yield f"**{escape(block.title)}**"
        lines = [
            f"- {escape(f'{first}: {words}' if first and words else first or words)}"
            for first, words in block.points
        ]
        if block.closing:
            lines.append(f"- {escape(block.closing)}")
        yield "\n".join(lines)


LEGEND = ", ".join(f"{verdict.mark} {verdict.words}" for verdict in Verdict)
