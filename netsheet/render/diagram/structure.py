"""The shape of a diagram: sequences, branches side by side, groups in frames, folded repeats.

Requirements met here: each box of the plan stands in the tree once; each link of the plan is
stood for by one wire of one sequence, counted with all that comes in or goes out where the wire
ends; a group whose links can't be drawn around its frame loses the frame, never a link.
"""

from collections.abc import Iterator
from collections.abc import Sequence as Listed
from dataclasses import dataclass, field
from typing import NamedTuple

from netsheet.render.diagram.plan import Link, Part, Plan
from netsheet.render.diagram.tree import (
    BEFORE,
    Branches,
    End,
    Fold,
    Frame,
    Gate,
    Item,
    Leaf,
    Sequence,
    Wire,
    single,
)
from netsheet.render.diagram.ways import Sides, Step, arrange


def build(plan: Plan) -> Sequence:
    """The tree of a plan."""
    return _Builder().sequence(plan.parts, _Links(list(plan.links), [], []), Gate())[0]


class _Links(NamedTuple):
    """Links inside a group, into it, and out of it."""

    inside: list[Link]
    ins: list[Link]
    outs: list[Link]


@dataclass
class _Builder:
    frames: dict[Part, Frame | None] = field(default_factory=dict)

    def sequence(self, parts: Listed[Part], links: _Links, gate: Gate) -> tuple[Sequence, "_Level"]:
        """The sequence of a group's parts; parts that can't have a frame are taken apart."""
        while True:
            level = _Level.of(parts, links, gate)
            broken = level.broken()
            if not broken:
                for unit, part in enumerate(parts):
                    if part.parts and part not in self.frames:
                        self.frames[part] = self._frame(part, level.links[unit], level.gates[unit])
                broken = {u for u, part in enumerate(parts) if self.frames.get(part, part) is None}
            if not broken:
                whole = _Links(level.across, level.ins, level.outs)
                return _Assembly(level, self.frames).sequence(level.steps, whole), level
            parts = [
                inner
                for unit, part in enumerate(parts)
                for inner in (part.parts if unit in broken else (part,))
            ]

    def _frame(self, part: Part, links: _Links, gate: Gate) -> Frame | None:
        """A group in its frame; None if a link can't get to its box from the frame's side."""
        body, level = self.sequence(part.parts, links, gate)
        aside = [target for source, target in links.ins if source not in gate.sources]
        aside += [source for source, _ in links.outs if source != gate.gives]
        if any(level.lane[level.unit[box]] for box in aside):
            return None
        return Frame(part, body, gate)


@dataclass
class _Level:
    """The parts of one group as nodes of a graph, and how they are arranged."""

    parts: Listed[Part]
    gate: Gate
    unit: dict[int, int]
    across: list[Link]
    ins: list[Link]
    outs: list[Link]
    links: list[_Links]
    gates: list[Gate]
    steps: tuple[Step, ...]
    lane: dict[int, tuple[int, ...]]

    @classmethod
    def of(cls, parts: Listed[Part], links: _Links, gate: Gate) -> "_Level":
        """Sort the links by the parts they belong to, and arrange the parts."""
        unit = {box: u for u, part in enumerate(parts) for box in range(part.first, part.end)}
        own = [_Links([], [], []) for _ in parts]
        across = []
        for link in links.inside:
            source, target = unit[link[0]], unit[link[1]]
            if source == target:
                own[source].inside.append(link)
                continue
            across.append(link)
            own[source].outs.append(link)
            own[target].ins.append(link)
        for link in links.ins:
            own[unit[link[1]]].ins.append(link)
        for link in links.outs:
            own[unit[link[0]]].outs.append(link)
        gates = [
            Gate.of(each.ins, each.outs) if part.parts else Gate()
            for part, each in zip(parts, own, strict=True)
        ]
        readers: list[dict[int, None]] = [{} for _ in parts]
        for source, target in across:
            readers[unit[source]][unit[target]] = None
        heads = {unit[target] for target in gate.targets}
        tails = set() if gate.gives is None else {unit[gate.gives]}
        steps = arrange([list(each) for each in readers], heads, tails)
        ins = [link for link in links.ins if link[0] in gate.sources]
        outs = [link for link in links.outs if link[0] == gate.gives]
        lane = dict(_lanes(steps, ()))
        return cls(parts, gate, unit, across, ins, outs, own, gates, steps, lane)

    def broken(self) -> set[int]:
        """Groups with a link between a lane and what stands around it that misses their gate."""
        found = set()
        for source, target in self.across:
            above, below = self.unit[source], self.unit[target]
            depth = len(self.lane[above]) - len(self.lane[below])
            if depth < 0 and self.parts[above].parts and source != self.gates[above].gives:
                found.add(above)
            if depth > 0 and self.parts[below].parts and source not in self.gates[below].sources:
                found.add(below)
        return found


