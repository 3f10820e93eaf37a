"""A folded network unrolled again, row by row, by what the records say: the finder's oracle.

It knows nothing of how the tables were found; a term is computed, a missing row passed over, a
repeated one counted on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netsheet.core.graph import OWN, Graph, Row
from netsheet.core.shape import Shape
from netsheet.fold.blocks import EVERY, Block, Folded, Part
from netsheet.fold.terms import (
    Axes,
    Constant,
    Holds,
    Is,
    Named,
    Over,
    Several,
    Times,
    Turns,
)

Values = Mapping[str, Any]


def compute(term: Any, values: Values, turn: int = 0) -> Any:
    """What a term is, with values for the names."""
    match term:
        case Constant(value):
            return value
        case Named(name):
            return values[name]
        case Times(name, factor):
            return values[name] * factor
        case Over(name, divisor, floor):
            assert floor or values[name] % divisor == 0
            return values[name] // divisor
        case Axes(items):
            return tuple(compute(item, values, turn) for item in items)
        case Turns(items):
            return compute(items[min(turn, len(items) - 1)], values, turn)
    raise AssertionError(term)


def holds(condition: Any, values: Values) -> bool:
    """Whether a condition holds."""
    match condition:
        case None:
            return True
        case Is(left, right, equal):
            return bool((compute(left, values) == compute(right, values)) == equal)
        case Holds(name, yes):
            return bool(values[name]) == yes
        case Several(parts, every):
            found = [holds(part, values) for part in parts]
            return all(found) if every else any(found)
    raise AssertionError(condition)


@dataclass
class Scope:
    """One table in one place."""

    prefix: str
    values: dict[str, Any]
    sources: list[int]
    places: dict[str, int] = field(default_factory=dict)

    def full(self, name: str) -> str:
        """A name in the network."""
        return f"{self.prefix}.{name}" if self.prefix else name


@dataclass
class Unfolding:
    """Rows as they come."""

    rows: list[Row] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    gives: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, kind: Any, given: dict[str, Any], reads: list[int]) -> int:
        """One row of the network."""
        layer = kind(**given)
        self.rows.append(Row(name, layer, tuple(reads)))
        self.shapes.append(layer.facts(*(self.shapes[read] for read in reads)).output)
        self.gives[name] = len(self.rows) - 1
        return len(self.rows) - 1

    def table(self, parts: tuple[Part, ...], scope: Scope) -> int:
        """All rows of a table; what it gives."""
        above = scope.sources[0] if scope.sources else -1
        for part in parts:
            reads: list[int] = []
            for read in part.reads:
                if read == EVERY:
                    reads += scope.sources
                else:
                    own = isinstance(read, int)
                    reads.append(scope.sources[int(read)] if own else self.find(scope, str(read)))
            assert part.above == (reads == [above]) or not part.above
            values = scope.values
            if reads:
                values = {**values, "in": self.shapes[reads[0]].channels}
            if holds(part.when, values):
                for turn in range(part.times or 1):
                    name = part.name + (f".{part.start + turn}" if part.times else "")
                    first = len(self.rows)
                    above = self.once(part, scope.full(name), scope, reads, turn)
                    self.share(part, scope, first)
                    self.gives[scope.full(name)] = above
                    reads = [above]
            elif above not in reads:
                above = reads[0]
            scope.places[part.name] = above
        return above

    def find(self, scope: Scope, name: str) -> int:
        """The row that a name stands for."""
        found = scope.places.get(name)
        return self.gives[scope.full(name)] if found is None else found

    def once(self, part: Part, full: str, scope: Scope, reads: list[int], turn: int) -> int:
        """A row once; what it gives."""
        values = dict(scope.values)
        if reads:
            values["in"] = self.shapes[reads[0]].channels
        given = {name: compute(term, values, turn) for name, term in part.cells.items()}
        if isinstance(part.what, Block):
            return self.call(part.what, full, given, reads)
        name = f"{full}.{part.label}" if part.then else full
        place = self.add(name, part.what, given, reads)
        for follower in part.then:
            values["in"] = self.shapes[place].channels
            given = {name: compute(term, values, turn) for name, term in follower.cells.items()}
            place = self.add(f"{full}.{follower.label}", follower.kind, given, [place])
        return place

    def call(self, block: Block, full: str, given: dict[str, Any], reads: list[int]) -> int:
        """A block's rows."""
        assert set(given) <= {parameter.name for parameter in block.parameters}
        for parameter in block.parameters:
            if parameter.name not in given:
                assert parameter.default is not None
                given[parameter.name] = parameter.default.value
        assert len(reads) == block.sources or (reads and not block.sources)
        values = {**given, "input": self.shapes[reads[0]].channels}
        return self.table(block.parts, Scope(full, values, reads))

    def share(self, part: Part, scope: Scope, first: int) -> None:
        """Let the rows from `first` on use the weights of the row or group that is named."""
        if not part.shares:
            return
        named = [scope.full(part.shares), part.shares]
        owner = next(
            n for n in named if any(r.name == n or r.name.startswith(f"{n}.") for r in self.rows)
        )
        theirs = [
            place
            for place, row in enumerate(self.rows[:first])
            if (row.name == owner or row.name.startswith(f"{owner}.")) and self.stored(place)
        ]
        mine = [place for place in range(first, len(self.rows)) if self.stored(place)]
        for place, other in zip(mine, theirs, strict=True):
            root = self.rows[other].shares
            root = other if root == OWN else root
            self.rows[place] = self.rows[place]._replace(shares=root, tied=part.tied)

    def stored(self, place: int) -> bool:
        """Whether a row stores any tensor."""
        row = self.rows[place]
        return bool(row.layer.weights(*(self.shapes[read] for read in row.reads)))


def unfolded(folded: Folded, name: str) -> Graph:
    """The network again."""
    work = Unfolding()
    work.table(folded.parts, Scope("", {}, []))
    return Graph(name, tuple(work.rows))
