"""One document, several networks: the table under `## Variants`.

Requirements met here: its first column names them; each other column is a value for the main
table's cells, a claim about the total, the input, or the name of the main table's column that
holds, for this network, what the heading says.
"""

from netsheet.core.claim import Claim
from netsheet.core.errors import CellError, ChoiceError
from netsheet.core.span import Span, shorten
from netsheet.layers.registry import key, suggestion
from netsheet.text.cells import Cell, parameter, tidy
from netsheet.text.expression import evaluate
from netsheet.text.headings import attribute_headings, structure_headings
from netsheet.text.parts import Document, Table
from netsheet.text.values import NO, Value
from netsheet.text.work import Work

SHOWN = 40


def variant_names(document: Document) -> tuple[str, ...]:
    """The networks that a document describes, if it describes several."""
    if document.variants is None:
        return ()
    return tuple(tidy(row[0].text) for row in document.variants.rows if row[0].text)


def choose(work: Work, wanted: str) -> dict[str, Value]:
    """What the row of a variant says: values; and claims, columns and input, kept in `work`.

    ChoiceError if there is no such variant, or none is chosen and there are several.
    """
    document = work.document
    table = document.variants
    if table is None:
        if wanted:
            message = (
                f"{shorten(document.source)} has no table of variants, so no {shorten(wanted)}"
            )
            raise ChoiceError(message)
        return {}
    _check_names(document, table)
    names = variant_names(document)
    if wanted not in names:
        document.problems.check()
        raise ChoiceError(_no_choice(document.source, names, wanted))
    row = next(row for row in table.rows if row and tidy(row[0].text) == wanted)
    values: dict[str, Value] = {}
    for place, heading in enumerate(table.headings[1:], start=1):
        line = row[-1].span
        nothing = Cell("", Span(line.source, line.line, line.end, line.end + 1, line.text))
        cell = row[place] if place < len(row) else nothing
        if _holds_columns(work, heading):
            named = {other[place].text for other in table.rows if place < len(other)}
            work.variant_columns |= named
            if not cell.blank and not _is_column(work, cell.text):
                _check_column(work, cell, named)
        _take(work, heading, cell, values)
    return values


def _is_column(work: Work, text: str) -> bool:
    """Whether the main table has a column that is called so."""
    main = work.document.main
    return main is not None and any(key(cell.text) == key(text) for cell in main.headings)


def _check_column(work: Work, cell: Cell, named: set[str]) -> None:
    """Note that there is no such column, if others in the place of this cell name columns."""
    known = [text for text in named if _is_column(work, text)]
    if known:
        what = f'the main table has no column "{shorten(cell.text)}"'
        near = suggestion(cell.text, sorted(known)).removeprefix("; ")
        hint = near or f"other variants name {', '.join(sorted(known)[:SHOWN])}"
        work.problems.add(what, cell.span, hint=hint)


def _holds_columns(work: Work, heading: Cell) -> bool:
    """Whether a variant may say below a heading which column of the main table holds it.

    It may for a part of the language, and for what the main table has no column of its own for.
    """
    normal = key(heading.text)
    main = work.document.main
    return structure_headings().get(normal) is not None or (
        main is not None
        and (normal in attribute_headings() or parameter(heading.text) in work.params)
        and not _is_column(work, heading.text)
    )


def _check_names(document: Document, table: Table) -> None:
    """Note variants without a name, or with the name of another."""
    seen: dict[str, Cell] = {}
    for row in table.rows:
        name = tidy(row[0].text)
        if not name and any(cell.text for cell in row):
            document.problems.add("a variant without a name", row[0].span, hint="name it")
        elif name and seen.setdefault(name, row[0]) is not row[0]:
            what = f'two variants are called "{shorten(name)}"'
            known = f"the first stands in line {seen[name].span.line}"
            document.problems.add(what, row[0].span, known=known)


def _no_choice(source: str, names: tuple[str, ...], wanted: str) -> str:
    shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    if wanted:
        near = suggestion(wanted, names) or f"; it has {shown or 'none'}"
        return f'{shorten(source)} has no network "{shorten(wanted)}"{near}'
    first = names[0] if names else "name"
    networks = f"{len(names)} network{'s' * (len(names) != 1)}"
    return (
        f"{shorten(source)} describes {networks}: {shown}; choose one, as {shorten(source)}#{first}"
    )


def _take(work: Work, heading: Cell, cell: Cell, values: dict[str, Value]) -> None:
    """One cell of a variant's row."""
    normal = key(heading.text)
    part = structure_headings().get(normal)
    if normal in {"input", "inputsize"}:
        if cell.text:
            work.document.inputs[:] = [cell]
    elif normal == "claims":
        work.keep_claims = cell.text.casefold() not in NO
    elif normal in work.computed:
        if cell.text:
            work.claims.append(Claim("", work.computed[normal], cell.text, cell.span, heading.text))
    elif _is_column(work, cell.text) and _holds_columns(work, heading):
        work.rename[part or heading.text] = cell.text
    elif cell.blank:
        values[parameter(heading.text)] = "-" if cell.text else ""
    else:
        try:
            values[parameter(heading.text)] = evaluate(cell.text, values)
        except CellError:
            values[parameter(heading.text)] = cell.text
