"""Several forms as one: the rows of all of them in one order, each there in some or in all.

Requirements met here: a row that is missing is passed over as reading passes over it, so that
each form comes out again, with every row reading what it read; forms that have too little in
common, or rows in another order, are not made into one.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from netsheet.core.graph import OWN
from netsheet.fold.form import Built, Form

ALL = -(10**8)
"""A read of everything that the group reads from outside, in order, however much it is."""

Row = TypeVar("Row")
"""A row, however it is told."""

MOST_GAPS = 4
"""Runs of rows that may be missing in some uses of a block."""

LEAST_SHARE = 0.5
"""Share of a block's rows that must be there in every use."""


UNKNOWN = 10**9
"""A row outside of which a form says nothing."""


class Pattern(NamedTuple):
    """Forms as one.

    rows: all of them, with what they read: places of the pattern, ~n for its n-th source, or ALL.
    forms: each as its places in the pattern. sources: for each form, which row outside it stands
    for each source of the pattern. stands: for each form and place, what a reader of that place
    reads in it: a row of the form, or ~n for the n-th row outside that the form reads.
    """

    rows: tuple[Built, ...]
    forms: tuple[tuple[int | None, ...], ...]
    sources: tuple[tuple[int, ...], ...]
    stands: tuple[tuple[int, ...], ...]

    @property
    def width(self) -> int:
        """How many rows it reads from outside; 0 if that differs from use to use."""
        return 0 if any(row.reads == (ALL,) for row in self.rows) else len(self.sources[0])


def pattern_of(form: Form) -> Pattern:
    """One form as a pattern."""
    places = tuple(range(len(form)))
    return Pattern(form, (places,), (tuple(range(_outsides(form))),), (places,))


def merged(forms: Sequence[Form]) -> Pattern | None:
    """Several forms as one pattern; None if they are not alike enough, or can't be told apart."""
    order: list[Built] = []
    for form in sorted(forms, key=len, reverse=True):
        found = _union(order, form)
        if found is None:
            return None
        order = found
    if not _contiguous([row.name for row in order]):
        return None
    place = {row.name: at for at, row in enumerate(order)}
    local: list[list[int | None]] = [[None] * len(order) for _ in forms]
    for number, form in enumerate(forms):
        for at, row in enumerate(form):
            local[number][place[row.name]] = at
    return _Wiring(order, list(forms), local).pattern() if _alike(local) else None


def _union(order: Sequence[Built], form: Form) -> list[Built] | None:
    """The rows of both in an order that keeps that of each; None if there is none."""
    known = {row.name: at for at, row in enumerate(order)}
    found: list[Built] = []
    at = 0
    for row in form:
        place = known.get(row.name)
        if place is None:
            found.append(row)
            continue
        other = order[place]
        if place < at or (row.kind, row.fixed) != (other.kind, other.fixed):
            return None
        found += order[at : place + 1]
        at = place + 1
    return [*found, *order[at:]]


def _contiguous(names: Sequence[str]) -> bool:
    """Whether rows whose names share a beginning stand together."""
    closed: set[str] = set()
    open_: tuple[str, ...] = ()
    for name in names:
        parts = name.split(".")
        prefixes = tuple(".".join(parts[:depth]) for depth in range(1, len(parts)))
        closed.update(set(open_).difference(prefixes))
        if closed.intersection((*prefixes, name)):
            return False
        open_ = prefixes
    return True


def _alike(local: Sequence[Sequence[int | None]]) -> bool:
    """Whether so few rows are missing that one block reads well for all."""
    there = [all(places[at] is not None for places in local) for at in range(len(local[0]))]
    gaps = sum(not here and (at == 0 or there[at - 1]) for at, here in enumerate(there))
    return gaps <= MOST_GAPS and sum(there) >= LEAST_SHARE * len(there)


def _outsides(form: Form) -> int:
    """How many rows outside a form reads."""
    return max((~read for row in form for read in row.reads), default=-1) + 1


def _again(pattern: Pattern, number: int, outsides: int) -> Form:
    """A form made from the pattern, as reading would make it."""
    rows: list[Built] = []
    stands: list[int] = []
    for row, local in zip(pattern.rows, pattern.forms[number], strict=True):
        reads = tuple(
            stands[read] if read >= 0 else ~pattern.sources[number][~read]
            for read in row.reads
            if read != ALL
        )
        if row.reads == (ALL,):
            reads = tuple(~outside for outside in range(outsides))
        if local is None:
            stands.append(passed(reads, stands[-1] if stands else ~pattern.sources[number][0]))
            continue
        stands.append(len(rows))
        shares = row.shares if row.shares < 0 else pattern.forms[number][row.shares]
        rows.append(row._replace(reads=reads, shares=OWN if shares is None else shares))
    return tuple(rows)


