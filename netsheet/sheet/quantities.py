"""What conventions count of a row, by name: multiply-adds, outputs, inputs, what windows read, ….

Requirements met here: a quantity is one function of a layer, its facts and what it reads; the
terms of a convention name it, so that whatever tool a rule comes from, it is counted in one place.
"""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from netsheet.core.convention import Term
from netsheet.layers.base import Whole, Window

if TYPE_CHECKING:
    from netsheet.core.shape import Shape
    from netsheet.layers.base import Facts
    from netsheet.sheet.accounts import Accounts


class Subject(NamedTuple):
    """A row as a quantity sees it: its layer, its facts, and the shapes it reads."""

    layer: Any
    facts: "Facts"
    xs: tuple["Shape", ...]


def _windows(row: Subject) -> Iterator[tuple[int, Window]]:
    """The windows of a pool or convolution, with the size of the axis that each slides over."""
    for n, window in zip(row.xs[0].size, row.facts.windows, strict=True):
        reads_all = isinstance(window, Whole)
        yield n, Window(n) if reads_all else window  # type: ignore[misc]  # not Whole, then


def read(row: Subject) -> int:
    """Values that windows read; a window that reads everything reads the input once."""
    if any(isinstance(window, Whole) for window in row.facts.windows):
        return row.facts.inputs
    return row.facts.values * prod(window.reads for _, window in _windows(row))


def compared(row: Subject) -> int:
    """Outputs times (side − 1): a window's side stands for its area, unless sides differ."""
    sides = [window.reads for _, window in _windows(row)]
    return row.facts.values * ((sides[0] if len(set(sides)) == 1 else prod(sides)) - 1)


def averaged(row: Subject) -> int:
    """The same for a mean: a division each axis more."""
    return compared(row) + row.facts.values * row.xs[0].rank


