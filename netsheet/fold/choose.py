"""Which families become blocks, and which groups of a table are rows that use one.

Requirements met here: a block saves lines, or has a name of its own that nothing else has;
a block stands only in tables chosen before it, so that none is used inside itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from netsheet.core.graph import LISTS, Graph
from netsheet.fold.chain import is_chain
from netsheet.fold.families import Family
from netsheet.fold.frame import Branch, Frame, Inside, Whole
from netsheet.fold.pattern import ALL, passed

HEADING_LINES = 5
"""What a block costs beside its rows: its heading, the table's, and the blanks around them."""

LEAST_SAVED = 2

FIRST = -1
"""The rank of the network's own table."""


@dataclass
class Choice:
    """What is chosen.

    family: of each group of the network that is in one, by name, and which of its uses it is.
    rank: of each chosen family, the outer ones before the inner ones.
    """

    graph: Graph
    banned: frozenset[tuple[str, str]]
    chains: bool
    family: dict[str, tuple[Family, int]]
    frames: dict[Family, Inside]
    rank: dict[Family, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    heights: dict[Family, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        graph: Graph,
        found: Sequence[Family],
        whole: Whole,
        banned: frozenset[tuple[str, str]] = frozenset(),
        *,
        chains: bool = True,
    ) -> "Choice":
        """Choose among families."""
        family = {
            use.name: (each, number) for each in found for number, use in enumerate(each.uses)
        }
        frames = {each: Inside(each) for each in found}
        choice = cls(graph, banned, chains, family, frames)
        for each in found:
            choice.words[each.word] = choice.words.get(each.word, 0) + 1
        choice._choose(whole)
        return choice

    def _choose(self, whole: Whole) -> None:
        """Walk the tables from the largest groups to the smallest."""
        waiting: list[tuple[int, int, int, Family]] = []
        met: dict[Family, list[tuple[Frame, Branch]]] = {}
        done: set[Family] = set()

        def meet(frame: Frame, branches: Sequence[Branch]) -> None:
            for branch in branches:
                if not branch.children or self.is_chain(frame, branch):
                    continue
                family = self.same(frame, branch)
                if family is None or family in done:
                    meet(frame, branch.children)
                    continue
                if family not in met:
                    size, first = len(family.pattern.rows), family.uses[0].first
                    heappush(waiting, (-size, first, len(met), family))
                met.setdefault(family, []).append((frame, branch))

        meet(whole, whole.branches)
        while waiting:
            *_, family = heappop(waiting)
            done.add(family)
            if self._pays(family, len(met[family])):
                self.rank[family] = len(self.rank)
                frame = self.frames[family]
                meet(frame, frame.branches)
            else:
                for frame_, branch in met[family]:
                    meet(frame_, branch.children)

    def _pays(self, family: Family, times: int) -> bool:
        """Whether a family is worth a block, used in so many rows."""
        own = family.word not in LISTS and self.words[family.word] == 1
        if times == 1 and 2 * len(family.pattern.rows) > len(self.graph.rows):
            own = False  # a frame around all the rest says nothing of it
        if family.key in self.banned or (times == 1 and not own):
            return False
        lines = self.height(family)
        saved = times * lines - (times + lines + HEADING_LINES)
        return saved >= LEAST_SAVED or (own and (lines > 1 or times > 1))

    def height(self, family: Family) -> int:
        """About how many lines a family's rows take, with its own blocks as lines."""
        found = self.heights.get(family)
        if found is None:
            frame = self.frames[family]
            found = self.heights[family] = self._height(frame, frame.branches)
        return found

    def _height(self, frame: Frame, branches: Sequence[Branch]) -> int:
        lines = 0
        for branch in branches:
            if not branch.children or self.is_chain(frame, branch):
                lines += 1
                continue
            family = self.same(frame, branch)
            inner = self._height(frame, branch.children)
            lines += 1 if family is not None and len(family.uses) > inner > 1 else inner
        return lines

    def is_chain(self, frame: Frame, branch: Branch) -> bool:
        """Whether a group is, in every use that has it, one layer and what follows it in place."""
        if (
            not self.chains
            or branch.name in frame.split
            or any(child.children for child in branch.children)
        ):
            return False
        size = branch.last - branch.first + 1
        for use in range(frame.count):
            places = [frame.row(use, p) for p in range(branch.first, branch.last + 1)]
            there = size - places.count(None)
            if not there:
                continue
            node = self.graph.nodes.get(frame.name(use, branch.name))
            if there != size or node is None or node.last - node.first + 1 != size:
                return False
            if not is_chain(self.graph, node):
                return False
        return True

    def same(self, frame: Frame, branch: Branch) -> Family | None:
        """The one family that a group of a table belongs to in all uses that have it."""
        found: Family | None = None
        for use, there in enumerate(frame.there(branch)):
            if there:
                family, _ = self.family.get(frame.name(use, branch.name), (None, 0))
                if family is None or (found is not None and family is not found):
                    return None
                found = family
        return found

    def call(self, frame: Frame, branch: Branch) -> "Called | None":
        """How a group of a table uses a chosen block; None if it doesn't."""
        family = self.same(frame, branch)
        own = self.rank.get(frame.family, FIRST) if isinstance(frame, Inside) else FIRST
        if family is None or self.rank.get(family, FIRST) <= own:
            return None
        uses = tuple(
            self.family[frame.name(use, branch.name)][1] if there else None
            for use, there in enumerate(frame.there(branch))
        )
        return _Calling(frame, branch, self.frames[family], uses).called()


@dataclass(frozen=True, slots=True)
class Called:
    """A group that uses a block: which of the family's uses it is in each use of the table.

    reads: what it reads, as places of the table or ~n for its n-th source. tail: so many rows at
    its end follow the block in place. shares: whose weights it uses, by name in the table.
    """

    family: Family
    uses: tuple[int | None, ...]
    reads: tuple[int, ...]
    tail: int = 0
    shares: str = ""
    tied: tuple[str, ...] = ()


@dataclass
class _Calling:
    """A group of a table that may use a block."""

    frame: Frame
    branch: Branch
    inner: Inside
    uses: tuple[int | None, ...]

    def called(self) -> Called | None:
        """The call; None if what it reads, or what reads it, can't be told in all uses."""
        width = self.inner.family.pattern.width
        reads = [self._read(source) for source in range(width)] if width else self._all()
        known = tuple(read for read in reads if read is not None)
        shares = self._shares()
        if not known or len(known) < len(reads) or shares is None or not self._missed(known):
            return None
        tails = {self.inner.at(inner).tail for _, inner in self._pairs()}
        if len(tails) > 1 or not self._given():
            return None
        return Called(self.inner.family, self.uses, known, tails.pop(), *shares)

    def _pairs(self) -> list[tuple[int, int]]:
        """Uses of the table that have the group, each with the use of the block."""
        return [(use, inner) for use, inner in enumerate(self.uses) if inner is not None]

    def _read(self, source: int) -> int | None:
        """What the group reads as one of its sources: of what its rows read, that which is it."""
        rows = self.frame.rows[self.branch.first : self.branch.last + 1]
        outside = dict.fromkeys(r for row in rows for r in row.reads if r < self.branch.first)
        for found in outside:
            if found != ALL and all(
                self.frame.read(use, found) == self.inner.read(inner, ~source)
                for use, inner in self._pairs()
            ):
                return found
        return None

    def _all(self) -> list[int | None]:
        """All that the group reads, where that differs from use to use of the block."""
        prefix = len(self.branch.name) + 1
        [name] = {row.name for row in self.inner.rows if row.reads == (ALL,)}
        rows = self.frame.rows[self.branch.first : self.branch.last + 1]
        reads = next((row.reads for row in rows if row.name[prefix:] == name), ())
        for use, inner in self._pairs():
            given = [self.frame.read(use, read) if read != ALL else -1 for read in reads]
            if tuple(given) != self.inner.at(inner).outside:
                return []
        return list(reads)

    def _shares(self) -> tuple[str, tuple[str, ...]] | None:
        """Whose weights the group uses, by name in the table; None if that differs."""
        found = set()
        for use, inner in self._pairs():
            at = self.inner.at(inner)
            own = self.frame.name(use, "")
            if at.owner and not at.owner.startswith(own):
                return None
            found.add((at.owner.removeprefix(own), at.tied))
        return found.pop() if len(found) == 1 else None

    def _missed(self, reads: Sequence[int]) -> bool:
        """Whether readers read the same where the group is missing, as one row or as several."""
        above = self.branch.first - 1
        for use, inner in enumerate(self.uses):
            if inner is None:
                given = [self.frame.read(use, read) for read in reads]
                instead = passed(given, self.frame.read(use, above))
                if self.frame.read(use, self.branch.last) != instead:
                    return False
        return True

    def _given(self) -> bool:
        """Whether all that is read of the group from outside is what it gives, or has a name."""
        for place in range(self.branch.first, self.branch.last + 1):
            if not any(reader > self.branch.last for reader in self.frame.readers[place]):
                continue
            pairs = self._pairs()
            gives = {self.frame.read(use, place) == self.inner.gives(inner) for use, inner in pairs}
            there = all(self.frame.row(use, place) is not None for use, _ in pairs)
            if gives != {True} and (True in gives or not there or not self._plain(place)):
                return False
        return True

    def _plain(self, place: int) -> bool:
        """Whether a row inside can be named where it is read: + joins names there."""
        return "+" not in self.frame.rows[place].name
