"""A reading: one exact value that a printed cell may stand for, and what it counts.

Requirements met here: readings come from one mechanism, the terms of conventions, and each says in
words how it differs from the plain count; the plain one costs nothing, and each difference costs,
so that the simplest reading that fits is found first.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from netsheet.core.convention import Term
from netsheet.core.graph import Graph, Node
from netsheet.layers.base import Facts
from netsheet.sheet.quantities import row_total
from netsheet.sheet.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping


DEAREST = 2
"""Readings that differ in more than this are not looked for: they would fit anything."""


class Counting(NamedTuple):
    """What is counted: the words that tell it from the plain count, its terms, its cost."""

    words: tuple[str, ...]
    terms: tuple[Term, ...]
    cost: int
    tool: bool = False


class Reading(NamedTuple):
    """An exact value that a cell may stand for; `words` are empty for the plain count.

    tool: whether it is the rule of one tool among many. network: the related network that it
    counts, empty for the sheet's own.
    """

    value: Fraction | int
    words: tuple[str, ...] = ()
    cost: int = 0
    tool: bool = False
    network: str = ""


class Basis(NamedTuple):
    """A network that a cell may speak of: the sheet's own, or one that differs as `words` say."""

    sheet: Sheet
    words: tuple[str, ...]
    cost: int
    related: bool = False


@dataclass(frozen=True)
class Grounds:
    """All that cells of one sheet are held against: its network, and what it may be taken for.

    Counts are added up once for each counting and basis, however many cells ask.
    """

    sheet: Sheet
    bases: tuple[Basis, ...]
    _made: dict[tuple[int, tuple[Term, ...]], list[int]] = field(default_factory=dict)
    _wholes: dict[tuple[int, tuple[Term, ...]], int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        sheet: Sheet,
        variants: "Mapping[str, Graph] | None" = None,
        remote: "Mapping[str, Graph] | None" = None,
    ) -> "Grounds":
        """The grounds of a network; `variants` are others that go by its name, by theirs.

        Of `remote` ones a number must be counted plainly and printed plainly.
        """
        bases = [Basis(sheet, (), 0)]
        plain = ungrouped(sheet.graph)
        if plain is not None:
            bases.append(Basis(Sheet(plain), ("groups ignored",), 1))
        for cost, others in ((1, variants), (DEAREST, remote)):
            bases += [
                Basis(Sheet(graph), (name,), cost, related=True)
                for name, graph in (others or {}).items()
                if graph.rows != sheet.graph.rows
            ]
        return cls(sheet, tuple(bases))

    def count(self, basis: int, terms: tuple[Term, ...], row: str) -> int | None:
        """The sum of what terms count in a row, or in all rows; None if the basis has no such."""
        key = (basis, terms)
        if not row and key in self._wholes:
            return self._wholes[key]
        sheet = self.bases[basis].sheet
        chosen = places_of(sheet, row)
        if not chosen:
            return None
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = _row_totals(sheet, terms)
        count = sum([found[place] for place in chosen])
        if not row:
            self._wholes[key] = count
        return count

    def counts(self, countings: Iterable[Counting], row: str) -> Iterator[Reading]:
        """Every reading of a row by these countings, on every basis, the plainest first."""
        every = [
            Reading(
                value,
                (*basis.words, *counting.words),
                basis.cost + counting.cost,
                counting.tool,
                basis.words[0] if basis.related else "",
            )
            for place, basis in enumerate(self.bases)
            for counting in countings
            if basis.cost + counting.cost <= DEAREST
            and (value := self.count(place, counting.terms, row)) is not None
        ]
        yield from distinct(sorted(every, key=lambda reading: reading.cost))


REMEMBERED = 20_000
"""So many rows are remembered for each counting: a search tries networks that differ in few."""


@lru_cache(maxsize=256)
def _remembered(terms: tuple[Term, ...]) -> dict[int, tuple[Facts, int]]:
    """What these terms count in rows seen before, by the identity of their facts."""
    del terms
    return {}


def _row_totals(sheet: Sheet, terms: tuple[Term, ...]) -> list[int]:
    """The sum of what terms count in each row; a layer on one shape is added up once."""
    known = _remembered(terms)
    if len(known) > REMEMBERED:
        known.clear()
    found = []
    for place, facts in enumerate(sheet.facts):
        before = known.get(id(facts))
        if before is None:
            before = known[id(facts)] = (facts, row_total(sheet, terms, place))
        found.append(before[1])
    return found


def distinct(readings: Sequence[Reading]) -> Iterator[Reading]:
    """The readings whose value no simpler one has."""
    seen: set[Fraction | int] = set()
    for reading in readings:
        if reading.value not in seen:
            seen.add(reading.value)
            yield reading


def places_of(sheet: Sheet, row: str) -> Sequence[int]:
    """The rows that a claim counts: one line's, all for an empty name, or all that a pattern fits.

    A pattern has stars: `*.pointwise`. None if there is no such row.
    """
    if "*" in row:
        fits = re.compile(".*".join(map(re.escape, row.split("*")))).fullmatch
        chosen: set[int] = set()
        for name, node in sheet.graph.nodes.items():
            if fits(name):
                chosen.update(range(node.first, node.last + 1))
        return sorted(chosen)
    line = span_of(sheet, row)
    return () if line is None else range(line.first, line.last + 1)


def span_of(sheet: Sheet, row: str) -> Node | None:
    """The rows that a claim speaks of: a row or group, or all for an empty name."""
    if not row:
        return Node("", 0, len(sheet.graph.rows) - 1, (), None)
    return sheet.graph.nodes.get(row)


def ungrouped(graph: Graph) -> Graph | None:
    """The same network with every grouped convolution made whole; None if there is none.

    A depthwise convolution is one because of its groups, and keeps them.
    """
    from dataclasses import replace

    sheet = Sheet(graph)
    rows = list(graph.rows)
    changed = False
    for place, row in enumerate(graph.rows):
        groups = getattr(row.layer, "groups", 1)
        if row.layer.kind != "conv" or groups == 1:
            continue
        if groups != sheet.facts[row.reads[0]].output.channels:
            rows[place] = row._replace(layer=replace(row.layer, groups=1))
            changed = True
    return replace(graph, rows=tuple(rows)) if changed else None
