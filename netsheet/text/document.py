"""A document's parts with their places: title, input, standing rules, tables.

Requirements met here: a table is given to what its heading says it is; prose is free; what looks
like a part of the language and can't be read is refused, never passed over; size is bounded.
"""

import re
from typing import NamedTuple

from netsheet.core.errors import Problems
from netsheet.core.span import Span, shorten
from netsheet.layers.registry import key
from netsheet.text.cells import Cell, parameter, split_list, split_row, tidy
from netsheet.text.formula import RESERVED
from netsheet.text.headings import STRUCTURE, speaks_of_layers
from netsheet.text.lines import bounded_lines
from netsheet.text.markdown import Piece, marks, pieces
from netsheet.text.parts import BlockTable, Document, Table
from netsheet.text.prose import read_prose
from netsheet.text.records import MOST_COLUMNS, split_records

MOST_ROWS = 10_000

_INSIDE = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\))*"
"""What may stand in brackets: anything, and brackets two deep."""

_BLOCK = re.compile(rf"block\s+(?P<name>[^()]+?)\s*(?:\((?P<params>{_INSIDE})\))?", re.IGNORECASE)
_LINKS = re.compile(r"connections\s+(?P<name>\S+)", re.IGNORECASE)


class _Heading(NamedTuple):
    """The heading that stands above what is read now, until a table has taken it."""

    text: str = ""
    span: Span | None = None

    @property
    def block(self) -> re.Match[str] | None:
        """Its block's name and parameters, if it is the heading of one."""
        return _BLOCK.fullmatch(self.text)


def parse_markdown(text: str, source: str) -> Document:
    """The parts of a Markdown document; problems are collected in it."""
    problems = Problems()
    lines = bounded_lines(text, source, problems)
    document = Document(source, lines, problems=problems)
    heading = _Heading()
    first = True
    for piece in pieces(lines) if lines else ():
        if piece.kind == "heading":
            _leave(document, heading)
            heading = _heading(document, piece)
            if first and (piece.level == 1 or not _special(heading.text)):
                document.title, heading = heading.text, _Heading()
            first = False
        elif piece.kind == "prose":
            read_prose(document, piece.first, piece.end)
        elif (table := _table(document, piece)) is not None:
            _place_table(document, table, heading)
            heading = _Heading() if _special(heading.text) else heading
    _leave(document, heading)
    take_main(document)
    return document


def _special(heading: str) -> bool:
    """Whether a heading gives a meaning to the table below it."""
    return bool(_BLOCK.fullmatch(heading) or _LINKS.fullmatch(heading)) or (
        heading.casefold() == "variants" or heading.casefold().startswith("block ")
    )


def _heading(document: Document, piece: Piece) -> _Heading:
    line = document.lines[piece.first]
    at = max(0, line.find(piece.text.split("\n")[0])) if piece.text else 0
    span = Span(document.source, piece.first + 1, at, max(at + 1, len(line.rstrip(" #"))), line)
    return _Heading(piece.text.strip("`*"), span)


def _leave(document: Document, heading: _Heading) -> None:
    """Note that a block's heading had no table below it."""
    match = heading.block
    if match is None or heading.span is None:
        return
    document.bare_blocks[key(match["name"])] = match["name"], heading.span
    document.loose.update(map(parameter, split_list(match["params"] or "", ",;=")))
    if match["params"] is not None:
        document.note_bare_block(match["name"])


def _table(document: Document, piece: Piece) -> Table | None:
    """The cells of a table, if it is one that can be read."""
    lines, first = document.lines, piece.first
    headings = split_row(lines[first], document.source, first + 1)
    table = Table(headings, [], first, piece.end, document.span(first))
    count = len(marks(lines[first + 1]))
    layers = speaks_of_layers(headings)
    if piece.level:
        document.others.append(table)
        return None
    if count != len(headings):
        document.problems.add(
            f"{len(headings)} headings, and marks for {count} columns below them",
            document.span(first + 1),
            hint=f"the line below the headings is |{'---|' * min(len(headings), 20)}",
        )
        return None
    if not _fits(document, table, piece.end - first - 2):
        return table
    for number in range(first + 2, piece.end):
        if lines[number].count("|") > 2 * MOST_COLUMNS:
            what = f"a row of {lines[number].count('|'):,} bars under {len(headings)} headings"
            document.problems.add(what, document.span(number))
            continue
        cells = split_row(lines[number], document.source, number + 1)
        if layers and len(headings) > 1 and "|" not in lines[number]:
            hint = "an empty line ends the table"
            document.problems.add("prose right below a table", document.span(number), hint=hint)
            continue
        table.rows.append(_within(document, cells, len(headings)))
    return table


def _fits(document: Document, table: Table, rows: int) -> bool:
    """Whether a table has no more rows and columns than are read; noted otherwise."""
    if rows > MOST_ROWS:
        hint = f"a table has at most {MOST_ROWS:,}; repeats and blocks say more in fewer"
        document.problems.add(f"a table of {rows:,} rows", table.span, hint=hint)
    elif len(table.headings) > MOST_COLUMNS:
        hint = f"a table has at most {MOST_COLUMNS}"
        document.problems.add(f"a table of {len(table.headings):,} columns", table.span, hint=hint)
    else:
        return True
    return False


