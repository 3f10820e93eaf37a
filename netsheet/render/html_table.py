"""The table of a page: each figure opens to its derivation, each group to the rows inside it.

Requirements met here: a table by its markup (headings with scope, a caption), so that it can be
heard; `<details>` and one checkbox a group do all the opening; a browser that can't hide the rows
inside shows them all.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate

from netsheet.core.span import display_width
from netsheet.render.table import Cell, Heading, Line, Table, plain
from netsheet.render.units import percent
from netsheet.sheet.column import Explanation, Share
from netsheet.sheet.columns import columns as computed

ROOM = 130
"""A table that takes fewer characters than this a line fits a wide window without scrolling."""


def grid(shown: Table) -> Iterator[str]:
    """The table, every group's rows behind it."""
    sides = _sides(shown)
    fits = " fits" if _taken(shown)[-1] <= ROOM else ""
    caption = "A figure opens to show how it came about; a ▸ opens the rows inside."
    yield f'<div class="box main{fits}" tabindex="0" role="region" aria-label="Row by row">'
    yield f"<table>\n<caption><span>{caption}</span></caption>\n<thead><tr>"
    yield "".join(_head(heading) for heading in shown.headings)
    yield "</tr></thead>\n<tbody>"
    groups = _groups(shown)
    for place, line in enumerate(shown.lines):
        yield _row(shown, line, place, groups, sides)
    yield "</tbody>\n<tfoot><tr>"
    for heading, cell, side in zip(shown.headings, shown.total, sides, strict=True):
        why = (
            shown.sheet.explanation_of_total(heading.name)
            if cell.text and heading.numeric
            else None
        )
        if heading.name == "name":
            yield '<th scope="row">total</th>'
        else:
            yield _cell(heading, cell, why, side, "total")
    yield "</tr></tfoot>\n</table>\n</div>"


def _head(heading: Heading) -> str:
    unit = f", in {heading.unit}" if heading.unit else ""
    kind = ' class="num"' if heading.numeric else ""
    meaning = escape(f"{heading.meaning}{unit}")
    return f'<th scope="col"{kind}><abbr title="{meaning}">{escape(heading.title)}</abbr></th>'


def _groups(shown: Table) -> dict[str, str]:
    """An identifier for each line that holds others, by the line's name."""
    nodes = [line.row.node for line in shown.lines]
    return {node.name: f"g{place}" for place, node in enumerate(nodes) if node.children}


def _above(name: str, groups: dict[str, str]) -> list[str]:
    """Identifiers of the groups that a line lies in."""
    found = []
    while name := name.rpartition(".")[0]:
        if name in groups:
            found.append(groups[name])
    return found


def closing_rules(shown: Table) -> str:
    """Hide the rows of each group that isn't opened; a browser that can't shows all of them."""
    rules = [f"table:has(#{g}:not(:checked)) .{g}" for g in _groups(shown).values()]
    return (
        f"@supports selector(:has(*)) {{ {', '.join(rules)} {{ display: none; }} }}\n"
        if rules
        else ""
    )


def _row(shown: Table, line: Line, place: int, groups: dict[str, str], sides: Sequence[str]) -> str:
    inside = _above(line.name, groups)
    kind = f' class="in {" ".join(inside)}"' if inside else ""
    cells = []
    for heading, cell, side in zip(shown.headings, line.cells, sides, strict=True):
        if heading.name == "name":
            cells.append(_name(line, groups))
            continue
        why = None
        if heading.numeric and not line.level:
            why = computed()[heading.name].explain(shown.sheet, line.row.node)
        cells.append(_cell(heading, cell, why, side, f"r{place}"))
    return f"<tr{kind}>{''.join(cells)}</tr>"


def _name(line: Line, groups: dict[str, str]) -> str:
    """The row's name, set in by its level, with what opens the rows inside it."""
    style = f' style="padding-left:{0.7 + 1.1 * line.level:.1f}rem"' if line.level else ""
    group = groups.get(line.name)
    mark = '<i class="plain"></i>' if groups else ""
    if group:
        label = escape(f"rows inside {plain(line.name)}")
        box = f'<input type="checkbox" id="{group}" aria-label="{label}">'
        mark = f'<label class="opens">{box}</label>'
    return f'<th scope="row"{style}>{mark}<span>{escape(line.label)}</span></th>'


def _cell(heading: Heading, cell: Cell, why: Explanation | None, side: str, row: str) -> str:
    kinds = ["num"] if heading.numeric else ["words"] * (heading.name == "layer")
    if cell.text in {"0", "0 B", "0 %", "–"}:
        kinds.append("zero")
    style = ""
    if cell.share is not None and cell.share.part:
        kinds.append("share")
        style = f' style="{bar(cell.share)}"'
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    digits = _with_share(cell)
    title = f' title="{escape(digits)}"' if digits != cell.text else ""
    text = escape(cell.text)
    if why is None:
        return f"<td{kind}{style}{title}>{text}</td>"
    card = f'<div class="why {side}">{"".join(derivation(why))}</div>'
    summary = f"<summary{title}><span>{text}</span></summary>"
    return f'<td{kind}{style}><details name="{row}">{summary}{card}</details></td>'


def _with_share(cell: Cell) -> str:
    """The exact figure and what part of the whole it is."""
    if cell.share is None or not cell.share.part or "of" in cell.exact:
        return cell.exact
    return f"{cell.exact}, {percent(cell.share)}"


def bar(share: Share) -> str:
    """The length of a bar, as a style."""
    return f"--s:{min(share.percent, 100):.1f}%"


def _taken(shown: Table) -> list[int]:
    """About how many characters from the left each column ends."""
    rows = [*(line.cells for line in shown.lines), shown.total]
    widths = [
        2 + max(display_width(row[place].text) for row in rows)
        for place in range(len(shown.headings))
    ]
    return list(accumulate(widths))


def _sides(shown: Table) -> list[str]:
    """To which side of its column a card opens: in the right half of the table, to the left."""
    ends = _taken(shown)
    return ["left" if 2 * end >= ends[-1] else "right" for end in ends]


def derivation(why: Explanation, *, inner: bool = False) -> Iterator[str]:
    """A derivation: the sum, the rule it follows, its terms, notes; terms of terms open."""
    middle = f"{escape(why.sum)} = " if why.sum and why.sum != why.value else ""
    line = f"{escape(plain(why.subject))} = {middle}<b>{escape(why.value)}</b>"
    folded = inner and bool(why.parts)
    yield f"<details><summary><span>{line}</span></summary>" if folded else f"<p>{line}</p>"
    if why.formula and why.formula != why.sum:
        yield f'<p class="rule">by the rule {escape(why.formula)}</p>'
    if why.parts:
        terms = "".join(f"<li>{''.join(derivation(part, inner=True))}</li>" for part in why.parts)
        yield f"<ul>{terms}</ul>"
    for note in why.notes:
        yield f'<p class="note">{escape(plain(note))}</p>'
    if folded:
        yield "</details>"
