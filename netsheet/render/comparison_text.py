"""A comparison in lines of text, as `netsheet diff` prints it.

Requirements met here: no line is wider than asked, at least 40 columns; long texts go on below
themselves; effects stand in columns, flush right; without colours nothing is lost, and colours
are there only where a terminal shows them and NO_COLOR doesn't forbid them.
"""

import shutil
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netsheet.compare.difference import Difference
from netsheet.core.span import display_width
from netsheet.render.comparison import Entry, Told, Total, tell

NARROWEST = 40
GAP, INDENT = 2, 2
LEAST_TEXT = 24
"""So much is left for words, if there are many columns of effects."""

COLUMNS = ((0, 1, 2, 3, 4), (0, 1, 2, 3), (0, 2, 3), (0, 3))
"""Columns of the totals that are shown, from the wide to the narrow."""

STYLES = {"+": "green", "−": "red", "~": "yellow"}
"""Colours of entries, by their signs; a terminal's own, so that they suit its background."""


class Styled(NamedTuple):
    """A line, and the colour of it; none where it is as all others."""

    text: str
    style: str = ""


def render(
    difference: Difference,
    *,
    columns: Sequence[str] | None = None,
    width: int | None = None,
    colour: bool | None = None,
) -> str:
    """The comparison: what changed, line by line, with its effects; and the totals.

    width and colour: those of the terminal unless given; 80 and none where there is no terminal.
    ChoiceError for a column in which a change has no effect.
    """
    wide = shutil.get_terminal_size((80, 24)).columns if width is None else width
    lines = list(_lines(tell(difference, columns), max(wide, NARROWEST)))
    if colour is None:
        colour = _shows_colours()
    if not colour:
        return "".join(f"{line.text.rstrip()}\n" for line in lines)
    return "".join(f"{_coloured(line)}\n" for line in lines)


def _shows_colours() -> bool:
    """Whether standard output is a terminal that shows colours, and nobody forbids them."""
    from rich.console import Console

    here = Console()
    return here.color_system is not None and not here.no_color


def _coloured(line: Styled) -> str:
    from rich.style import Style

    text = line.text.rstrip()
    return Style.parse(line.style).render(text) if line.style and text else text


def _lines(told: Told, wide: int) -> Iterator[Styled]:
    """Every line."""
    head = [*_wrapped(told.title, wide), *_wrapped(f"input {told.input}", wide), ""]
    yield from map(Styled, head)
    if told.entries:
        yield from _entries(told, wide)
        yield Styled("")
    if told.totals:
        yield from _totals(told, wide)
        yield Styled("")
    yield from map(Styled, _wrapped(told.closing, wide))


def _entries(told: Told, wide: int) -> Iterator[Styled]:
    """The entries below the titles of their effects; columns that find no room are left out."""
    effects = [entry.effects for entry in told.entries if entry.effects]
    widths = [
        max(display_width(text) for text in (title, *(each[place] for each in effects)))
        for place, title in enumerate(told.columns)
    ]
    while widths and wide - sum(widths) - GAP * len(widths) < LEAST_TEXT:
        widths.pop()
    room = wide - sum(widths) - GAP * len(widths)
    heads = _numbers(told.columns, widths)
    yield Styled(" " * room + heads)
    for entry in told.entries:
        numbers = _numbers(entry.effects, widths) if entry.effects else ""
        for line in _entry(entry, room, numbers):
            yield Styled(line, STYLES.get(entry.sign, ""))


def _numbers(texts: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(texts, widths, strict=False)
    return "".join(" " * GAP + _padded(text, width, left=False) for text, width in pairs)


def _entry(entry: Entry, room: int, numbers: str) -> Iterator[str]:
    """One entry: its text beside its effects, and on below itself where it is long."""
    start = " " * INDENT * entry.level + (f"{entry.sign} " if entry.sign else "")
    between = "  " if entry.sign else ": " if entry.effects else ", "
    text = f"{entry.name}{between}{entry.text}" if entry.text else entry.name
    hang = " " * (display_width(start) + INDENT)
    first, *rest = _wrapped(text, room - len(hang))
    yield _padded(start + first, room, left=True) + numbers
    for piece in rest:
        yield hang + piece


def _totals(told: Told, wide: int) -> Iterator[Styled]:
    """The totals of both, side by side."""
    rows = [Total("total", *told.names, "difference", "", ""), *told.totals]
    widths = [max(display_width(row[place]) for row in rows) for place in range(5)]
    shown = next(
        (each for each in COLUMNS if sum(widths[p] + GAP for p in each) - GAP <= wide), COLUMNS[-1]
    )
    for row in rows:
        cells = [_padded(row[place], widths[place], left=not place) for place in shown]
        yield Styled((" " * GAP).join(cells))
        if row.note:
            hang = " " * (widths[0] + 2)
            yield from (Styled(hang + piece) for piece in _wrapped(row.note, wide - len(hang)))


def _padded(text: str, width: int, *, left: bool) -> str:
    blanks = " " * (width - display_width(text))
    return text + blanks if left else blanks + text


def _wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most so many columns, broken at blanks where it can be."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        piece = word
        longer = f"{line} {piece}" if line else piece
        if display_width(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while display_width(piece) > width:
            cut = _fitting(piece, width)
            lines.append(piece[:cut])
            piece = piece[cut:]
        line = piece
    return [*lines, line]


def _fitting(text: str, width: int) -> int:
    """How many letters of a text fit."""
    count = 0
    while count < len(text) and display_width(text[: count + 1]) <= width:
        count += 1
    return max(count, 1)
