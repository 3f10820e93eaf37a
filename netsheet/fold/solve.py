"""From the values that a cell has in each use of a block to the one term that gives them all.

Requirements met here: a term gives every use its value, exactly; a relation is taken only where
it holds in all uses and is as simple as a person would write it; what no relation gives becomes
a parameter.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

from netsheet.fold.terms import (
    IN,
    INPUT,
    Axes,
    Condition,
    Constant,
    Holds,
    Is,
    Named,
    Over,
    Several,
    Term,
    Times,
)

Values = Sequence[Any]
"""A value for each use; `MISSING` where the cell is not there."""

MOST_FACTOR = 64


class Missing:
    """No value: the cell's row is not there in this use."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


CHANNELS, PIXELS = "channels", "pixels"


def measure(form: str) -> str:
    """What the numbers of an attribute of this form count."""
    return {"number": CHANNELS, "sizes": CHANNELS, "axes": PIXELS, "padding": PIXELS}.get(
        form, form
    )


def majority(values: Values) -> Any:  # noqa: ANN401 one of the values
    """The value that more than half of the uses have, where there is one; else MISSING."""
    counts = Counter((type(value), value) for value in values if value is not MISSING)
    [((_, value), count)] = counts.most_common(1)
    return value if 2 * count > len(values) else MISSING


@dataclass(eq=False)
class Found:
    """A parameter in the making: its values by use, and the cell that it was found for.

    usual: its default, MISSING for none. idle: in which uses nothing hangs on it.
    """

    key: str
    label: str
    attribute: str
    form: str
    sort: str
    values: list[Any]
    usual: Any = MISSING
    idle: tuple[bool, ...] = ()

    def settle(self) -> None:
        """Give it a default where most uses agree, and a value where no use says any.

        A number of filters has none if it can be helped: it is what one looks for in a table.
        """
        usual = MISSING if self.attribute == "out" else majority(self.values)
        if usual is MISSING and MISSING in self.values:
            usual = next(value for value in self.values if value is not MISSING)
        self.idle = tuple(value is MISSING for value in self.values)
        self.values = [usual if value is MISSING else value for value in self.values]
        self.usual = usual


class Cell(NamedTuple):
    """A cell to be solved: the row it stands in, its attribute and form, its values by use.

    channels: what the row reads first has so many channels, by use.
    """

    label: str
    attribute: str
    form: str
    values: Values
    channels: Values


@dataclass
class Solver:
    """Terms for the cells of one block, and the parameters that they need, in order.

    input: channels of what the block reads, by use.
    """

    input: Values
    parameters: list[Found] = field(default_factory=list)

    def solve(self, cell: Cell) -> Term:
        """The term for a cell."""
        given = [value for value in cell.values if value is not MISSING]
        first = given[0]
        if all(value is first or _same(value, first) for value in given):
            return Constant(first)
        if isinstance(first, tuple):
            items = range(len(first))
            return Axes(tuple(self.solve(cell._replace(values=_at(cell, i))) for i in items))
        sort = sort_of(first, cell.form)
        found = self._known(cell, sort)
        if found is not None:
            return Named(found.key)
        computed = self._computed(cell) if sort == "number" else None
        return computed or Named(self._new(cell, sort).key)

    def _new(self, cell: Cell, sort: str) -> Found:
        name = f"§{len(self.parameters)}"
        found = Found(name, cell.label, cell.attribute, cell.form, sort, list(cell.values))
        self.parameters.append(found)
        return found

    def _known(self, cell: Cell, sort: str) -> Found | None:
        """A parameter that has these values wherever both are known; it takes over the others."""
        for found in self.parameters:
            alike = (found.sort, measure(found.form)) == (sort, measure(cell.form))
            if alike and _agree(found.values, cell.values):
                found.values = [
                    new if old is MISSING else old
                    for old, new in zip(found.values, cell.values, strict=True)
                ]
                return found
        return None

    def _computed(self, cell: Cell) -> Term | None:
        """The simplest relation to a parameter, or to the channels that the row or block reads.

        Channels follow from channels, and pixels from pixels: that there are eight times as many
        filters as a kernel has pixels is a coincidence.
        """
        bases: list[tuple[float, str, Values]] = [
            (0.0, each.key, each.values)
            for each in self.parameters
            if each.sort == "number" and measure(each.form) == measure(cell.form)
        ]
        if measure(cell.form) == CHANNELS:
            bases += [(0.1, IN, cell.channels), (0.2, INPUT, self.input)]
        found: list[tuple[float, int, Term]] = []
        for order, (cost, name, values) in enumerate(bases):
            term = _relation(name, values, cell)
            if term is not None:
                found.append((cost + _cost(term), order, term))
        return min(found)[2] if found else None

    def settle(self) -> None:
        """Settle the parameters found so far; conditions speak of what they are."""
        for found in self.parameters:
            found.settle()

    def condition(self, label: str, there: Sequence[bool], outs: Sequence[Term]) -> Condition:
        """When a row is there: told by what is known already, else by a parameter of its own.

        Two comparisons are joined only as people join them: `stride ≠ 1 or input ≠ width` for
        a shortcut, `stride = 1 and input = width` for a sum.

        label: what that would be called after. outs: terms that outputs of the block are written
        with, which its input may equal.
        """
        for found in self.parameters:
            if found.sort == "yes/no" and list(there) == found.values:
                return Holds(found.key)
            if found.sort == "yes/no" and [not here for here in there] == found.values:
                return Holds(found.key, yes=False)
        single = self._comparisons(outs)
        for condition, holds in single:
            if holds == list(there):
                return condition
        for equal in (False, True):
            alike = [(one, holds) for one, holds in single if one.equal == equal]
            for (one, ones), (other, others) in combinations(alike, 2):
                both = zip(ones, others, strict=True)
                if [(a and b) if equal else (a or b) for a, b in both] == list(there):
                    return Several((one, other), all=equal)
        found = self._new(Cell(label, "", "yes/no", list(there), []), "yes/no")
        found.settle()
        return Holds(found.key)

    def _comparisons(self, outs: Sequence[Term]) -> list[tuple[Is, list[bool]]]:
        """What can be said of a use: a stride of 1, an input as wide as the output."""
        found: list[tuple[Is, list[bool]]] = []
        for parameter in self.parameters:
            if parameter.attribute == "stride" and 1 in parameter.values:
                same = [_same(value, 1) for value in parameter.values]
                found += _both(Named(parameter.key), Constant(1), same)
        known = {parameter.key: parameter.values for parameter in self.parameters}
        for term in dict.fromkeys(outs):
            if isinstance(term, Named | Times) and term.name in known:
                times = term.factor if isinstance(term, Times) else 1
                values = [value * times for value in known[term.name]]
                pairs = zip(self.input, values, strict=True)
                found += _both(Named(INPUT), term, [_same(one, two) for one, two in pairs])
        return found


