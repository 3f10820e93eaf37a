"""A sheet's text in its canonical layout: tables aligned, times signs and lists written one way.

Requirements met here: the words, claims and prose of the author stay; formatting twice changes
nothing more; the formatted text says the same as before.
"""

import csv
import io
import re
from collections.abc import Mapping

from netsheet.text.cells import Cell, split_list
from netsheet.text.document import parse_csv, parse_markdown
from netsheet.text.headings import Headings
from netsheet.text.markdown import marks
from netsheet.text.parts import Document, Table
from netsheet.text.write import align

_SIZES = re.compile(r"\d+(?:\s*[/×xX*]\s*\d+)+")
_TIMES = re.compile(r"\s*[×xX*]\s*")
_SLASH = re.compile(r"\s*/\s*")
_COMMAS = re.compile(r"\d+(?:\s*,\s*\d+)+|\d+(?:\s+by\s+\d+)+")
_COMMA = re.compile(r"\s*,\s*|\s+by\s+")


def format_text(text: str, *, source: str, computed: Mapping[str, str]) -> str:
    """The canonical layout of a sheet's text; TableError if it can't be parsed at all."""
    if source.casefold().endswith(".csv"):
        return _format_csv(text, source, computed)
    document = parse_markdown(text, source)
    document.problems.check()
    lines = list(document.lines)
    for cell in reversed(document.inputs):
        _, number, start, end, _ = cell.span
        line = lines[number - 1]
        lines[number - 1] = line[:start] + _input(cell.text) + line[end:]
    params = document.params
    for table in sorted(document.tables, key=lambda table: -table.first):
        lines[table.first : table.end] = _format_table(document, table, computed, params)
    return "\n".join(lines).rstrip("\n") + "\n"


def _input(text: str) -> str:
    """An input's shape with × between its sizes."""
    shape, bracket, order = text.partition("(")
    shape = shape.strip()
    written = _COMMA.sub("×", shape) if _COMMAS.fullmatch(shape) else _TIMES.sub("×", shape)
    return f"{written} {bracket}{order}" if bracket else written


def _format_table(
    document: Document, table: Table, computed: Mapping[str, str], params: set[str]
) -> list[str]:
    head = [" ".join(cell.text.split()) for cell in table.headings]
    body = _body(table, computed, params)
    return align([head, *body], marks(document.lines[table.first + 1]))


def _body(table: Table, computed: Mapping[str, str], params: set[str]) -> list[list[str]]:
    """The cells of a table's rows, each written its one way; `params` are those of all blocks."""
    headings = Headings(table.headings, computed, params)
    count = len(table.headings)
    rows = []
    for row in table.rows:
        cells = [_cell(cell, place, headings) for place, cell in enumerate(row)]
        rows.append(cells + [""] * (count - len(cells)))
    return rows


def _cell(cell: Cell, place: int, headings: Headings) -> str:
    """One cell: sizes with ×, lists with a comma and a blank; names and claims as they are."""
    text = " ".join(cell.text.split())
    if place in headings.values and _SIZES.fullmatch(text):
        return _TIMES.sub("×", _SLASH.sub("/", text))
    if headings.parts.get(place) in {"from", "then"}:
        return ", ".join(split_list(text)) or text
    return text


def _format_csv(text: str, source: str, computed: Mapping[str, str]) -> str:
    document = parse_csv(text, source)
    document.problems.check()
    if document.main is None:
        return text
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([cell.text for cell in document.main.headings])
    writer.writerows(_body(document.main, computed, document.params))
    return out.getvalue()