class _Wiring:
    """What each row of a pattern reads, so that every form comes out again.

    stands: for each form and place, what a reader of that place reads in it: a row of the form,
    or ~n for its n-th row outside.
    """

    def __init__(
        self, order: list[Built], forms: list[Form], local: list[list[int | None]]
    ) -> None:
        self.order = order
        self.forms = forms
        self.local = local
        self.stands: list[list[int]] = [[] for _ in forms]
        self.sources: list[dict[int, int]] = []

    def pattern(self) -> Pattern | None:
        """The pattern, if the wiring can be told."""
        rows: list[Built] = []
        for at, row in enumerate(self.order):
            reads = self._reads(at)
            shares = self._shares(at)
            if reads is None or shares is None or not (reads or self._always(at)):
                return None
            rows.append(row._replace(reads=reads, shares=shares))
            self._stand(at, reads)
        sources = [
            tuple(source.get(form, -1) for source in self.sources)
            for form in range(len(self.forms))
        ]
        if any(stands[-1] < 0 for stands in self.stands) or any(-1 in given for given in sources):
            return None
        places = tuple(map(tuple, self.local))
        found = Pattern(tuple(rows), places, tuple(sources), tuple(map(tuple, self.stands)))
        return found if self.forms == self._again(found) else None

    def _again(self, pattern: Pattern) -> list[Form]:
        """All forms made from the pattern."""
        return [_again(pattern, number, _outsides(form)) for number, form in enumerate(self.forms)]

    def _always(self, at: int) -> bool:
        """Whether a row is there in every form; one that reads nothing can't be passed over."""
        return all(places[at] is not None for places in self.local)

    def _there(self, at: int) -> Iterator[tuple[int, Built]]:
        """The forms that have a row, each with its own."""
        for form, places in enumerate(self.local):
            local = places[at]
            if local is not None:
                yield form, self.forms[form][local]

    def _reads(self, at: int) -> tuple[int, ...] | None:
        """What a row reads in terms of the pattern; None if that can't be said for all forms."""
        there = dict(self._there(at))
        if len({len(row.reads) for row in there.values()}) != 1:
            return (ALL,) if self._reads_all(there) else None
        reads = []
        for number in range(len(next(iter(there.values())).reads)):
            read = self._read({form: row.reads[number] for form, row in there.items()}, at)
            if read is None:
                return None
            reads.append(read)
        return tuple(reads)

    def _reads_all(self, there: dict[int, Built]) -> bool:
        """Whether a row reads all that its group reads, in order, in every form."""
        if len(there) < len(self.forms):
            return False
        for form, row in there.items():
            if row.reads != tuple(~outside for outside in range(_outsides(self.forms[form]))):
                return False
        if not self.sources:
            self.sources.append(dict.fromkeys(there, 0))
        return not any(self.sources[0].values())

    def _read(self, raw: dict[int, int], at: int) -> int | None:
        """A place above that stands for what is read in each form; or a source, as ~n."""
        if any(read >= 0 for read in raw.values()):
            for place in range(at - 1, -1, -1):
                if all(self.stands[form][place] == read for form, read in raw.items()):
                    return place
            return None
        outside = {form: ~read for form, read in raw.items()}
        for number, source in enumerate(self.sources):
            common = source.keys() & outside.keys()
            if common and all(source[form] == outside[form] for form in common):
                source.update(outside)
                return ~number
        self.sources.append(outside)
        return ~(len(self.sources) - 1)

    def _shares(self, at: int) -> int | None:
        """Whose weights a row uses, by place of the pattern; None if that differs."""
        found = set()
        for form, row in self._there(at):
            owner = row.shares
            found.add((self.local[form].index(owner) if owner >= 0 else owner, row.tied))
        return found.pop()[0] if len(found) == 1 else None

    def _stand(self, at: int, reads: tuple[int, ...]) -> None:
        """Note what stands for a row where it is there, and where it is missing."""
        for form, stands in enumerate(self.stands):
            local = self.local[form][at]
            if local is not None:
                stands.append(local)
                continue
            found = [self._resolved(form, read) for read in reads]
            above = stands[-1] if stands else self._resolved(form, -1)
            stands.append(passed(found, above))

    def _resolved(self, form: int, read: int) -> int:
        """What a read of the pattern is in one form."""
        if read >= 0:
            return self.stands[form][read]
        return ~self.sources[~read].get(form, UNKNOWN)


def passed(reads: Sequence[Row], above: Row) -> Row:
    """What the readers of a missing row read instead: the row above, if it would have read it.

    Otherwise the first that it would have read. (A join of what goes through and what goes past
    that is left out leaves what goes through.)
    """
    return above if above in reads else reads[0]