def _both(left: Term, right: Term, same: list[bool]) -> list[tuple[Is, list[bool]]]:
    return [
        (Is(left, right, equal=True), same),
        (Is(left, right, equal=False), [not each for each in same]),
    ]


def sort_of(value: Any, form: str) -> str:  # noqa: ANN401 any attribute's
    """What sort of parameter can stand for a value: number, decimal, yes/no or word."""
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, str):
        return "word"
    return "decimal" if form == "decimal" else "number"


def _at(cell: Cell, place: int) -> Values:
    return [value if value is MISSING else value[place] for value in cell.values]


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 any attribute's
    """Whether two values are one and of one sort: 1 is not True."""
    return type(one) is type(other) and bool(one == other)


def _agree(known: Values, values: Values) -> bool:
    """Whether two are the same wherever both are there, and both are somewhere."""
    common = [
        (one, two)
        for one, two in zip(known, values, strict=True)
        if one is not MISSING and two is not MISSING
    ]
    return bool(common) and all(_same(one, two) for one, two in common)


def _relation(name: str, bases: Values, cell: Cell) -> Term | None:
    """How the cell's values follow from those of a name, if they do so in all uses."""
    pairs = [
        (base, value)
        for base, value in zip(bases, cell.values, strict=True)
        if value is not MISSING
    ]
    if any(base is MISSING or base is None or base <= 0 for base, _ in pairs):
        return None
    if len({base for base, _ in pairs}) < 2:  # noqa: PLR2004 one number has any relation to another
        return None
    if all(base == value for base, value in pairs):
        return Named(name)
    if measure(cell.form) == CHANNELS:
        return _proportion(name, pairs)
    halved = cell.form == "padding" and all(base // 2 == value for base, value in pairs)
    return Over(name, 2, floor=True) if halved else None


def _proportion(name: str, pairs: Sequence[tuple[int, int]]) -> Term | None:
    """How often the one goes into the other, if as often in all uses."""
    base, value = pairs[0]
    if value <= 0:
        return None
    if value % base == 0 and value // base <= MOST_FACTOR:
        factor = value // base
        return Times(name, factor) if all(v == b * factor for b, v in pairs) else None
    if base % value == 0 and base // value <= MOST_FACTOR:
        divisor = base // value
        return Over(name, divisor) if all(b == v * divisor for b, v in pairs) else None
    return None


def _cost(term: Term) -> float:
    """How hard a term is to read: `width` less than `2*width`, and this less than `in/24`."""
    if isinstance(term, Times):
        return 1 + term.factor / 100 + (0.5 if term.factor & (term.factor - 1) else 0)
    if isinstance(term, Over):
        return 1.2 + term.divisor / 100 + (0.5 if term.divisor & (term.divisor - 1) else 0)
    return 0
