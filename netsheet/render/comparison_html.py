"""A comparison inside somebody else's page: a notebook's output cell.

Requirements met here: every style stands in its element, so that the page around keeps its own;
no script; text from the networks is escaped; a sign says what a colour says.
"""

from collections.abc import Sequence
from html import escape

from netsheet.compare.difference import Difference
from netsheet.render.comparison import Told, tell
from netsheet.render.notebook import CELL, GRID, LINE, SOFT

COLOURS = {"+": "#1a7f37", "−": "#cf222e", "~": "#9a6700"}
"""Green, red and ochre that can be read on white and on black."""


def fragment(difference: Difference, *, columns: Sequence[str] | None = None) -> str:
    """What changed, and the totals; ChoiceError for an unknown column."""
    told = tell(difference, columns)
    title = (
        f'<p style="margin:.2em 0"><strong>{escape(told.title)}</strong> '
        f'<span style="{SOFT}">input {escape(told.input)}</span></p>'
    )
    parts = [_entries(told) if told.entries else "", _totals(told) if told.totals else ""]
    closing = f'<p style="margin:.3em 0;{SOFT}">{escape(told.closing)}</p>'
    return f'<div style="overflow-x:auto">{title}{"".join(parts)}{closing}</div>'


def _entries(told: Told) -> str:
    rows = []
    for entry in told.entries:
        colour = f";color:{COLOURS[entry.sign]}" if entry.sign else ""
        name = escape(f"{entry.sign} {entry.name}".strip())
        start = f"{CELL};text-align:left;padding-left:{0.7 + 1.2 * entry.level:.1f}em{colour}"
        text = f'<td style="{CELL};white-space:normal;text-align:left">{escape(entry.text)}</td>'
        effects = entry.effects or [""] * len(told.columns)
        numbers = "".join(
            f'<td style="{CELL};text-align:right">{escape(text)}</td>' for text in effects
        )
        rows.append(
            f'<tr style="{LINE}"><th scope="row" style="{start}">{name}</th>{text}{numbers}</tr>'
        )
    heads = ["line", "what became of it", *told.columns]
    return _table(heads, rows, left=2)


def _totals(told: Told) -> str:
    rows = []
    for total in told.totals:
        cells = "".join(
            f'<td style="{CELL};text-align:right">{escape(text)}</td>' for text in total[1:5]
        )
        note = f'<td style="{CELL};{SOFT};text-align:left">{escape(total.note)}</td>'
        head = f'<th scope="row" style="{CELL};text-align:left">{escape(total.label)}</th>'
        rows.append(f'<tr style="{LINE}">{head}{cells}{note}</tr>')
    return _table(["total", *told.names, "difference", "", ""], rows, left=1)


def _table(heads: Sequence[str], rows: Sequence[str], *, left: int) -> str:
    cells = "".join(
        f'<th scope="col" style="{CELL};text-align:{"left" if place < left else "right"}">'
        f"{escape(head)}</th>"
        for place, head in enumerate(heads)
    )
    body = "".join(rows)
    return f"{GRID}<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
