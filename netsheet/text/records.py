"""The lines of a CSV as records of cells, each with its place.

Requirements met here: quotes, doubled quotes and cells over several lines as RFC 4180 has them;
commas, and semicolons and tabs as spreadsheets in some countries write them; every cell keeps
the line and columns where its text stands, which a plain CSV reader does not tell.
"""

import re

from netsheet.core.errors import Problems
from netsheet.core.span import Span
from netsheet.text.cells import Cell

SEPARATORS = ",;\t"
MOST_COLUMNS = 100

_QUOTE = re.compile(r" *\"")


def split_records(lines: list[str], source: str, problems: Problems) -> list[list[Cell]]:
    """The records that hold anything; quotes that can't be read are noted as problems."""
    reader = _Reader(lines, source, problems)
    records: list[list[Cell]] = []
    while reader.number < len(lines):
        record = reader.record()
        if len(record) > MOST_COLUMNS:
            span = Span(source, reader.number, 0, 1, lines[reader.number - 1])
            hint = f"a table has at most {MOST_COLUMNS}"
            problems.add(f"a row of {len(record):,} columns", span, hint=hint)
            break
        if any(cell.text for cell in record):
            records.append(record)
    return records


class _Reader:
    """A place in the lines that moves on: `number` is the line's index, `column` where in it."""

    def __init__(self, lines: list[str], source: str, problems: Problems) -> None:
        self.lines = lines
        self.source = source
        self.problems = problems
        self.number = self.column = 0
        first = next((line for line in lines if line.strip()), "")
        self.separator = max(SEPARATORS, key=first.count)

    @property
    def line(self) -> str:
        """The line it is in; empty behind the last."""
        return self.lines[self.number] if self.number < len(self.lines) else ""

    def record(self) -> list[Cell]:
        """The cells from here to the end of the record, and on to the next line."""
        cells = [self.cell()]
        while self.line.startswith(self.separator, self.column):
            self.column += 1
            cells.append(self.cell())
        self.number, self.column = self.number + 1, 0
        return cells

    def cell(self) -> Cell:
        """The cell that begins here."""
        line, start = self.line, self.column
        if (quote := _QUOTE.match(line, start)) is not None:
            self.column = quote.end() - 1
            return self.quoted()
        stop = line.find(self.separator, start)
        self.column = len(line) if stop < 0 else stop
        return self.placed(line[start : self.column], start)

    def placed(self, raw: str, start: int, number: int | None = None) -> Cell:
        """A cell whose place is that of its text, without the blanks around it."""
        number = self.number if number is None else number
        line, text = self.lines[number], raw.strip()
        begin = start + (len(raw) - len(raw.lstrip()) if text else 0)
        end = max(begin + 1, min(len(line), begin + len(text)))
        return Cell(text, Span(self.source, number + 1, begin, end, line))

    def quoted(self) -> Cell:
        """A cell in quotes; it may go on over several lines, and holds a quote as two."""
        begin, start = self.number, self.column
        self.column += 1
        parts: list[str] = []
        while self.number < len(self.lines):
            line, left = self.line, self.column
            close = line.find('"', left)
            if close < 0:
                parts.append(line[left:] + " ")
                self.number, self.column = self.number + 1, 0
            elif line.startswith('""', close):
                parts.append(line[left : close + 1])
                self.column = close + 2
            else:
                parts.append(line[left:close])
                self.column = close + 1
                self.behind()
                return self.placed("".join(parts), start + 1, begin)
        span = Span(self.source, begin + 1, start, start + 1, self.lines[begin])
        self.problems.add("a quoted cell never ends", span, hint='it ends with another "')
        return Cell("", span)

    def behind(self) -> None:
        """Go on to the separator behind a quoted cell, or to the end of the line."""
        stop = self.line.find(self.separator, self.column)
        stop = len(self.line) if stop < 0 else stop
        if self.line[self.column : stop].strip():
            span = Span(self.source, self.number + 1, self.column, stop, self.line)
            hint = 'quotes go around the whole cell, and a quote inside is written ""'
            self.problems.add("something stands behind a quoted cell", span, hint=hint)
        self.column = stop
