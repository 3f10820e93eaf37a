"""A reading: one exact value that a printed cell may stand for, and what it counts.

Requirements met here: readings come from one mechanism, the terms of conventions, and each says in
words how it differs from the plain count; the plain one costs nothing, and each difference costs,
so that the simplest reading that fits is found first.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from netsheet.core.convention import Term
from netsheet.core.graph import Graph, Node
from netsheet.sheet.quantities import row_total
from netsheet.sheet.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping


class Counting(NamedTuple):
    """What is counted: the words that tell it from the plain count, its terms, its cost."""

    words: tuple[str, ...]
    terms: tuple[Term, ...]
    cost: int
    tool: bool = False


class Reading(NamedTuple):
    """An exact value that a cell may stand for; `words` are empty for the plain count.

    tool: whether it is the rule of one tool among many.
    """

    value: Fraction | int
    words: tuple[str, ...] = ()
    cost: int = 0
    tool: bool = False


class Basis(NamedTuple):
    """A network that a cell may speak of: the sheet's own, or one that differs as `words` say."""

    sheet: Sheet
    words: tuple[str, ...]
    cost: int


@dataclass(frozen=True)
class Grounds:
    """All that cells of one sheet are held against: its network, and what it may be taken for.

    Counts are added up once for each counting and basis, however many cells ask.
    """

    sheet: Sheet
    bases: tuple[Basis, ...]
    _made: dict[tuple[int, tuple[Term, ...]], list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, sheet: Sheet, variants: "Mapping[str, Graph] | None" = None) -> "Grounds":
        """The grounds of a network; `variants` are others that go by its name, by theirs."""
        bases = [Basis(sheet, (), 0)]
        plain = ungrouped(sheet.graph)
        if plain is not None:
            bases.append(Basis(Sheet(plain), ("groups ignored",), 1))
        for name, graph in (variants or {}).items():
            if graph.rows != sheet.graph.rows:
                bases.append(Basis(Sheet(graph), (name,), 1))
        return cls(sheet, tuple(bases))

    def count(self, basis: int, terms: tuple[Term, ...], row: str) -> int | None:
        """The sum of what terms count in a row, or in all rows; None if the basis has no such."""
        sheet = self.bases[basis].sheet
        chosen = places_of(sheet, row)
        if not chosen:
            return None
        key = (basis, terms)
        found = self._made.get(key)
        if found is None:
            places = range(len(sheet.graph.rows))
            found = self._made[key] = [row_total(sheet, terms, place) for place in places]
        return sum(found[place] for place in chosen)

    def counts(self, countings: Iterable[Counting], row: str) -> Iterator[Reading]:
        """Every reading of a row by these countings, on every basis, the plainest first."""
        every = [
            Reading(
                value,
                (*basis.words, *counting.words),
                basis.cost + counting.cost,
                counting.tool,
            )
            for place, basis in enumerate(self.bases)
            for counting in countings
            if basis.cost + counting.cost <= DEAREST
            and (value := self.count(place, counting.terms, row)) is not None
        ]
        yield from distinct(sorted(every, key=lambda reading: reading.cost))


DEAREST = 2
"""Readings that differ in more than this are not looked for: they would fit anything."""


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
