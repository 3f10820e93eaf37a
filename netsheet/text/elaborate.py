"""From tables to a graph: rows in order, blocks filled in, repeats unrolled, conditions decided.

Requirements met here: the meaning of a sheet in one place. A row reads the row above unless
`from` says otherwise; a row whose `if` fails is left out, and its readers read what it would
have read, of several rows the one above it or else the first; all problems are collected, each
with its place; what hangs on a refused row is not complained of again, but what else is wrong
with it is.
"""

import re

from netsheet.core.claim import Claim
from netsheet.core.errors import CellError, RefusedError
from netsheet.core.graph import Group
from netsheet.core.span import shorten
from netsheet.fold.pattern import passed
from netsheet.layers.input import Input
from netsheet.text.builder import Place
from netsheet.text.calls import called
from netsheet.text.cells import tidy
from netsheet.text.expression import evaluate, whole
from netsheet.text.following import followers_of, put_followers
from netsheet.text.forms import named_text
from netsheet.text.inputs import put_input_row
from netsheet.text.parts import Table, block_word
from netsheet.text.phrase import Phrase
from netsheet.text.placing import put_layer
from netsheet.text.plan import plan_of
from netsheet.text.references import reads_of
from netsheet.text.sharing import share
from netsheet.text.turn import Line, Scope, Turn
from netsheet.text.values import truth
from netsheet.text.work import Work

MOST_REPEATS = 5_000

_TIMES = re.compile(r"[×xX]\s*(?=\d)")
_START = re.compile(r"\s+from\s+(?P<start>\d{1,6})$")


def put_table(work: Work, table: Table, scope: Scope) -> None:
    """Every row of a table, into the network."""
    plan = plan_of(work, table, scope)
    scope.later = plan.names
    for line in plan.lines:
        work.step(line.span)
        _put_line(work, line, scope)


def _put_line(work: Work, line: Line, scope: Scope) -> None:
    """One row of a table: a total, a layer, a block, or what is no row at all."""
    if line.total:
        if work.keep_claims:
            work.claims += _claims("", line)
    elif "layer" in line.cells:
        _put_row(work, line, scope)
    elif scope.block is None and "layer" in work.rename:
        scope.set(line.name, scope.above)
    else:
        turn = Turn(line, scope, Phrase(""), line.name, line.name)
        if "layer" in line.headings.structure and not line.unread:
            hint = 'say what it is in the column "layer", or take the row out'
            work.complain(turn, line.span, "it has no layer", hint=hint)
        scope.set(line.name, None)
        scope.above = None


def _claims(row: str, line: Line) -> list[Claim]:
    """What a line's filled computed cells say of a row, or of the total."""
    above = line.headings.above
    return [Claim(row, c, cell.text, cell.span, above(c)) for c, cell in line.claims.items()]


def _put_row(work: Work, line: Line, scope: Scope) -> None:
    """One row that has a layer; what it gives is set in its scope, None if it is refused."""
    phrase = _phrase(work, line, scope)
    name = line.name or scope.name(phrase or Phrase("row"))
    turn = Turn(line, scope, phrase or Phrase(""), name, scope.full(name))
    if phrase is None or phrase.kind is not Input:
        reads = reads_of(work, turn)
        turn = turn.reading((None,) * len(reads) if line.unread else reads, work)
    try:
        if not _wanted(work, turn):
            if name not in scope.made:
                scope.above = passed(turn.reads, scope.above) if turn.reads else None
                scope.set(name, scope.above)
                work.builder.settle(turn.full, scope.above)
            return
        first = len(work.builder.rows)
        work.builder.release(turn.full)
        place = None if phrase is None else _place(work, turn)
        share(work, turn, first)
    except RefusedError:
        place = None
    scope.made.setdefault(name, line)
    scope.above = place
    scope.set(name, place)


