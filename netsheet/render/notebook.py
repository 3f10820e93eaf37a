"""A sheet, or one row of it, inside somebody else's page: a notebook's output cell.

Requirements met here: every style stands in its element, so that the page around keeps its own;
colours are the page's, in light and dark; no script; text from the network is escaped.
"""

from collections.abc import Sequence
from html import escape

from netsheet.render.table import Cell, Heading, plain, table
from netsheet.render.units import human, written_out
from netsheet.sheet.column import Column
from netsheet.sheet.columns import columns as computed
from netsheet.sheet.sheet import Sheet, SheetRow

GRID = '<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">'
LINE = "border-top:1px solid rgb(128 128 128 / 35%)"
FIRST = ("output", "params", "weights", "biases", "buffers", "share", "macs", "macs_share", "ops")
"""Columns in the order of reading; the others follow."""

SOFT = "opacity:.75"
CELL = "padding:.2em .7em;white-space:nowrap"


def fragment(sheet: Sheet, *, columns: Sequence[str] | None = None, depth: int = 1) -> str:
    """The table with its totals, and the definitions folded away; for `_repr_html_`.

    ChoiceError if there is no such column.
    """
    shown = table(sheet, columns=columns, depth=depth)
    heads = "".join(
        f'<th scope="col" title="{escape(heading.meaning)}" style="{_style(heading)}">'
        f"{escape(heading.title)}</th>"
        for heading in shown.headings
    )
    lines = "".join(
        f'<tr style="{LINE}">{_cells(shown.headings, line.cells, line.level)}</tr>'
        for line in shown.lines
    )
    total = f'<tr style="{LINE};font-weight:600">{_cells(shown.headings, shown.total, 0)}</tr>'
    facts = "".join(
        f"<li>{escape(f'{fact.label} {fact.text if fact.unit else fact.exact}: {fact.note}')}</li>"
        for fact in shown.facts
    )
    return (
        f'<div style="overflow-x:auto">{_title(shown.title, f"input {shown.input}")}'
        f"{GRID}<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody><tfoot>{total}</tfoot></table>"
        f'<details style="margin:.3em 0;{SOFT}"><summary>what is counted</summary>'
        f'<ul style="margin:.2em 0">{facts}</ul></details></div>'
    )


def row_fragment(row: SheetRow) -> str:
    """One row: every column's figure, opening to how it came about."""
    lines = []
    for column in sorted(computed().values(), key=_place):
        value = row.sheet.value(column.name, row.node)
        title = escape(written_out(value, column.unit))
        text = escape(human(value, column.unit))
        why = escape(str(column.explain(row.sheet, row.node)))
        meaning = escape(column.meaning)
        lines.append(
            f'<tr style="{LINE};vertical-align:top">'
            f'<th scope="row" title="{meaning}" style="{CELL};text-align:left">{column.title}</th>'
            f'<td style="{CELL};text-align:left"><details><summary title="{title}">{text}</summary>'
            f'<pre style="margin:.2em 0;white-space:pre-wrap">{why}</pre></details></td></tr>'
        )
    what = " → ".join(filter(None, (row.description, ", ".join(row.then))))
    table_of = f"{GRID}{''.join(lines)}</table>"
    return f'<div style="overflow-x:auto">{_title(plain(row.name), plain(what))}{table_of}</div>'


def _title(name: str, under: str) -> str:
    faint = f'<span style="{SOFT}">{escape(under)}</span>'
    return f'<p style="margin:.2em 0"><strong>{escape(name)}</strong> {faint}</p>'


def _place(column: Column) -> int:
    return FIRST.index(column.name) if column.name in FIRST else len(FIRST)


def _style(heading: Heading) -> str:
    return f"{CELL};text-align:{'right' if heading.numeric else 'left'}"


def _cells(headings: Sequence[Heading], cells: Sequence[Cell], level: int) -> str:
    parts = []
    for heading, cell in zip(headings, cells, strict=True):
        style = _style(heading)
        title = f' title="{escape(cell.exact)}"' if cell.exact != cell.text else ""
        if heading.name == "name":
            style += f";padding-left:{0.7 + 1.2 * level:.1f}em"
            parts.append(f'<th scope="row" style="{style}"{title}>{escape(cell.text)}</th>')
        else:
            parts.append(f'<td style="{style}"{title}>{escape(cell.text)}</td>')
    return "".join(parts)
