"""A sheet on a terminal.

Requirements met here: no line is wider than the terminal, and no cell is broken over lines; wide
terminals show more; without colours nothing is lost; colours only where a terminal shows them and
NO_COLOR doesn't forbid them. rich is loaded when a table is drawn, not before.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from netsheet.render.layout import BAR, GAP, INDENT, NARROWEST, Layout, fit
from netsheet.render.table import Cell, Heading, Line, Table, plain
from netsheet.render.units import exact as digits
from netsheet.render.units import percent, short
from netsheet.sheet.column import Share
from netsheet.sheet.sheet import Sheet

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

EIGHTHS = " ▏▎▍▌▋▊▉"
"""A cell of a bar, from empty to seven eighths."""

ACCENT, FAINT, STRONG = "cyan", "dim", "bold"
"""Styles; a terminal's own colours, so that they suit its background."""


def render(  # noqa: PLR0913 every one a choice of the person who looks
    sheet: Sheet,
    *,
    columns: Sequence[str] | None = None,
    exact: bool = False,
    depth: int = 1,
    width: int | None = None,
    colour: bool | None = None,
) -> str:
    """The table with totals, parts and definitions, in lines of at most `width` columns.

    width and colour: those of the terminal unless given; 80 and none where there is no terminal.
    At least 30 columns are taken. ChoiceError if there is no such column.
    """
    wide = max(_width() if width is None else width, NARROWEST)
    layout = fit(sheet, wide, columns=columns, exact=exact, depth=depth)
    console = _console(wide, colour=colour)
    for text in _page(layout, console, exact=exact):
        text.rstrip()
        console.print(text, soft_wrap=True)
    return _read(console)


def render_explanation(text: str, *, width: int | None = None, colour: bool | None = None) -> str:
    """An explanation (`sheet.explain(…)`) with its subjects and values set off.

    Lines are broken at blanks, and set in, where a terminal (or `width`) has no room for them.
    """
    from rich.text import Text

    wide = width if width is not None else shutil.get_terminal_size((10**6, 24)).columns
    console = _console(max(wide, NARROWEST), colour=colour)
    for line in text.splitlines():
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        styled = _explained(plain(body))
        hang = indent + 4
        for place, piece in enumerate(_wrapped(styled, console, max(wide - hang, 10))):
            console.print(Text(" " * (hang if place else indent)) + piece, soft_wrap=True)
    return _read(console)


