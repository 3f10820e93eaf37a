"""Equal rows behind each other, called by numbers, as one row that is repeated.

Requirements met here: the names and what is read come out the same when the row is repeated; a
row may differ the first time, as where a stage halves the map; what differs more stays apart.
"""

from collections.abc import Iterator, Sequence

from netsheet.fold.blocks import Block, Part
from netsheet.fold.frame import Branch
from netsheet.fold.terms import Constant, Term, Turns

MOST_TURNS = 2
"""Cells in which the first row of several may differ from the others."""


def numbered(branch: Branch) -> int | None:
    """The number of the first, where a group's parts are called by numbers that count up."""
    depth = len(branch.name) + 1
    labels = [child.name[depth:] for child in branch.children]
    if not labels or not labels[0].isdecimal() or not labels[0].isascii():
        return None
    start = int(labels[0])
    wanted = [str(number) for number in range(start, start + len(labels))]
    return start if labels == wanted else None


def repeated(
    parts: Sequence[Part], groups: dict[str, tuple[str, ...]], *, always: frozenset[str]
) -> Iterator[Part]:
    """The rows, those of a group that can be told as one row taken together.

    groups: numbered groups by name, with the names of their rows. always: those of them that
    were written as one row, however much it differs from time to time.
    """
    members = {names[0]: (group, names) for group, names in groups.items()}
    place = 0
    while place < len(parts):
        group, names = members.get(parts[place].name, ("", ()))
        run = parts[place : place + len(names)]
        if names and tuple(part.name for part in run) == names:
            one = _together(group, run, always=group in always)
            if one is not None:
                yield one
                place += len(names)
                continue
        yield parts[place]
        place += 1


def _together(name: str, parts: Sequence[Part], *, always: bool) -> Part | None:
    """Several rows as one that is repeated; None where they differ too much."""
    first, *rest = parts
    if (not rest and not always) or len(first.reads) != 1:
        return None
    for part in rest:
        alike = (part.what, part.when, part.then, part.label) == (
            first.what,
            first.when,
            first.then,
            first.label,
        )
        if not alike or not part.above or part.shares:
            return None
    cells: dict[str, Term] = {}
    for cell in dict.fromkeys(cell for part in parts for cell in part.cells):
        terms = [part.cells[cell] if cell in part.cells else _default(part, cell) for part in parts]
        while len(terms) > 1 and terms[-1] == terms[-2]:
            terms.pop()
        cells[cell] = terms[0] if len(terms) == 1 else Turns(tuple(terms))
    turns = [term for term in cells.values() if isinstance(term, Turns)]
    few = len(turns) <= MOST_TURNS and all(len(term.items) == 2 for term in turns)  # noqa: PLR2004 the first, and all others
    if first.shares or not (few or always):
        return None
    start = int(first.name[len(name) + 1 :])
    return first._replace(
        name=name, cells=cells, times=len(parts), start=start, last=parts[-1].last
    )


def _default(part: Part, cell: str) -> Term:
    """What a cell that is left out means."""
    if isinstance(part.what, Block):
        default = next(each.default for each in part.what.parameters if each.name == cell)
        assert default is not None  # noqa: S101 without one the cell would be there
        return default
    return Constant(next(each.default for each in part.what.attributes() if each.name == cell))