def _lanes(steps: Listed[Step], path: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each node with the lanes that it stands in, outermost first."""
    for place, step in enumerate(steps):
        if isinstance(step, int):
            yield step, path
            continue
        for number, lane in enumerate(step.lanes):
            yield from _lanes(lane, (*path, place, number))


@dataclass
class _Assembly:
    """Puts items and wires together."""

    level: _Level
    frames: dict[Part, Frame | None]

    def sequence(self, steps: Listed[Step], links: _Links) -> Sequence:
        """The items of some steps, and the wires for the links inside, from above and to below."""
        place = {unit: at for at, step in enumerate(steps) for unit in _units(step)}
        inner = [_Links([], [], []) for _ in steps]
        single = {at: self._item(step) for at, step in enumerate(steps) if isinstance(step, int)}
        wires: dict[tuple[End, End], Wire] = {}
        before, behind = (End(BEFORE), True), (End(len(steps)), True)

        def leave(link: Link) -> tuple[End, bool]:
            at = place[self.level.unit[link[0]]]
            if at in single:
                return self._leaves(at, single[at], link)
            inner[at].outs.append(link)
            return End(at), True

        def enter(link: Link) -> tuple[End, bool]:
            at = place[self.level.unit[link[1]]]
            if at in single:
                return self._enters(at, single[at], link)
            inner[at].ins.append(link)
            return End(at), True

        for link in links.inside:
            at = place[self.level.unit[link[0]]]
            if at == place[self.level.unit[link[1]]]:
                inner[at].inside.append(link)
            else:
                _add(wires, leave(link), enter(link))
        for link in links.ins:
            _add(wires, before, enter(link))
        for link in links.outs:
            _add(wires, leave(link), behind)
        items = [
            single[at] if isinstance(step, int) else self._branches(step, inner[at])
            for at, step in enumerate(steps)
        ]
        return Sequence(tuple(items), tuple(wires.values()))

    def _branches(self, sides: Sides, links: _Links) -> Branches:
        """Each lane with its own links."""
        lane = {unit: n for n, steps in enumerate(sides.lanes) for unit in _lane_units(steps)}
        own = [_Links([], [], []) for _ in sides.lanes]
        for link in links.inside:
            own[lane[self.level.unit[link[0]]]].inside.append(link)
        for link in links.ins:
            own[lane[self.level.unit[link[1]]]].ins.append(link)
        for link in links.outs:
            own[lane[self.level.unit[link[0]]]].outs.append(link)
        return Branches(
            tuple(self.sequence(steps, each) for steps, each in zip(sides.lanes, own, strict=True))
        )

    def _item(self, unit: int) -> Leaf | Frame | Fold:
        part = self.level.parts[unit]
        item = self.frames.get(part) or Leaf(part.first, part)
        return Fold(item, part.times) if part.times > 1 else item

    def _leaves(self, place: int, item: Item, link: Link) -> tuple[End, bool]:
        """Where a link leaves an item, and whether it does so in the middle."""
        at = single(item)
        if isinstance(at, Leaf) or at.gate.gives == link[0]:
            return End(place, at), True
        while isinstance(at, Frame) and at.gate.gives != link[0]:
            at = at.body.holders[link[0]]
        return End(place, at), False

    def _enters(self, place: int, item: Item, link: Link) -> tuple[End, bool]:
        """Where a link enters an item, and whether it does so in the middle."""
        at = single(item)
        if isinstance(at, Leaf) or link[0] in at.gate.sources:
            return End(place, at), True
        while isinstance(at, Frame) and link[0] not in at.gate.sources:
            at = at.body.holders[link[1]]
        return End(place, at), False


def _add(
    wires: dict[tuple[End, End], Wire], source: tuple[End, bool], target: tuple[End, bool]
) -> None:
    (start, middle), (end, centre) = source, target
    wires[start, end] = Wire(start, end, middle and centre and end.place == start.place + 1)


def _units(step: Step) -> Iterator[int]:
    """The nodes of a step."""
    if isinstance(step, int):
        yield step
    else:
        for lane in step.lanes:
            yield from _lane_units(lane)


def _lane_units(steps: Listed[Step]) -> Iterator[int]:
    for step in steps:
        yield from _units(step)
