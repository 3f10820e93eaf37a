"""What differs between the uses of a template, put as few parameters, and sums of these.

Requirements met here: a value that is the same in every use is no parameter; one that follows
from others in every use is said by them (`4·width`); where a part is left out its values don't
matter. Only values of one role are compared, so that a stride never stands for a width.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import add, mul, sub
from typing import Any, NamedTuple

ABSENT = "—"
"""The value in a use that lacks its part."""

COUNTS = "count"
"""The role of values that may follow from each other by arithmetic: channels, mostly."""

WINDOW, BORDER = "kernel", "padding"
"""The role of a window's size, and that of a border, which may be half of it."""

LARGEST_FACTOR = 8


class Hole(NamedTuple):
    """A value of a template, as it is in each use, and what it is called if it must be given.

    wanted: it is given even if it is the same in every use.
    """

    role: str
    name: str
    values: tuple[Hashable, ...]
    wanted: bool = False


@dataclass(eq=False, slots=True)
class Parameter:
    """What each use of a template gives; `role` is empty where any will do."""

    name: str
    values: list[Hashable]
    role: str = ""

    @property
    def lacking(self) -> bool:
        """Whether some use gives none."""
        return ABSENT in self.values


class Term(NamedTuple):
    """A value in terms of parameters: times·first/over, first operator second, or a constant.

    A constant is ABSENT where no use has a value.
    """

    constant: Hashable = None
    first: Parameter | None = None
    times: int = 1
    over: int = 1
    operator: str = ""
    second: Parameter | None = None

    @property
    def is_computed(self) -> bool:
        """Whether it is more than a constant or a parameter."""
        return self.second is not None or (self.times, self.over) != (1, 1)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those that it mentions."""
        return tuple(each for each in (self.first, self.second) if each is not None)


def solve(holes: Sequence[Hole], given: Sequence[Parameter] = ()) -> list[Term]:
    """Each hole in terms of parameters: of those given, where they fit, and of new ones."""
    used: list[Parameter] = []
    wanted: list[Parameter] = []
    found: list[Term] = []
    for hole in holes:
        known = [value for value in hole.values if value != ABSENT]
        if all(_same(value, known[0]) for value in known) and not hole.wanted:
            same = (p for p in wanted if p.role == hole.role and _fits(hole, p.values))
            first = next(same, None)
            constant = known[0] if known else ABSENT
            found.append(Term(first=first) if first else Term(constant=constant))
            continue
        term = next(_candidates(hole, used, given), None)
        if term is None:
            term = Term(first=Parameter(hole.name, list(hole.values), hole.role))
        used += [each for each in term.parameters if each not in used]
        wanted += [each for each in term.parameters if hole.wanted]
        found.append(term)
    return found


def _candidates(
    hole: Hole, used: Sequence[Parameter], given: Sequence[Parameter]
) -> Iterator[Term]:
    """Ways to say a hole by parameters, the plainest first."""
    near = [p for p in given if p.name == hole.name and not p.role]
    own = [p for p in used if p.role in {"", hole.role}]
    every = list(dict.fromkeys([*near, *own, *given]))
    for parameter in every:
        if _fits(hole, parameter.values):
            yield Term(first=parameter)
    if hole.role == BORDER:
        windows = [p for p in used if p.role == WINDOW and _whole(p.values)]
        yield from _multiples(hole, windows, [(1, 2)])
    if hole.role == COUNTS:
        whole = [p for p in every if _whole(p.values)]
        yield from _joined(hole, own, [p for p in given if _whole(p.values)], "*")
        yield from _multiples(hole, whole, [(n, 1) for n in range(2, LARGEST_FACTOR + 1)])
        exactly = [(1, n) for n in range(2, LARGEST_FACTOR + 1)]
        yield from _multiples(hole, whole, exactly, exact=True)
        yield from _joined(hole, whole, whole, "+")
        yield from _joined(hole, whole, whole, "-")


def _multiples(
    hole: Hole,
    parameters: Sequence[Parameter],
    factors: Sequence[tuple[int, int]],
    *,
    exact: bool = False,
) -> Iterator[Term]:
    """A parameter times or divided by a small number; `exact` without a rest."""
    for parameter in parameters:
        for times, over in factors:
            values = [v if v == ABSENT else times * v // over for v in parameter.values]  # type: ignore[operator]  # only whole numbers come here
            rest = exact and any(v != ABSENT and v % over for v in parameter.values)  # type: ignore[operator]  # as above
            if not rest and _fits(hole, values):
                yield Term(first=parameter, times=times, over=over)


JOINED: dict[str, Callable[[Any, Any], int]] = {"+": add, "-": sub, "*": mul}


def _joined(
    hole: Hole, some: Sequence[Parameter], others: Sequence[Parameter], operator: str
) -> Iterator[Term]:
    """Two parameters, added, multiplied, or one taken from the other."""
    for first, second in product(some, others):
        if first is second or not (_whole(first.values) and _whole(second.values)):
            continue
        values = [
            ABSENT if ABSENT in (a, b) else JOINED[operator](a, b)
            for a, b in zip(first.values, second.values, strict=True)
        ]
        if _fits(hole, values):
            yield Term(first=first, operator=operator, second=second)


def _same(one: Hashable, other: Hashable) -> bool:
    """Whether two values are one; 1 is not True."""
    return type(one) is type(other) and one == other


def _fits(hole: Hole, values: Sequence[Hashable]) -> bool:
    """Whether values are a hole's wherever it has one."""
    pairs = zip(hole.values, values, strict=True)
    return all(_same(own, value) for own, value in pairs if own != ABSENT)


def _whole(values: Sequence[Hashable]) -> bool:
    """Whether a parameter's values are whole numbers."""
    known = [value for value in values if value != ABSENT]
    return bool(known) and all(type(value) is int for value in known)
