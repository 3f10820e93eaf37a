"""A row that uses another's weights: `shares: conv1`, or some of them: `shares: fc1.weight`.

Requirements met here: a row, a row with what follows it, or a whole block shares with another one
built alike, weight for weight, and they are counted once; what can't be shared is refused with
the weights of both.
"""

from typing import NamedTuple

from netsheet.core.errors import RuleError
from netsheet.core.graph import OWN
from netsheet.core.span import shorten
from netsheet.layers.base import Weight
from netsheet.layers.registry import suggestion
from netsheet.layers.sharing import own
from netsheet.text.cells import Cell, split_list, tidy
from netsheet.text.turn import Turn
from netsheet.text.work import Work

NEAR_ROWS = 200
"""Among so many names above a misspelt one is looked for."""


class _Owner(NamedTuple):
    """A row or group that weights are taken from, and which of them; all where none is named."""

    name: str
    tensors: tuple[str, ...]


def share(work: Work, turn: Turn, first: int) -> None:
    """Let the rows from `first` on, which are those of this row, use the weights it names."""
    cell = turn.line.cells.get("shares")
    if cell is None or cell.blank:
        return
    owner = _owner(work, turn, cell, first)
    if owner is None:
        return
    mine = _weighted(work, range(first, len(work.builder.rows)))
    theirs = _weighted(work, _places(work, owner.name, first))
    if len(mine) != len(theirs) or not mine:
        counts = f"{_rows(len(mine))}, and {shorten(owner.name)} has {_rows(len(theirs))}"
        hint = "it can share with a row or block that is built alike"
        work.complain(turn, cell.span, f"it has {counts}", hint=hint)
        return
    for place, other in zip(mine, theirs, strict=True):
        source = work.builder.rows[other].shares
        root = other if source == OWN else source
        try:
            own(_stored(work, place), _stored(work, root), owner.tensors, owner=owner.name)
        except RuleError as error:
            work.complain(turn, cell.span, error.what, known="; ".join(error.sums), hint=error.hint)
            return
        row = work.builder.rows[place]
        work.builder.rows[place] = row._replace(shares=root, tied=owner.tensors)


def _rows(count: int) -> str:
    return "no weights" if not count else f"{count} row{'s' * (count != 1)} with weights"


def _stored(work: Work, place: int) -> tuple[Weight, ...]:
    """The tensors that a row's layer stores."""
    row = work.builder.rows[place]
    stored: tuple[Weight, ...] = row.layer.weights(*(work.builder.shapes[r] for r in row.reads))
    return stored


def _weighted(work: Work, places: range) -> list[int]:
    """The rows among these whose layers store something."""
    return [place for place in places if _stored(work, place)]


def _places(work: Work, name: str, end: int) -> range:
    """The rows above `end` that a name stands for: one, or all those of a group."""
    rows = work.builder.rows
    inside = [p for p in range(end) if rows[p].name == name or rows[p].name.startswith(f"{name}.")]
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def _owner(work: Work, turn: Turn, cell: Cell, first: int) -> _Owner | None:
    """Whose weights a cell names; None once it is noted that there is no such row above."""
    found: dict[str, list[str]] = {}
    for piece in split_list(cell.text):
        name, tensor = _split(work, turn, tidy(piece), first)
        if name is None:
            _nowhere(work, turn, cell, piece, first)
            return None
        found.setdefault(name, []).extend([tensor] * bool(tensor))
    if len(found) > 1:
        hint = "name one row, or tensors of one row: fc1.weight, fc1.bias"
        work.complain(turn, cell.span, "it shares the weights of several rows", hint=hint)
        return None
    [(name, tensors)] = found.items()
    return _Owner(name, tuple(tensors))


def _split(work: Work, turn: Turn, text: str, first: int) -> tuple[str | None, str]:
    """A row or group above, by its name in the table or in the network, and one tensor of it."""
    for name, tensor in ((text, ""), (text.rpartition(".")[0], text.rpartition(".")[2])):
        for full in (turn.scope.full(name), name):
            if name and _places(work, full, first):
                return full, tensor
    return None, ""


def _nowhere(work: Work, turn: Turn, cell: Cell, text: str, first: int) -> None:
    """Note that a name stands for no row above."""
    names = [row.name for row in work.builder.rows[max(0, first - NEAR_ROWS) : first]]
    near = suggestion(text, names).removeprefix("; ")
    if tidy(text) == turn.name or tidy(text) in turn.scope.later:
        hint = "a row can only share with rows above it"
    else:
        hint = near or "name a row above it, as in the column from"
    what = f'it shares the weights of "{shorten(text)}", and no row above is called so'
    work.complain(turn, cell.span.narrowed(text), what, hint=hint)
