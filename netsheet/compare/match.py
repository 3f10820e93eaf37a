"""Which row of one network is which of another: by name, and where names differ by what rows are.

Requirements met here: each row is matched once or not at all; matched the other way round, the
same rows belong together; rows that changed places are matched all the same; the work is bounded,
however long the networks are and however much their rows resemble each other.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from netsheet.compare.align import MOST_CELLS, aligned
from netsheet.compare.lines import Lines
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer

SURE = 3
"""So many rows in a row that are the same in both are no coincidence, though numbers name them."""

Pair = tuple[int, int]


class Seen(NamedTuple):
    """A row as it is compared: its name, its last part, its layer, and what it gives.

    numbered: whether a part of its name is a mere number, which shifts when a row is put in.
    base: how far above it the layer stands that it follows in place, 0 if it follows none.
    """

    name: str
    label: str
    layer: Layer
    output: Shape | None
    numbered: bool
    base: int

    def likeness(self, other: "Seen") -> float:
        """How much two rows resemble each other; 0 where they can't be one.

        Where nothing in their names is the same, they must say the same or give the same.
        """
        same_name = self.name == other.name
        if type(self.layer) is not type(other.layer):
            return 1.0 if same_name and not self.numbered else 0.0
        mine, theirs = self.layer.values(), other.layer.values()
        equal = mine == theirs
        found = 5.0 if equal else 3.0 + _share(mine, theirs)
        found += self.output == other.output
        if same_name:
            return found + (1.5 if self.numbered else 6.0)
        if not (equal or self.output == other.output):
            return 0.0
        return found + (self.label == other.label and not self.label.isdecimal())


def _share(mine: Sequence[object], theirs: Sequence[object]) -> float:
    """How many of a row's attributes are the same."""
    return sum(one == two for one, two in zip(mine, theirs, strict=True)) / len(mine)


def seen(lines: Lines, outputs: Sequence[Shape]) -> list[Seen]:
    """The rows of a network as they are compared."""
    return [
        Seen(
            row.name,
            row.name.rpartition(".")[2],
            row.layer,
            output,
            any(part.isdecimal() for part in row.name.split(".")),
            place - line.first,
        )
        for place, (row, output, line) in enumerate(
            zip(lines.graph.rows, outputs, lines.of, strict=True)
        )
    ]


class Matched(NamedTuple):
    """The pairs of rows that belong together, and those of them that changed places."""

    pairs: tuple[Pair, ...]
    moved: frozenset[Pair]

    def turned(self) -> "Matched":
        """The same, the other way round."""
        pairs = tuple(sorted((theirs, mine) for mine, theirs in self.pairs))
        return Matched(pairs, frozenset((theirs, mine) for mine, theirs in self.moved))


def match(one: Sequence[Seen], other: Sequence[Seen]) -> Matched:
    """Match rows. What is found does not hang on which network comes first."""
    if _order(one) > _order(other):
        return match(other, one).turned()
    pairs = tuple(_pairs(one, other))
    return Matched(pairs, frozenset(pairs).difference(rising(pairs)))


def _pairs(one: Sequence[Seen], other: Sequence[Seen]) -> list[Pair]:
    """The pairs of rows that belong together, in the order of the first network."""
    anchors = _anchors(one, other)
    pairs = list(anchors)
    room = MOST_CELLS
    before = (-1, -1)
    for after in (*anchors, (len(one), len(other))):
        left = one[before[0] + 1 : after[0]]
        right = other[before[1] + 1 : after[1]]
        cells = len(left) * len(right)
        room -= cells
        found = aligned(left, right, Seen.likeness) if room >= 0 else _in_turn(left, right)
        pairs += [(before[0] + 1 + mine, before[1] + 1 + theirs) for mine, theirs in found]
        before = after
    pairs += _moved(one, other, pairs)
    known = set(pairs)
    return sorted(pair for pair in pairs if _stands(one, other, pair, known))


def _stands(one: Sequence[Seen], other: Sequence[Seen], pair: Pair, pairs: set[Pair]) -> bool:
    """Whether a pair is more than what any two rows of a kind have in common.

    What follows in place says little by itself: its layer must be the other's layer, too.
    """
    mine, theirs = one[pair[0]], other[pair[1]]
    if mine.name == theirs.name or not (mine.base and theirs.base):
        return True
    return (pair[0] - mine.base, pair[1] - theirs.base) in pairs


def _order(rows: Sequence[Seen]) -> tuple[int, list[tuple[str, str]]]:
    return len(rows), [(row.name, repr(row.layer)) for row in rows]


def _anchors(one: Sequence[Seen], other: Sequence[Seen]) -> list[Pair]:
    """Rows that are the same in both networks, in an order that both have."""
    places = {row.name: place for place, row in enumerate(other)}
    pairs = [
        (mine, theirs)
        for mine, row in enumerate(one)
        if (theirs := places.get(row.name)) is not None and row.layer == other[theirs].layer
    ]
    known = set(pairs)
    sure = [
        (mine, theirs)
        for mine, theirs in pairs
        if not one[mine].numbered or _run(known, mine, theirs, len(one), len(other))
    ]
    return rising(sure)


def _run(known: set[Pair], mine: int, theirs: int, ours: int, others: int) -> bool:
    """Whether a pair is one of several behind each other, or at an end of both networks."""
    before = after = 0
    while before < SURE and (mine - before - 1, theirs - before - 1) in known:
        before += 1
    while after < SURE and (mine + after + 1, theirs + after + 1) in known:
        after += 1
    at_start = mine - before == 0 == theirs - before
    at_end = mine + after == ours - 1 and theirs + after == others - 1
    return before + 1 + after >= SURE or at_start or at_end


def rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest list of pairs, the first rising already, in which the second rises too."""
    ends: list[int] = []
    last: list[int] = []
    above: list[int] = []
    for place, (_, theirs) in enumerate(pairs):
        at = bisect_left(ends, theirs)
        ends[at:] = [theirs]
        last[at:] = [place]
        above.append(last[at - 1] if at else -1)
    found: list[Pair] = []
    place = last[-1] if last else -1
    while place >= 0:
        found.append(pairs[place])
        place = above[place]
    return found[::-1]


def _in_turn(one: Sequence[Seen], other: Sequence[Seen]) -> list[Pair]:
    """Where there are too many rows to try all pairs: the n-th of a sort with the n-th."""
    count: Counter[Hashable] = Counter()
    places: dict[Hashable, int] = {}
    for place, row in enumerate(other):
        key = (row.layer, row.output)
        count[key] += 1
        places[key, count[key]] = place
    count.clear()
    pairs = []
    for place, row in enumerate(one):
        key = (row.layer, row.output)
        count[key] += 1
        theirs = places.get((key, count[key]))
        if theirs is not None:
            pairs.append((place, theirs))
    return rising(pairs)


def _moved(one: Sequence[Seen], other: Sequence[Seen], pairs: Sequence[Pair]) -> list[Pair]:
    """Rows that are left over in both, and are called the same: they stand elsewhere."""
    mine, theirs = ({pair[side] for pair in pairs} for side in (0, 1))
    places = {row.name: place for place, row in enumerate(other) if place not in theirs}
    return [
        (place, places[row.name])
        for place, row in enumerate(one)
        if place not in mine and row.name in places and _kindred(row, other[places[row.name]])
    ]


def _kindred(row: Seen, other: Seen) -> bool:
    return type(row.layer) is type(other.layer) or not row.numbered
