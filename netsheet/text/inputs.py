"""The network's input: from the line `Input: C×H×W`, from a row of the table, or as asked for.

Requirements met here: the input above the table and an input row of the table are one, and must
agree; further input rows are further inputs; a size that is not given is asked for.
"""

from netsheet.core.errors import RefusedError, RuleError
from netsheet.core.shape import Shape
from netsheet.core.span import shorten
from netsheet.layers.input import Input
from netsheet.text.attributes import texts_of
from netsheet.text.builder import Place, Placed, Writing
from netsheet.text.cells import Cell
from netsheet.text.input_shape import check_order, read_shape
from netsheet.text.turn import Turn
from netsheet.text.work import Work


def put_document_input(work: Work) -> Place:
    """The input that stands above the table, or that was asked for."""
    if work.shape is not None:
        return _put(work, "input", None, work.shape, Placed("the input asked for"))
    cell = work.document.inputs[0]
    return _put(work, "input", cell, None, Placed("the input", cell.span))


def put_input_row(work: Work, turn: Turn) -> Place:
    """A row that is an input: the first is that of the document, if it has one."""
    for part in ("from", "then", "repeat"):
        cell = turn.line.cells.get(part)
        if cell is not None and not cell.blank:
            what = f'an input has no "{part}"'
            work.complain(turn, cell.span, what, hint="take the cell out")
            raise RefusedError
    if turn.scope.block is not None:
        hint = "inside a block, rows read what the block reads: from input"
        work.complain(turn, turn.cell.span, "a block has no input of its own", hint=hint)
        raise RefusedError
    given = texts_of(work, turn, Input).get("shape")
    label = turn.phrase.label
    given = turn.line.claims.get("output") or given or (turn.cell.part(label) if label else None)
    work.input_rows += 1
    first = work.input_rows == 1
    if first and work.document.inputs:
        return _again(work, turn, given)
    if given is None and not (first and work.shape is not None):
        hint = 'write its shape under "output", channels first: 3×224×224'
        work.complain(turn, turn.line.span, "its size is not given", hint=hint)
        raise RefusedError
    return _put(work, turn.full, given, work.shape if first else None, turn.placed({}))


def _again(work: Work, turn: Turn, given: Cell | None) -> Place:
    """The row of an input that stands above the table, too."""
    other = work.document.inputs[0]
    if given is not None and work.shape is None and _differ(given, other):
        what = f"its size is {shorten(given.text)}, and above the table {shorten(other.text)}"
        work.complain(turn, given.span, what, hint="write it once")
    return turn.scope.rows.get("input")


def _differ(one: Cell, other: Cell) -> bool:
    """Whether two cells give different shapes; one that gives none is refused elsewhere."""
    try:
        return read_shape(one.text) != read_shape(other.text)
    except RuleError:
        return one.text != other.text


def _put(work: Work, name: str, cell: Cell | None, asked: Shape | None, placed: Writing) -> Place:
    """An input, from its cell or as asked for."""
    try:
        if asked is not None:
            check_order(asked)
        shape = asked if asked is not None or cell is None else read_shape(cell.text)
    except RuleError as error:
        span = cell.span if cell is not None and asked is None else placed.at("")
        work.builder.refuse(error, (), Placed(placed.words, span, placed.known))
        return None
    assert shape is not None  # noqa: S101 the callers have a cell or a shape
    return work.builder.add(name, Input(shape), (), placed)