def _split(row: Subject) -> int:
    """Values in a window that adapts: the whole part of n/m, or n mod m and one more."""
    sides = zip(row.xs[0].size, row.facts.output.size, strict=True)
    return prod(n // m if n % m == 0 else n % m + 1 for n, m in sides)


def adapted(row: Subject) -> int:
    """Outputs times (values in an adaptive window − 1)."""
    return row.facts.values * (_split(row) - 1)


def adapted_mean(row: Subject) -> int:
    """The same for a mean: a division each axis more."""
    return adapted(row) + row.facts.values * row.xs[0].rank


def met(row: Subject) -> int:
    """Multiply-adds whose input is no padding: of each axis, the steps that lie inside."""
    windows = list(_windows(row)) if row.layer.family == "conv" else []
    if not row.facts.macs or not windows or any(window.up != 1 for _, window in windows):
        return row.facts.macs
    inside, all_steps = 1, 1
    for (n, window), m in zip(windows, row.facts.output.size, strict=True):
        all_steps *= m * window.reads
        inside *= sum(
            0 <= place * window.stride + window.first + step * window.gap < n
            for place in range(m)
            for step in range(window.reads)
        )
    return row.facts.macs // all_steps * inside


def _once_a_position(row: Subject) -> int:
    """Trained values times positions of the output."""
    return row.facts.params * prod(row.facts.output.size)


def _seen_from_behind(row: Subject) -> int:
    """Weights times output positions, over groups: a transposed convolution taken for a plain one.

    Outputs · (C_in / groups) · k · k.
    """
    kernel = next(w.shape[2:] for w in row.layer.weights(*row.xs) if w.role == "weight")
    groups = getattr(row.layer, "groups", 1)
    return int(row.facts.values * (row.xs[0].channels // groups) * prod(kernel))


def _missing_biases(row: Subject) -> int:
    """One for each output channel of a convolution that has no bias."""
    has = any(w.role == "bias" for w in row.layer.weights(*row.xs))
    return 0 if has or row.layer.family != "conv" else row.facts.output.channels


def _statistics(row: Subject) -> int:
    """Running mean and variance of each channel; the count of batches isn't one."""
    found = (w.count for w in row.layer.weights(*row.xs) if w.role == "buffer" and w.shape)
    return sum(found)


def _normalised_input(row: Subject) -> int:
    """A mean and a variance for each channel that comes in, and how many were looked at."""
    return 2 * row.facts.output.channels + 1


def _squares(row: Subject) -> int:
    """Squares with the zeros that stand for neighbours beyond the outer channels."""
    x = row.xs[0]
    return (x.channels + int(row.layer.neighbours) - 1) * prod(x.size)


QUANTITIES: dict[str, Callable[[Subject], int]] = {
    "multiply-adds": lambda row: row.facts.macs,
    "bias additions": lambda row: row.facts.bias_adds,
    "outputs": lambda row: row.facts.values,
    "inputs": lambda row: row.facts.inputs,
    "trained values": lambda row: row.facts.params,
    "weights": lambda row: row.facts.weights,
    "biases": lambda row: row.facts.biases,
    "values that windows read": read,
    "comparisons along a window's side": compared,
    "steps of a mean along a window's side": averaged,
    "comparisons in an adaptive window": adapted,
    "steps of a mean in an adaptive window": adapted_mean,
    "multiply-adds that meet no padding": met,
    "trained values at each position": _once_a_position,
    "multiply-adds as if of a plain convolution": _seen_from_behind,
    "additions of further inputs": lambda row: row.facts.values * (len(row.xs) - 1),
    "axes": lambda row: row.xs[0].rank,
    "positions": lambda row: prod(row.xs[0].size),
    "running statistics": _statistics,
    "biases that its convolutions lack": _missing_biases,
    "statistics of each channel, and their count": _normalised_input,
    "padded squares": _squares,
}
"""Every quantity by name."""


class Counted(NamedTuple):
    """What a term counts in a row: how many of what, and how much each counts."""

    word: str
    many: int
    each: int


def holds(term: Term, row: Subject) -> bool:
    """Whether a term speaks of a row: of the input, which reads nothing, only if it names it."""
    layer = row.layer
    if not row.xs and layer.kind not in term.of:
        return False
    if term.of and layer.kind not in term.of and layer.family not in term.of:
        return False
    if layer.kind in term.but or layer.family in term.but:
        return False
    if term.axes and (not row.xs or row.xs[0].rank != term.axes):
        return False
    return all(getattr(layer, name, None) == value for name, value in term.where)


def counted(terms: Sequence[Term], row: Subject) -> Iterator[Counted]:
    """What the terms count in one row, without what is nothing."""
    for term in terms:
        if holds(term, row):
            found = QUANTITIES[term.quantity](row)
            if found:
                yield Counted(_word(term, row), found, term.each)


def _word(term: Term, row: Subject) -> str:
    """The quantity with the kind of layer that it is of: `outputs of batch norm`."""
    return f"{term.quantity} of {row.layer.kind}" if term.of else term.quantity


def subject(sheet: "Accounts", place: int) -> Subject:
    """The row at a place."""
    row = sheet.graph.rows[place]
    shapes = tuple(sheet.facts[read].output for read in row.reads)
    return Subject(row.layer, sheet.facts[place], shapes)


def added_up(
    sheet: "Accounts", terms: Sequence[Term], first: int, last: int
) -> dict[tuple[str, int], int]:
    """Counts of rows `first` to `last`, added up by word and by how much each counts."""
    merged: dict[tuple[str, int], int] = {}
    for place in range(first, last + 1):
        for found in counted(terms, subject(sheet, place)):
            key = (found.word, found.each)
            merged[key] = merged.get(key, 0) + found.many
    return merged


def row_total(sheet: "Accounts", terms: Sequence[Term], place: int) -> int:
    """The sum of what terms count in one row."""
    return sum(found.many * found.each for found in counted(terms, subject(sheet, place)))
