"""What to say of a text in which no table of layers is found.

Requirements met here: the table that was probably meant is pointed at, with what it lacks.
"""

from netsheet.core.span import Span
from netsheet.layers.registry import key, suggestion
from netsheet.text.cells import Cell
from netsheet.text.headings import attribute_headings, speaks_of_layers, structure_headings
from netsheet.text.parts import Document, Table

WHAT = "there is no table of layers"


def note_no_table(document: Document) -> None:
    """Note that there is no table of layers, unless something worse was noted already."""
    if document.problems.found:
        return
    inside = next((table for table in document.others if speaks_of_layers(table.headings)), None)
    meant = max(document.others, key=_likeness, default=None)
    if inside is not None:
        span, hint = inside.span, "this one stands inside a quote or a list; take it out of there"
    elif document.unruled is not None:
        span, hint = document.unruled, "the line below its headings is missing: |------|-------|"
    elif meant is not None and _likeness(meant):
        span, hint = _column(meant)
    else:
        line = document.lines[0] if document.lines else ""
        span = Span(document.source, 1, 0, max(1, len(line)), line)
        hint = 'a sheet has a table with a column "layer": | name | layer | out | kernel |'
    document.problems.add(WHAT, span, hint=hint)


def _likeness(table: Table) -> int:
    """How many headings of a table are ones that a table of layers has."""
    known = {*structure_headings(), *attribute_headings()}
    near = any(_near(cell) for cell in table.headings)
    return sum(key(cell.text) in known for cell in table.headings) + near


def _near(heading: Cell) -> bool:
    layers = [word for word, part in structure_headings().items() if part == "layer"]
    return bool(suggestion(heading.text, layers))


def _column(table: Table) -> tuple[Span, str]:
    """The heading that was probably meant to be `layer`, or all of them."""
    cell = next((cell for cell in table.headings if _near(cell)), None)
    if cell is not None:
        return cell.span, 'did you mean "layer"?'
    return table.span, 'this one has no column "layer", which says what each row is'