def _width() -> int:
    """Columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def _console(width: int, *, colour: bool | None) -> "Console":
    """Somewhere to draw: text that holds colours only if they are wanted."""
    from rich.console import Console

    if colour is None:
        here = Console()
        colour = here.color_system is not None and not here.no_color
    return Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _read(console: "Console") -> str:
    file = console.file
    assert isinstance(file, StringIO)  # noqa: S101 made so above; for the type checker
    return file.getvalue()


# The page, line by line.


def _page(layout: Layout, console: "Console", *, exact: bool) -> Iterator["Text"]:
    from rich.text import Text

    table = layout.table
    head = Text.assemble((table.title, STRONG), (f"   input {table.input}", FAINT))
    head.truncate(console.width, overflow="ellipsis")
    yield head
    yield Text()
    yield from _grid(layout, exact=exact)
    yield Text()
    yield from _parts(table, console.width, exact=exact)
    yield Text()
    yield from _facts(table, console, exact=exact)
    yield Text()
    if layout.left_out:
        missing = ", ".join(layout.left_out)
        note = f"No room for {missing}: a wider terminal shows more, and so does --format csv."
        yield from _wrapped(Text(note), console, console.width)
    yield from _wrapped(Text(table.closing, FAINT), console, console.width)


def _grid(layout: Layout, *, exact: bool) -> Iterator["Text"]:
    """Headings, lines and totals between rules."""
    from rich.text import Text

    table, widths = layout.table, layout.widths
    rule = Text("─" * (sum(widths) + GAP * (len(widths) - 1)), FAINT)
    titles = [Cell(heading.title, heading.title) for heading in table.headings]
    yield _joined(_cells(table.headings, titles, layout, exact=False), style=STRONG)
    yield rule
    for line in table.lines:
        yield _joined(_cells(table.headings, line.cells, layout, line=line, exact=exact))
    yield rule
    yield _joined(_cells(table.headings, table.total, layout, exact=exact), style=STRONG)


def _cells(
    headings: Iterable[Heading],
    cells: Iterable[Cell],
    layout: Layout,
    *,
    line: Line | None = None,
    exact: bool,
) -> Iterator["Text"]:
    """Cells of one line, each as wide as its column."""
    from rich.text import Text

    for heading, cell, width in zip(headings, cells, layout.widths, strict=True):
        string = cell.exact if exact and heading.numeric else cell.text
        text = Text(string)
        if line is not None and heading.name == "name":
            text = Text(" " * INDENT * line.level + line.label)
            text.stylize(STRONG if line.level == 0 else "")
        elif line is not None and (string in {"0", "0 %", "–"} or heading.name == "from"):
            text.stylize(FAINT)
        bar = layout.bar if isinstance(cell.share, Share) and heading.name in SHARES else 0
        text.truncate(width - bar, overflow="ellipsis")
        text.align("right" if heading.numeric else "left", width - bar)
        if bar and cell.share:
            text = Text.assemble((f"{drawn(cell.share, BAR - 1)} ", ACCENT), text)
        yield text


SHARES = frozenset({"share", "macs_share"})


def drawn(share: Share, width: int) -> str:
    """A bar: as many cells as the share has of `width`, to an eighth; a trace shows a hair.

    >>> drawn(Share(1, 2), 7), drawn(Share(1, 10_000), 7)
    ('███▌   ', '▏      ')
    """
    eighths = (2 * share.part * width * 8 + share.whole) // (2 * share.whole) if share.whole else 0
    eighths = max(eighths, 1) if share.part else 0
    full, rest = divmod(eighths, 8)
    return ("█" * full + EIGHTHS[rest] * bool(rest)).ljust(width)


def _joined(cells: Iterable["Text"], style: str = "") -> "Text":
    from rich.text import Text

    text = Text(" " * GAP).join(cells)
    if style:
        text.stylize(style)
    return text


def _parts(table: Table, width: int, *, exact: bool) -> Iterator["Text"]:
    """Where parameters and multiply-adds sit: convolutions, dense layers, the rest."""
    from rich.text import Text

    write = digits if exact else short
    lines: list[tuple[str, ...]] = [("part", "rows", "params", "", "macs", "")]
    lines += [
        (
            part.name,
            digits(part.rows),
            write(part.params),
            percent(part.params_share),
            write(part.macs),
            percent(part.macs_share),
        )
        for part in table.parts
    ]
    widths = _widest(lines)
    if sum(widths) + GAP * (len(widths) - 1) > width:  # the shares say most in little room
        lines = [(line[0], line[3] or line[2], line[5] or line[4]) for line in lines]
        widths = _widest(lines)
    for place, line in enumerate(lines):
        texts = [
            Text(text.ljust(wide) if not index else text.rjust(wide))
            for index, (text, wide) in enumerate(zip(line, widths, strict=True))
        ]
        yield _joined(texts, style="" if place else FAINT)


def _widest(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*lines, strict=True)]


def _facts(table: Table, console: "Console", *, exact: bool) -> Iterator["Text"]:
    """Totals with their definitions, the definitions set in and broken at blanks."""
    from rich.text import Text

    figures = [fact.exact if exact or not fact.unit else fact.text for fact in table.facts]
    left = max(len(fact.label) for fact in table.facts)
    middle = max(map(len, figures))
    indent = left + middle + 2 * GAP
    room = console.width - indent
    for fact, figure in zip(table.facts, figures, strict=True):
        label, value = fact.label.ljust(left + GAP), figure.rjust(middle)
        first = Text.assemble((label, FAINT), (value, STRONG))
        if room < 24:  # noqa: PLR2004 too narrow to read: the definition goes below
            yield first
            for line in _wrapped(Text(fact.note), console, console.width - GAP):
                yield Text(" " * GAP) + line
            continue
        for place, line in enumerate(_wrapped(Text(fact.note), console, room)):
            yield (Text(" " * indent) if place else first + " " * GAP) + line


def _wrapped(text: "Text", console: "Console", width: int) -> Iterator["Text"]:
    for line in text.wrap(console, width):
        line.rstrip()
        yield line


VALUE = re.compile(r"^(?P<subject>[^=]+?) = (?:.* = )?(?P<value>[^=]+)$")


def _explained(line: str) -> "Text":
    """A line of an explanation: the subject in colour, the value strong, the rule faint."""
    from rich.text import Text

    text = Text(line)
    if line.startswith("by the rule "):
        text.stylize(FAINT)
    elif found := VALUE.match(line):
        text.stylize(ACCENT, *found.span("subject"))
        text.stylize(STRONG, *found.span("value"))
    return text
