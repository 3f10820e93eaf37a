"""Which columns fit a width, and how wide each may be.

Requirements met here: no line is wider than what was asked for; numbers are shown whole or not at
all, only words are cut; what was asked for by name and doesn't fit is named, not dropped.
"""

from collections.abc import Sequence
from typing import NamedTuple

from netsheet.core.span import display_width
from netsheet.render.table import BARS, Table, choose, default_columns, table
from netsheet.sheet.sheet import Sheet

GAP = 2
"""Blanks between columns."""

BAR = 8
"""Width of a bar of shares, with the blank behind it."""

INDENT = 2
"""Blanks before the name of a line inside another, for each level."""

NARROWEST = 30
"""Narrower than this nothing can be shown in columns."""

FIRST = (
    "name",
    "output",
    "params",
    "counted_params",
    "macs",
    "ops",
    "layer",
    "receptive_field",
    "memory",
)
"""The default columns, the most wanted first."""

MORE = ("share", "macs_share", "neurons", "kept")
"""What a wide terminal shows besides, the most wanted first."""

ORDER = (
    "name",
    "layer",
    "output",
    "params",
    "counted_params",
    "share",
    "macs",
    "ops",
    "macs_share",
    "neurons",
    "memory",
    "kept",
    "receptive_field",
)
"""Columns from left to right."""

LEAST = {"name": 10, "layer": 12, "from": 10}
"""What is left of words when they are cut."""

COMFORTABLE = {"name": 24, "layer": 24, "from": 14}
"""How far words are cut to make room for one more of the default columns."""

MOST = {"name": 40, "layer": 60, "from": 30}
"""Words are never given more than this."""


class Layout(NamedTuple):
    """A table with the width of each column, of its bars, and what was asked for in vain."""

    table: Table
    widths: tuple[int, ...]
    bar: int
    left_out: tuple[str, ...]


def fit(
    sheet: Sheet, width: int, *, columns: Sequence[str] | None = None, exact: bool, depth: int
) -> Layout:
    """Columns for a width: those asked for, or as many of the usual ones as fit.

    ChoiceError if there is no such column.
    """
    width = max(width, NARROWEST)
    wanted = _usual(sheet) if columns is None else choose(columns)
    full = table(sheet, columns=wanted, depth=depth)
    natural = {
        heading.name: _natural(full, place, exact=exact)
        for place, heading in enumerate(full.headings)
    }
    shown = _chosen(wanted, natural, width) if columns is None else _asked(wanted, natural, width)
    widths = _squeeze({name: natural[name] for name in shown}, width)
    shares = sum(name in BARS.values() for name in shown)
    spare = width - _taken(list(widths.values()))
    bar = BAR if shares and columns is None and not exact and spare >= BAR * shares else 0
    return Layout(
        full.only(shown),
        tuple(w + bar * (name in BARS.values()) for name, w in widths.items()),
        bar,
        tuple(h.title for h in full.headings if columns is not None and h.name not in shown),
    )


def _usual(sheet: Sheet) -> tuple[str, ...]:
    usual = {*default_columns(sheet), *MORE}
    if "ops" in usual:  # the shares are those of the multiply-adds
        usual -= {"macs_share"}
    return tuple(name for name in ORDER if name in usual)


def _natural(full: Table, place: int, *, exact: bool) -> int:
    """Width that a column would like to have."""
    heading = full.headings[place]
    cells = [*(line.cells[place] for line in full.lines), full.total[place]]
    texts = [cell.exact if exact and heading.numeric else cell.text for cell in cells]
    if heading.name == "name":
        texts += [" " * INDENT * line.level + line.label for line in full.lines]
    found = max(map(display_width, (heading.title, *texts)))
    return min(found, MOST.get(heading.name, found))


def _taken(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _chosen(wanted: Sequence[str], natural: dict[str, int], width: int) -> tuple[str, ...]:
    """The usual columns that fit: words are cut to make room for the first of them only."""
    chosen: list[str] = []
    for name in (*FIRST, *MORE):
        if name not in wanted:
            continue
        floors = natural
        if name in {"name", "output", "params", "counted_params", "macs", "ops", "layer"}:
            floors = {each: min(w, LEAST.get(each, w)) for each, w in natural.items()}
        elif name == "receptive_field":
            floors = {each: min(w, COMFORTABLE.get(each, w)) for each, w in natural.items()}
        if _taken([floors[each] for each in (*chosen, name)]) <= width:
            chosen.append(name)
        elif name in MORE:
            break
    return tuple(name for name in wanted if name in chosen)


def _asked(wanted: Sequence[str], natural: dict[str, int], width: int) -> tuple[str, ...]:
    """The columns asked for, from the left, as long as they fit with their words cut."""
    shown: list[str] = []
    for name in wanted:
        widths = [min(natural[each], LEAST.get(each, natural[each])) for each in (*shown, name)]
        if _taken(widths) <= width:
            shown.append(name)
    return tuple(shown)


def _squeeze(natural: dict[str, int], width: int) -> dict[str, int]:
    """Cut words, the longest column of them first, until the line fits."""
    widths = dict(natural)
    for floors in (COMFORTABLE, LEAST):
        for name in ("layer", "from", "name"):
            over = _taken(list(widths.values())) - width
            if over > 0 and name in widths:
                widths[name] = max(min(floors[name], widths[name]), widths[name] - over)
    return widths
