"""A sheet as a Markdown document: for reports, pull requests and pages.

Requirements met here: the columns stand under each other in the plain text too; nothing in a name
is taken for Markdown, or for a tag; the definitions stand below the figures.
"""

import re
from collections.abc import Sequence

from netsheet.core.span import display_width
from netsheet.render.table import Table, table
from netsheet.render.units import exact as digits
from netsheet.render.units import percent, short
from netsheet.sheet.sheet import Sheet

INDENT = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}"
"""What sets in the name of a line inside another; Markdown drops plain blanks."""

SPECIAL = re.compile(r"[\\`*\[\]<>|~&$]|(?<![^\W_])_|_(?![^\W_])")
"""Signs that mean something to Markdown; an underscore inside a word doesn't."""


def render(
    sheet: Sheet, *, columns: Sequence[str] | None = None, depth: int = 1, exact: bool = False
) -> str:
    """The table, the parts and the definitions as Markdown; ChoiceError for an unknown column."""
    shown = table(sheet, columns=columns, depth=depth)
    write = digits if exact else short
    parts = [
        [
            part.name,
            digits(part.rows),
            write(part.params),
            percent(part.params_share),
            write(part.macs),
            percent(part.macs_share),
        ]
        for part in shown.parts
    ]
    blocks = [
        f"# {escape(shown.title)}",
        f"Input: {escape(shown.input)}",
        aligned(_heads(shown), _rows(shown, exact=exact), [h.numeric for h in shown.headings]),
        aligned(
            ["part", "rows", "params", "% params", "macs", "% macs"],
            [[escape(cell) for cell in row] for row in parts],
            [False, *[True] * 5],
        ),
        "\n".join(f"- {_fact(shown, place, exact=exact)}" for place in range(len(shown.facts))),
        shown.closing,
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def escape(text: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> print(escape("a|b_c *d* <e>"))
    a\|b_c \*d\* \<e\>
    """
    return SPECIAL.sub(lambda found: "\\" + found.group(), text)


def _heads(shown: Table) -> list[str]:
    return [escape(heading.title) for heading in shown.headings]


def _rows(shown: Table, *, exact: bool) -> list[list[str]]:
    rows = []
    for line in shown.lines:
        cells = [
            escape(cell.exact if exact and heading.numeric else cell.text)
            for heading, cell in zip(shown.headings, line.cells, strict=True)
        ]
        cells[0] = INDENT * line.level + cells[0]
        rows.append(cells)
    total = [
        escape(cell.exact if exact and heading.numeric else cell.text)
        for heading, cell in zip(shown.headings, shown.total, strict=True)
    ]
    return [*rows, [f"**{text}**" if text else "" for text in total]]


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """A table whose bars stand under each other."""
    widths = [max(3, *map(display_width, column)) for column in zip(heads, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = []
        for cell, width, flush in zip(cells, widths, right, strict=True):
            blanks = " " * (width - display_width(cell))
            padded.append(blanks + cell if flush else cell + blanks)
        return "| " + " | ".join(padded) + " |"

    marks = [
        "-" * (width + 1) + ":" if flush else "-" * (width + 2)
        for width, flush in zip(widths, right, strict=True)
    ]
    return "\n".join([line(heads), "|" + "|".join(marks) + "|", *map(line, rows)])


def _fact(shown: Table, place: int, *, exact: bool) -> str:
    fact = shown.facts[place]
    figure = fact.exact if exact or not fact.unit else fact.text
    return f"**{escape(fact.label)} {escape(figure)}**: {escape(fact.note)}"
