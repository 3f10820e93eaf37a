"""One layer made from the texts of its attributes.

Requirements met here: everything wrong with a row's cells is noted at once, and what is missing
is named together; a layer without a number of filters takes it from the output that is printed.
"""

from netsheet.core.errors import CellError, RefusedError, RuleError
from netsheet.core.shape import Shape
from netsheet.core.span import shorten
from netsheet.layers.attribute import check_value
from netsheet.layers.base import Layer
from netsheet.text.cells import Cell
from netsheet.text.forms import read_attribute
from netsheet.text.turn import Turn
from netsheet.text.work import Work


def make(work: Work, turn: Turn, kind: type[Layer], texts: dict[str, Cell]) -> Layer:
    """The layer that the texts describe; RefusedError once its problems are noted."""
    arguments: dict[str, object] = {}
    refused = False
    missing: list[str] = []
    for attribute in kind.attributes():
        cell = texts.get(attribute.name)
        if cell is None or (cell.blank and attribute.form != "yes/no"):
            missing += [attribute.name] * attribute.required
            continue
        try:
            arguments[attribute.name] = read_attribute(attribute, cell.text, turn.values)
        except CellError as error:
            work.note(turn, error, cell, attribute.name)
            refused = True
    if missing == ["out"] and "output" in turn.line.claims and not turn.follows:
        if refused or None in turn.reads:
            raise RefusedError
        missing = []
        arguments["out"] = _channels(work, turn, kind, arguments, texts)
    if missing and not turn.line.unread:
        _lacks(work, turn, kind, missing)
    if missing or refused:
        _check(work, turn, kind, arguments, texts)
        raise RefusedError
    try:
        return kind(**arguments)
    except RuleError as error:
        _check(work, turn, kind, arguments, texts)
        work.builder.refuse(error, (), turn.placed(texts))
        raise RefusedError from error


def _check(
    work: Work,
    turn: Turn,
    kind: type[Layer],
    arguments: dict[str, object],
    texts: dict[str, Cell],
) -> None:
    """Note each value that its attribute doesn't allow, not only the first."""
    for attribute in kind.attributes():
        if attribute.name in arguments:
            try:
                check_value(attribute, arguments[attribute.name], kind.kind)
            except RuleError as error:
                work.builder.refuse(error, (), turn.placed(texts))


def _lacks(work: Work, turn: Turn, kind: type[Layer], missing: list[str]) -> None:
    """Note what a layer needs, and where to write it."""
    names = " and ".join(f'"{name}"' for name in missing)
    if turn.follows:
        given = ", ".join(f"{name}=…" for name in missing)
        hint = f"write {kind.kind} ({given}), or give it a row of its own"
    else:
        columns = set(turn.line.headings.plan(kind).values())
        absent = [name for name in missing if name not in columns]
        lack = " and ".join(f'"{name}"' for name in absent)
        hint = f"add a column {lack}" if absent else f"fill the column {names}"
        if len(absent or missing) > 1:
            hint = hint.replace("a column", "columns").replace("the column", "the columns")
    meanings = {attribute.name: attribute.meaning for attribute in kind.attributes()}
    known = "; ".join(f"{name}: {meanings[name]}" for name in missing)
    what = f"{kind.kind} needs {names}"
    work.complain(turn, turn.cell.span, what, known=known, hint=hint)


def _channels(
    work: Work,
    turn: Turn,
    kind: type[Layer],
    arguments: dict[str, object],
    texts: dict[str, Cell],
) -> int:
    """The filters of a layer whose output is printed: 112×112×64 has 64, whichever order."""
    cell = turn.line.claims["output"]
    known = tuple(read for read in turn.reads if read is not None)
    try:
        printed = tuple(Shape.parse(cell.text))
        trial = kind(**{**arguments, "out": arguments.get("groups", 1)})
        size = trial.output(*(work.builder.shapes[read] for read in known)).size
    except RuleError as error:
        placed = turn.placed({**texts, "": cell})
        work.builder.refuse(error, known, placed)
        raise RefusedError from error
    others = [number for number in printed if number != 1]
    if not size and len(others) <= 1:
        return others[0] if others else 1
    found = {printed[0]} if printed[1:] == size else set()
    found |= {printed[-1]} if printed[:-1] == size else set()
    if len(found) == 1:
        return found.pop()
    shown = "×".join(map(str, size)) or "a flat vector"
    work.complain(
        turn,
        cell.span,
        f"how many filters it has can't be told from its output, {shorten(cell.text)}",
        known=f"kernel, stride and padding give a map of {shown}",
        hint='fill the column "out", or mend one of them',
    )
    raise RefusedError
