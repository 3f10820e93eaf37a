"""Which rows a row reads: the row above, or those that its `from` cell names.

Requirements met here: a row reads rows above it; one that was refused is passed over in silence;
one that is below, is the row itself or is nowhere is refused, each in its own words.
"""

import re

from netsheet.core.span import shorten
from netsheet.layers.registry import suggestion
from netsheet.text.builder import Place
from netsheet.text.cells import Cell, split_names, tidy
from netsheet.text.turn import NOTHING, Turn
from netsheet.text.work import Work

NEAR_ROWS = 200
"""Among so many rows above a misspelt name is looked for."""

SHOWN = 10
LONGEST_RANGE = 500
MOST_IN_RANGE = 4_096
NAMES_A_STEP = 10
"""So many names of a range take about the time of a row."""

_RANGE = re.compile(
    r"(?P<stem>(?:.*\D)?)(?P<first>0|[1-9]\d{0,8})\s+to\s+(?:(?P=stem))?(?P<last>[1-9]\d{0,8})"
)


def reads_of(work: Work, turn: Turn) -> tuple[Place, ...]:
    """Places of the rows that a row reads."""
    cell = turn.line.cells.get("from")
    if turn.phrase.kind is not None and turn.phrase.kind.inputs[1] == 0 and cell is None:
        return ()
    if cell is None or (cell.blank and tidy(cell.text) not in turn.scope.rows):
        return (_above(work, turn),)
    known = turn.scope.rows.__contains__
    names = [
        each for name in split_names(cell.text, known) for each in _each(work, turn, name, cell)
    ]
    return tuple(_refer(work, turn, name, cell) for name in names) or (_above(work, turn),)


def _each(work: Work, turn: Turn, text: str, cell: Cell) -> list[str]:
    """The names that a text stands for: `conv1 to 5` for five, `inputs` for all the block reads."""
    scope = turn.scope
    if tidy(text) in scope.rows:
        return [text]
    if text == "inputs" and scope.block is not None:
        return [f"input{number}" for number in range(1, scope.sources + 1)]
    match = _RANGE.fullmatch(text) if len(text) <= LONGEST_RANGE else None
    if match is None or not 0 < int(match["last"]) - int(match["first"]) < MOST_IN_RANGE:
        return [text]
    numbers = range(int(match["first"]), int(match["last"]) + 1)
    for _ in numbers[::NAMES_A_STEP]:
        work.step(cell.span)
    return [f"{match['stem']}{number}" for number in numbers]


def _above(work: Work, turn: Turn) -> Place:
    """The row above."""
    if turn.scope.above != NOTHING:
        return turn.scope.above
    hint = "the input comes first"
    work.complain(turn, turn.line.span, "there is no row above it to read", hint=hint)
    return None


def _refer(work: Work, turn: Turn, text: str, cell: Cell) -> Place:
    """The place of the row that a name stands for; × may be written x."""
    name, scope = tidy(text), turn.scope
    if name in scope.rows:
        return scope.rows[name]
    if name == "above":
        return _above(work, turn)
    plain = name.replace("×", "x")
    alike = scope.alike.get(plain, plain)
    if alike in scope.rows:
        return scope.rows[alike]
    if name != turn.name:
        found = work.builder.find(scope.full(name))
        if found is not None:
            return found
    if "name" in turn.line.headings.structure or not turn.line.headings.unknown:
        _nowhere(work, turn, text, cell)
    return None


def _nowhere(work: Work, turn: Turn, text: str, cell: Cell) -> None:
    """Note why a name stands for no row above."""
    name, scope = tidy(text), turn.scope
    if name == turn.name:
        what, hint = "it reads itself", "a row reads rows above it"
    elif name in scope.later:
        what = f'it reads "{shorten(text)}", which stands below'
        hint = "a row reads rows above it; move one of the two"
    else:
        what = f'it reads "{shorten(text)}", and no row is called so'
        rows = [row for row in list(scope.rows)[-NEAR_ROWS:] if len(row) <= NEAR_ROWS]
        near = suggestion(name, rows).removeprefix("; ")
        shown = ", ".join(rows[-SHOWN:])
        hint = near or f"rows above: {'…, ' if len(rows) > SHOWN else ''}{shown}"
    work.complain(turn, cell.span.narrowed(text), what, hint=hint)
