"""A comparison in lines of text, as `netsheet diff` prints it.

Requirements met here: no line is wider than asked, at least 40 columns; long texts go on below
themselves; effects stand in columns, flush right; without colours nothing is lost.
"""

from collections.abc import Iterator

from netsheet.compare.difference import Difference
from netsheet.core.span import display_width
from netsheet.render.comparison import Entry, Told, Total, effect, tell

NARROWEST = 40
EFFECT = 9
"""Columns of an effect."""

INDENT = 2


def render(difference: Difference, *, width: int = 80) -> str:
    """The comparison: what changed, line by line, with its effects; and the totals."""
    told = tell(difference)
    wide = max(width, NARROWEST)
    lines = [*_wrapped(told.title, wide), *_wrapped(f"input {told.input}", wide), ""]
    if told.entries:
        heads = "".join(f"{name:>{EFFECT + 1}}" for name in ("params", "macs"))
        lines.append(f"{heads:>{wide}}")
        for entry in told.entries:
            lines += _entry(entry, wide)
        lines.append("")
    lines += [*_totals(told, wide), "", *_wrapped(told.closing, wide)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _entry(entry: Entry, wide: int) -> Iterator[str]:
    """One entry: its text beside its effects, and on below itself where it is long."""
    numbers = "" if entry.effects is None else "".join(map(_number, entry.effects))
    room = wide - 2 * (EFFECT + 1) - 1
    start = " " * INDENT * entry.level + (f"{entry.sign} " if entry.sign else "")
    text = f"{entry.name}  {entry.text}" if entry.sign else f"{entry.name}, {entry.text}"
    if not entry.sign and entry.effects is not None:
        text = f"{entry.name}: {entry.text}"
    hang = " " * (display_width(start) + INDENT)
    pieces = _wrapped(text, room - len(hang))
    first, *rest = pieces
    line = start + first
    yield line + " " * (wide - len(numbers) - display_width(line)) + numbers if numbers else line
    for piece in rest:
        yield hang + piece


def _number(value: int) -> str:
    return f"{effect(value):>{EFFECT + 1}}"


def _totals(told: Told, wide: int) -> Iterator[str]:
    """The totals of both, side by side."""
    head = Total("total", *told.names, "difference", "", "")
    rows = [head, *told.totals]
    widths = [max(display_width(row[place]) for row in rows) for place in range(5)]
    for row in rows:
        cells = [_padded(row[place], widths[place], left=not place) for place in range(5)]
        line = "  ".join(cells).rstrip()
        yield line
        if row.note:
            hang = " " * (widths[0] + 2)
            yield from (hang + piece for piece in _wrapped(row.note, wide - len(hang)))


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
