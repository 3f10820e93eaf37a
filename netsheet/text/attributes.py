"""What a row says of its layer: the text of each attribute, from wherever it stands.

Requirements met here: a column outweighs the layer cell's presets, and these a standing rule;
what is said twice in different words is refused; a cell that a layer has no use for is refused.
"""

import re

from netsheet.core.span import shorten
from netsheet.layers.base import Layer
from netsheet.layers.registry import key, suggestion
from netsheet.text.cells import Cell
from netsheet.text.forms import SLASH
from netsheet.text.headings import FILTERS, REDUCE, kind_headings
from netsheet.text.parts import Table
from netsheet.text.turn import Turn
from netsheet.text.values import NO
from netsheet.text.work import Work

_THEN = re.compile(r"\s+then\s+")


def texts_of(work: Work, turn: Turn, kind: type[Layer]) -> dict[str, Cell]:
    """The cell of each attribute that is given."""
    said = _said(work, turn, kind)
    columns = _columns(work, turn, kind)
    for attribute, cell in columns.items():
        _agree(work, turn, attribute, said.get(attribute), cell)
    standing = work.standing(kind).attributes
    presets = {name: Cell(text, turn.cell.span) for name, text in turn.phrase.presets.items()}
    texts = {**standing, **presets, **said, **columns}
    _split_kernel(work, turn, kind, texts, {**said, **columns})
    return texts


def _said(work: Work, turn: Turn, kind: type[Layer]) -> dict[str, Cell]:
    """What the layer cell says: `3×3 conv, 64`."""
    names = kind_headings(kind)
    texts: dict[str, Cell] = {}
    for heading, text in turn.phrase.attributes.items():
        attribute = names.get(key(heading))
        if attribute is None:
            _no_attribute(work, turn, kind, heading, turn.cell.part(heading))
        else:
            texts[attribute] = turn.cell.part(text)
    return texts


def _columns(work: Work, turn: Turn, kind: type[Layer]) -> dict[str, Cell]:
    """What the columns say."""
    texts: dict[str, Cell] = {}
    plan = turn.line.headings.plan(kind) if turn.line.values else {}
    for place, cell in turn.line.values.items():
        attribute = plan[place]
        if attribute is None and kind.family == "conv":
            name = turn.line.headings.params[place]
            attribute = name if FILTERS.fullmatch(name) or REDUCE.fullmatch(name) else None
        chosen = cell._replace(text=choice(cell.text, turn.index))
        if attribute is None:
            if not cell.blank:
                _no_attribute(work, turn, kind, turn.line.column(place), cell)
        elif attribute not in texts or not cell.blank:
            _agree(work, turn, attribute, texts.get(attribute), chosen)
            texts[attribute] = chosen
    return texts


def _agree(work: Work, turn: Turn, attribute: str, one: Cell | None, other: Cell) -> None:
    """Note that an attribute is given twice, in different words."""
    if one is None or one.blank or other.blank or _bare(one) == _bare(other):
        return
    what = f"{attribute} is given twice: {shorten(one.text)} and {shorten(other.text)}"
    work.complain(turn, other.span, what, hint="leave one of them out")


def _bare(cell: Cell) -> str:
    return "".join(cell.text.casefold().replace("×", "x").split())


def choice(text: str, index: int) -> str:
    """`2 then 1` in a repeated row: the first time 2, afterwards 1."""
    if " then " not in text:
        return text
    choices = _THEN.split(text)
    return choices[min(index, len(choices) - 1)]


def _split_kernel(
    work: Work, turn: Turn, kind: type[Layer], texts: dict[str, Cell], given: dict[str, Cell]
) -> None:
    """`7×7/2` is kernel and stride in one cell."""
    cell = texts.get("kernel")
    pieces = [] if cell is None else SLASH.split(cell.text)
    if cell is None or len(pieces) < 2:  # noqa: PLR2004 a kernel and a stride
        return
    if not any(attribute.name == "stride" for attribute in kind.attributes()):
        return
    kernel, stride = "/".join(pieces[:-1]).strip(), pieces[-1].strip()
    texts["kernel"] = cell.part(kernel)
    other = given.get("stride")
    if other is None or other.blank:
        texts["stride"] = cell.part(stride)
    elif _bare(other) != stride:
        what = f"stride is given twice: {shorten(stride)} in {shorten(cell.text)}, "
        what += f"and {shorten(other.text)}"
        work.complain(turn, other.span, what, hint="leave one of them out")


def _no_attribute(work: Work, turn: Turn, kind: type[Layer], heading: str, cell: Cell) -> None:
    own = [attribute.name for attribute in kind.attributes()]
    near = suggestion(heading, own).removeprefix("; ")
    takes = f"{kind.kind} takes {', '.join(own) or 'nothing'}"
    what = f'{kind.kind} has no "{shorten(heading)}"'
    work.complain(turn, cell.span, what, hint=f"{near or 'take it out'}; {takes}")


def links_text(work: Work, table: Table) -> str | None:
    """A table of marks, inputs down and outputs across, as a list for each output.

    None if there is something else in it, which is noted.
    """
    before = len(work.problems.found)
    reads: list[list[str]] = [[] for _ in table.headings[1:]]
    for number, row in enumerate(table.rows):
        for place, cell in enumerate(row[1:]):
            mark = cell.text.casefold()
            if mark in MARKS:
                reads[place].append(str(number))
            elif mark not in UNMARKED:
                what = f'"{shorten(cell.text)}" is no mark of a connection'
                work.problems.add(what, cell.span, hint="write X where there is one, or nothing")
    return "; ".join(map(" ".join, reads)) if len(work.problems.found) == before else None


MARKS = frozenset({"x", "×", "1", "yes", "✓", "✔", "•", "*"})
UNMARKED = frozenset({"", "0"}) | NO