def _within(
    document: Document,
    cells: list[Cell],
    columns: int,
    *,
    inside: str = "a bar inside a cell as \\|",
) -> list[Cell]:
    """The cells of a row that stand under headings; others are noted."""
    extra = [cell for cell in cells[columns:] if cell.text]
    if extra:
        document.problems.add(
            f"a row of {len(cells)} cells under {columns} headings",
            extra[0].span,
            hint=f"add a heading, or write {inside}",
        )
    return cells[:columns]


def _place_table(document: Document, table: Table, heading: _Heading) -> None:
    """Give a table to what its heading says it is, or take it as the main one."""
    document.tables.append(table)
    text, span = heading.text, heading.span or table.span
    if (match := heading.block) is not None:
        _add_block(document, match, table, span)
    elif (match := _LINKS.fullmatch(text)) is not None:
        name = tidy(match["name"])
        if name in document.links:
            known = f"the first begins in line {document.links[name].span.line}"
            what = f'a second table of connections for "{shorten(name)}"'
            document.problems.add(what, span, known=known)
        table.heading = span
        document.links[name] = table
    elif text.casefold() == "variants":
        if document.variants is not None:
            hint = "one table holds them all"
            document.problems.add("a second table of variants", span, hint=hint)
        document.variants = table
    elif text.casefold().startswith("block "):
        name, _, params = text[len("block ") :].partition("(")
        document.bare_blocks[key(name)] = name.strip(), None
        document.loose.update(map(parameter, params.replace(",", " ").split()))
        document.problems.add(
            f'"{shorten(text)}" can\'t be read as a block',
            span,
            hint="write a name and its parameters: ## Block fire(s1x1, e1x1, e3x3)",
        )
    elif not speaks_of_layers(table.headings):
        document.tables.remove(table)
        document.others.append(table)
    elif document.main is not None:
        document.problems.add(
            "a second table of layers",
            table.span,
            known=f"the first begins in line {document.main.span.line}",
            hint="a block's table stands below a heading of its own: ## Block name(parameters)",
        )
    else:
        document.main = table


def take_main(document: Document) -> None:
    """Where no table has a column `layer`, the variants may name the columns that serve as one."""
    variants = document.variants
    if document.main is not None or variants is None:
        return
    named = {
        key(row[place].text)
        for place, cell in enumerate(variants.headings)
        if speaks_of_layers([cell])
        for row in variants.rows
        if place < len(row)
    }
    for table in document.others:
        if any(key(cell.text) in named for cell in table.headings):
            document.main = table
            document.tables.append(table)
            return


def _add_block(document: Document, match: re.Match[str], table: Table, span: Span) -> None:
    params: dict[str, Cell | None] = {}
    pieces_given = split_list(match["params"] or "")
    if len(pieces_given) > MOST_COLUMNS:
        hint = f"a block has at most {MOST_COLUMNS}"
        document.problems.add(f"a block of {len(pieces_given):,} parameters", span, hint=hint)
    for piece in pieces_given[:MOST_COLUMNS]:
        name, equals, default = (part.strip() for part in piece.partition("="))
        normal = parameter(name)
        at = span.narrowed(name)
        shown = f'"{shorten(name)}" can\'t be the name of a parameter'
        if not normal.isidentifier():
            hint = "a parameter's name begins with a letter; # stands for n, × for x"
            document.problems.add(shown, at, hint=hint)
        elif normal in RESERVED or normal in STRUCTURE:
            hint = "the word has a meaning of its own; choose another"
            document.problems.add(shown, at, hint=hint)
        elif normal in params:
            hint = "give one of them another name"
            document.problems.add(f'a block with two parameters "{normal}"', at, hint=hint)
        else:
            params[normal] = Cell(default, span.narrowed(default)) if equals else None
    normal = key(match["name"])
    name = match["name"].strip()
    if normal in document.blocks:
        first = document.blocks[normal].span.line
        document.problems.add(
            f'two blocks are called "{shorten(name)}"',
            span,
            known=f"the first stands in line {first}",
            hint="give one of them another name",
        )
        return
    document.blocks[normal] = BlockTable(name, params, table, span)


def parse_csv(text: str, source: str) -> Document:
    """The main table of a CSV; its first line holds the headings, its input is a row."""
    problems = Problems()
    lines = bounded_lines(text, source, problems)
    document = Document(source, lines, problems=problems)
    records = split_records(lines, source, problems)
    if not records or problems.found:
        return document
    headings, *rest = records
    table = Table(headings, [], 0, len(lines), document.span(headings[0].span.line - 1))
    if not speaks_of_layers(headings):
        document.others.append(table)
        return document
    document.main = table
    document.tables.append(table)
    if _fits(document, table, len(rest)):
        inside = 'a cell with a comma in it as "relu, bn"'
        table.rows = [_within(document, row, len(headings), inside=inside) for row in rest]
    return document
