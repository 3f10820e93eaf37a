"""A sheet as one page: figures at a glance, and each opens to show how it came about.

Requirements met here: one file, nothing loaded from elsewhere, no script (and a policy in the page
that forbids any); readable in light and dark, on paper, at 360 pixels and by ear; text from the
network is escaped, whatever it holds.
"""

from collections.abc import Iterator, Sequence
from html import escape

from netsheet.render.html_table import bar, closing_rules, grid
from netsheet.render.page import whole_page
from netsheet.render.table import Table, table
from netsheet.render.units import exact, percent, short
from netsheet.sheet.sheet import Sheet

ALL = 99
"""A depth that opens every group."""


def render(sheet: Sheet, *, columns: Sequence[str] | None = None, diagram: str = "") -> str:
    """A whole page. `diagram`: an SVG element to show below the tables, put in as it is.

    ChoiceError if there is no such column.
    """
    shown = table(sheet, columns=columns, depth=ALL)
    body = [
        f"<header>\n<h1>{escape(shown.title)}</h1>",
        f'<p class="under">Input {escape(shown.input)}, one sample; {_convention(sheet)}</p>',
        "</header>",
        *_tiles(shown),
        "<h2>Row by row</h2>",
        *grid(shown),
        "<h2>Where it sits</h2>",
        *_parts(shown),
        "<h2>What is counted</h2>",
        *_definitions(shown),
        *_figure(shown, diagram),
        f"<footer><p>{_code(shown.closing)}</p></footer>",
    ]
    return whole_page(shown.title, body, closing_rules(shown))


def _convention(sheet: Sheet) -> str:
    return escape(f"convention {sheet.convention.name}: {sheet.convention.sentence}")


def _code(text: str) -> str:
    """Escaped text, with what stands between backticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if place % 2 else p for place, p in enumerate(pieces))


# Totals.


def _tiles(shown: Table) -> Iterator[str]:
    yield '<dl class="tiles">'
    for fact in shown.facts:
        small = f"<small>{escape(fact.exact)}</small>" if fact.exact != fact.text else ""
        figure = f"<strong>{escape(fact.text)}</strong>{small}"
        yield f"<div><dt>{escape(fact.label)}</dt><dd>{figure}</dd></div>"
    yield "</dl>"


def _figure(shown: Table, diagram: str) -> Iterator[str]:
    if diagram:
        label = escape(f"Drawing of {shown.title}")
        yield "<h2>Drawing</h2>"
        yield f'<div class="drawing" tabindex="0" role="region" aria-label="{label}">'
        yield f"{diagram}\n</div>"


def _parts(shown: Table) -> Iterator[str]:
    yield '<div class="box slim" tabindex="0" role="region" aria-label="Totals by part">'
    yield '<table class="parts">'
    heads = ("rows", "params", "% params", "macs", "% macs")
    titles = "".join(f'<th scope="col" class="num">{head}</th>' for head in heads)
    yield f'<thead><tr><th scope="col">part</th>{titles}</tr></thead>\n<tbody>'
    for part in shown.parts:
        cells = f'<td class="num">{exact(part.rows)}</td>'
        for count, share in ((part.params, part.params_share), (part.macs, part.macs_share)):
            cells += f'<td class="num" title="{exact(count)}">{short(count)}</td>'
            cells += f'<td class="num share" style="{bar(share)}">{escape(percent(share))}</td>'
        yield f'<tr><th scope="row">{part.name}</th>{cells}</tr>'
    yield "</tbody>\n</table>\n</div>"


def _definitions(shown: Table) -> Iterator[str]:
    yield '<dl class="defs">'
    for fact in shown.facts:
        figure = fact.exact if not fact.unit else fact.text
        yield f"<dt>{escape(fact.label)} {escape(figure)}</dt><dd>{escape(fact.note)}</dd>"
    yield "</dl>"
