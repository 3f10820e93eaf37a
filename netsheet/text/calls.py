"""A row that uses a block: the block's rows, with its parameters filled in.

Requirements met here: parameters come from the columns of their names, from brackets, from the
chosen variant, or from their defaults; what a block can't take is refused; a block inside itself
ends with the way it came.
"""

import re

from netsheet.core.errors import CellError, RefusedError
from netsheet.core.graph import Group
from netsheet.core.span import shorten
from netsheet.layers.registry import key
from netsheet.text.attributes import choice
from netsheet.text.cells import Cell, parameter
from netsheet.text.expression import evaluate
from netsheet.text.formula import Names
from netsheet.text.parts import BlockTable
from netsheet.text.turn import Scope, Turn
from netsheet.text.values import Value
from netsheet.text.work import Work

DEEPEST = 20

_SIZE = re.compile(r"\d+(?:\s*[×xX]\s*\d+){1,2}")
"""What stays as it is written, for the window that it is, and is not multiplied out."""


def called(work: Work, turn: Turn) -> Scope:
    """The scope in which a block's rows are read; RefusedError if it can't be used so."""
    normal = key(turn.phrase.word)
    block = work.document.blocks[normal]
    way = " → ".join(work.document.blocks[name].name for name in (*turn.scope.blocks, normal))
    if normal in turn.scope.blocks:
        what = f"block {shorten(block.name)} is used inside itself, without end"
        work.complain(turn, turn.cell.span, what, hint=shorten(way, 200))
        raise RefusedError
    if len(turn.scope.blocks) >= DEEPEST:
        what = f"blocks are used inside blocks more than {DEEPEST} deep"
        work.complain(turn, turn.cell.span, what, hint=shorten(way, 200))
        raise RefusedError
    values = _arguments(work, turn, block)
    first = turn.reads[0] if turn.reads else None
    values["input"] = work.channels(first)
    rows = {f"input{order}": read for order, read in enumerate(turn.reads, start=1)}
    work.builder.groups[turn.full] = Group("block", block.word)
    blocks = (*turn.scope.blocks, normal)
    rows["input"] = first
    return Scope(turn.full, values, rows, first, block, blocks, sources=len(turn.reads))


def _arguments(work: Work, turn: Turn, block: BlockTable) -> dict[str, Value]:
    """Values of a block's parameters."""
    refused = _extra(work, turn, block)
    missing: list[str] = []
    given = _given(turn)
    values: dict[str, Value] = {}
    for name, default in block.params.items():
        cell = given.get(name)
        names: Names = turn.values
        if cell is None and default is not None:
            cell, names = default, {**turn.values, **values}
        if cell is not None:
            try:
                values[name] = _value(work, cell, names)
            except CellError as error:
                work.note(turn, error, cell, name)
                refused = True
        elif name in turn.scope.values and turn.scope.block is None:
            values[name] = turn.scope.values[name]
        else:
            missing.append(name)
    if missing and not turn.line.unread:
        lack = " and ".join(f'"{name}"' for name in missing)
        what = f"block {shorten(block.name)} needs {lack}"
        hint = f"fill the column{'s' * (len(missing) > 1)} {lack}"
        work.complain(turn, turn.cell.span, what, known=block.takes, hint=hint)
    if missing or refused:
        raise RefusedError
    return values


def _given(turn: Turn) -> dict[str, Cell]:
    """Where parameters are given: beside the block's name, or in their columns."""
    found = {
        parameter(heading): turn.cell.part(text) for heading, text in turn.phrase.attributes.items()
    }
    for place, cell in turn.line.values.items():
        chosen = cell._replace(text=choice(cell.text, turn.index))
        found[turn.line.headings.params[place]] = chosen
    return found


def _extra(work: Work, turn: Turn, block: BlockTable) -> bool:
    """Note each cell that the block can't take; whether there was one."""
    given = [
        (turn.line.headings.params[place], turn.line.column(place), cell)
        for place, cell in turn.line.values.items()
    ]
    taken = {name for name, _, _ in given}
    for heading in turn.phrase.attributes:
        at = turn.cell.part(heading)
        given.append((parameter(heading), heading, at))
        if parameter(heading) in taken:
            what = f"{shorten(heading)} is given twice, beside the block's name and in its column"
            work.complain(turn, at.span, what, hint="leave one of them out")
    extra = [(heading, cell) for name, heading, cell in given if name not in block.params]
    for heading, cell in extra:
        what = f'block {shorten(block.name)} has no parameter "{shorten(heading)}"'
        work.complain(turn, cell.span, what, known=block.takes, hint="take it out")
    return bool(extra)


def _value(work: Work, cell: Cell, values: Names) -> Value:
    """A parameter's value: a number, or a word such as relu6, 3×3 or a block's name."""
    text = cell.text
    if text in values:
        return values[text]
    if text.isdecimal():  # the common case, quickly
        return evaluate(text, values)
    if (
        cell.blank
        or _SIZE.fullmatch(text)
        or not any(letter.isdigit() or letter in "+*/=<>" for letter in text)
    ):
        return text
    try:
        return evaluate(text, values)
    except CellError:
        try:
            work.phrase(text)
        except CellError:
            pass
        else:
            return text
        raise