def _phrase(work: Work, line: Line, scope: Scope) -> Phrase | None:
    """What the layer cell says; None once it is noted that it can't be read."""
    cell = line.cells["layer"]
    turn = Turn(line, scope, Phrase(""), line.name, line.name)
    try:
        phrase = work.phrase(named_text(cell.text, scope.values))
        if phrase.label and phrase.kind not in {None, Input} and line.name:
            what = f'"({shorten(phrase.label)})" says nothing that {phrase.word} knows'
            hint = "a remark has a column of its own, whose heading stands in brackets: (note)"
            raise CellError(what, hint, piece=phrase.label)  # noqa: TRY301 noted as all others
    except CellError as error:
        if not work.document.note_bare_block(cell.text):
            work.note(turn, error, cell)
        return None
    return phrase


def _wanted(work: Work, turn: Turn) -> bool:
    """Whether a row's condition holds."""
    cell = turn.line.cells.get("if")
    if cell is None:
        return True
    try:
        return truth(evaluate(cell.text, turn.values))
    except CellError as error:
        error.hint = "; ".join(filter(None, (error.hint, "a condition is as: stride ≠ 1")))
        work.note(turn, error, cell, "if")
        raise RefusedError from error


def _place(work: Work, turn: Turn) -> Place:
    """A row, as often as it is repeated; the last one's place."""
    first = turn.scope.made.get(turn.name)
    if first is not None:
        span = turn.line.cells.get("name", turn.cell).span
        what = f'two rows are called "{shorten(turn.name)}"'
        known = f"the first is row {first.number}, in line {first.span.line}"
        work.complain(turn, span, what, known=known, hint="give one of them another name")
        turn = turn.reading((None,) * len(turn.reads), work)
    times = _times(work, turn)
    if work.keep_claims and times != 0 and turn.phrase.kind is not Input:
        work.claims += _claims(turn.full, turn.line)
    if times is None:
        return _once(work, turn)
    place = turn.reads[0] if turn.reads else None
    work.builder.groups[turn.full] = Group("repeat", _word(turn.phrase))
    start = _start(turn)
    for index in range(times):
        if index:
            work.step(turn.line.span)
        name = str(start + index)
        again = turn.again(index, name, turn.reads if index == 0 else (place,), work)
        place = _once(work, again)
        turn.scope.before += 1
        if place is None:
            break
    work.builder.settle(turn.full, place)
    return place


def _word(phrase: Phrase) -> str:
    """What repeated rows are called after: their layer, or their block."""
    return phrase.stem if phrase.kind is not None else tidy(block_word(phrase.word))


def _times(work: Work, turn: Turn) -> int | None:
    """How often a row is repeated; None if it isn't."""
    cell = turn.line.cells.get("repeat")
    if cell is None or cell.blank:
        return None
    text = _START.sub("", cell.text)
    text = _TIMES.sub("", text, count=1) if _TIMES.match(text) else text
    try:
        times = whole(evaluate(text, turn.values), text, turn.values)
        if not 0 <= times <= MOST_REPEATS:
            raise CellError(f"a row can't be repeated {times:,} times")  # noqa: TRY301 noted as all others
    except CellError as error:
        counted = "; counted from 0 it is as: 3 from 0" if "from" in text else ""
        error.hint = error.hint or f"it takes a number of times, at most {MOST_REPEATS:,}{counted}"
        work.note(turn, error, cell, "repeat")
        raise RefusedError from error
    return times


def _start(turn: Turn) -> int:
    """The number that the first of repeated rows is called by: 1, unless the cell says another."""
    match = _START.search(turn.line.cells["repeat"].text)
    return 1 if match is None else int(match["start"])


def _once(work: Work, turn: Turn) -> Place:
    """A row once: an input, a layer or a block."""
    if turn.phrase.kind is Input:
        return put_input_row(work, turn)
    if turn.phrase.kind is not None:
        return put_layer(work, turn, turn.phrase.kind)
    inner = called(work, turn)
    assert inner.block is not None  # noqa: S101 a call is of a block
    put_table(work, inner.block.table, inner)
    followers = followers_of(work, turn, None)
    place = put_followers(work, turn, followers, inner.above, set(inner.rows))
    work.builder.settle(turn.full, place)
    return place
