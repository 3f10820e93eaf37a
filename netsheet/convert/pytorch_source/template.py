"""Groups that are alike: one template for them, with what differs left open.

Requirements met here: groups share a template where they are the same but for their values;
groups of one family share one too where some lack parts that others have, if what reads such a
part then reads what the part would have read; a template knows each of its uses, and what each
part is there. What the parts are is not looked at: they may be layers, calls, or cells.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import product
from typing import NamedTuple

OUTSIDE = -1
"""In place of a part: what the group is given."""

MOST_TRIALS = 64
"""Ways of leaving parts out that are tried before two groups are called different."""


class Ref(NamedTuple):
    """A value inside a group: output `output` of part `part`, or an input of the group's."""

    part: int
    output: int = 0


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of a network: a leaf, or a group of pieces.

    label: its name in its group. word: what it is; empty for a group that has no word. reads:
    what it reads, as values of the group that it stands in. values: what is told of a leaf, by
    name. pieces and gives: what a group holds, and which values of these it gives. family: groups
    of one family may lack parts. name: in the network.
    """

    label: str
    word: str
    reads: tuple[Ref, ...]
    values: tuple[tuple[str, Hashable], ...] = ()
    pieces: tuple["Piece", ...] = ()
    gives: tuple[Ref, ...] = (Ref(0),)
    family: str = ""
    name: str = ""

    def walk(self) -> Iterator["Piece"]:
        """This piece and all below it, each behind what it holds."""
        for piece in self.pieces:
            yield from piece.walk()
        yield self


class Part(NamedTuple):
    """A part of a template: its label, what it is, what it reads, and its values' names.

    template: of a group. optional: whether some use lacks it; then `bypass` tells which of the
    things it reads stands for it.
    """

    label: str
    word: str
    reads: tuple[Ref, ...]
    names: tuple[str, ...]
    template: "Template | None"
    optional: bool = False
    bypass: int = 0

    @property
    def kind(self) -> Hashable:
        """What must be the same for two parts to be one."""
        return (self.label, self.template or self.word, self.names, len(self.reads))


@dataclass(frozen=True, eq=False)
class Template:
    """What several groups have in common: parts, what they read, and every use."""

    parts: tuple[Part, ...]
    gives: tuple[Ref, ...]
    inputs: int
    uses: list[Piece] = field(default_factory=list)

    def pieces(self, part: Part) -> tuple[Piece | None, ...]:
        """What a part is in each use; None where it is left out."""
        return tuple(
            next((piece for piece in use.pieces if piece.label == part.label), None)
            for use in self.uses
        )


def templates(network: Piece) -> dict[Piece, Template]:
    """The template of each group of a network, and of the network itself."""
    groups = [piece for piece in network.walk() if piece.pieces]
    found = _Found()
    for family in _in_order(groups):
        members = [group for group in groups if group.family == family]
        for group in members:
            found.exact(group)
        found.merge(members)
    for group in groups:
        found.exact(group).uses.append(group)
    return found.of


def _in_order(groups: Sequence[Piece]) -> list[str]:
    """The families, each behind those inside it; none if some are inside each other."""
    below: dict[str, set[str]] = {}
    for group in groups:
        if group.family:
            inside = {piece.family for piece in group.walk() if piece is not group}
            below.setdefault(group.family, set()).update(inside - {""})
    try:
        return list(TopologicalSorter(below).static_order())
    except CycleError:
        return []


@dataclass
class _Found:
    """The templates found so far, of groups and by what must be the same."""

    of: dict[Piece, Template] = field(default_factory=dict)
    by_key: dict[Hashable, Template] = field(default_factory=dict)

    def exact(self, group: Piece) -> Template:
        """The template of a group, made if there is none that is the same part for part."""
        known = self.of.get(group)
        if known is not None:
            return known
        parts = tuple(
            Part(
                piece.label,
                "" if piece.pieces else piece.word,
                piece.reads,
                tuple(name for name, _ in piece.values),
                self.exact(piece) if piece.pieces else None,
            )
            for piece in group.pieces
        )
        inputs = 1 + max((r.output for r in _given(parts, group.gives)), default=-1)
        wired = tuple((part.kind, part.reads) for part in parts)
        key = (group.word, wired, group.gives, inputs)
        made = self.by_key.setdefault(key, Template(parts, group.gives, inputs))
        self.of[group] = made
        return made

    def merge(self, members: Sequence[Piece]) -> None:
        """Let members of a family share templates, where some lack parts that others have."""
        own = list(dict.fromkeys(self.of[group] for group in members))
        kept: list[tuple[Template, set[Template]]] = []
        for template in sorted(own, key=lambda each: -len(each.parts)):
            for place, (other, merged) in enumerate(kept):
                joined = _join(other, template)
                if joined is not None:
                    kept[place] = (joined, merged | {template})
                    break
            else:
                kept.append((template, {template}))
        for joined, merged in kept:
            for group in members:
                if self.of[group] in merged:
                    self.of[group] = joined


def _given(parts: Iterable[Part], gives: Iterable[Ref]) -> Iterator[Ref]:
    """Every mention of what a group is given."""
    reads = [ref for part in parts for ref in part.reads]
    return (ref for ref in (*reads, *gives) if ref.part == OUTSIDE)


def _join(one: Template, other: Template) -> Template | None:
    """A template for the uses of both, if there is one."""
    labels = _in_one_order([p.label for p in one.parts], [p.label for p in other.parts])
    if labels is None or one.inputs != other.inputs or len(one.gives) != len(other.gives):
        return None
    sides = [{part.label: part for part in each.parts} for each in (one, other)]
    shared = [label for label in labels if all(label in side for side in sides)]
    if 2 * len(shared) < len(labels) or any(
        sides[0][label].kind != sides[1][label].kind for label in shared
    ):
        return None
    lone = [label for label in labels if label not in shared]
    parts = [next(side[label] for side in sides if label in side) for label in labels]
    ways = [range(len(part.reads)) for part in parts if part.label in lone]
    for count, choice in enumerate(product(*ways)):
        if count == MOST_TRIALS:
            break
        bypasses = dict(zip(lone, choice, strict=True))
        joined = _wired(labels, parts, bypasses, (one, other))
        if joined is not None:
            return joined
    return None


def _in_one_order(one: list[str], other: list[str]) -> list[str] | None:
    """Both lists in one; None where they have their common words in different orders."""
    common = [label for label in one if label in other]
    if common != [label for label in other if label in one]:
        return None
    found: list[str] = []
    rest = list(other)
    for label in one:
        if label in common:
            place = rest.index(label)
            found += rest[:place]
            del rest[: place + 1]
        found.append(label)
    return found + rest


def _wired(
    labels: list[str],
    parts: list[Part],
    bypasses: dict[str, int],
    sides: tuple[Template, Template],
) -> Template | None:
    """The parts of both sides in one, reading what they read where nothing is left out.

    None unless each side is what remains where the parts that it lacks are left out.
    """
    place = {label: at for at, label in enumerate(labels)}
    moved = [[OUTSIDE, *(place[part.label] for part in side.parts)] for side in sides]

    def mapped(ref: Ref, side: int) -> Ref:
        return Ref(moved[side][ref.part + 1], ref.output)

    reads: list[list[Ref]] = [[] for _ in labels]
    for side, template in enumerate(sides):
        for part in template.parts:
            own = [mapped(ref, side) for ref in part.reads]
            known = reads[place[part.label]]
            latest = [max(pair) for pair in zip(known, own, strict=True)] if known else own
            reads[place[part.label]] = latest
    gives = tuple(
        max(mapped(a, 0), mapped(b, 1)) for a, b in zip(sides[0].gives, sides[1].gives, strict=True)
    )
    joined = [
        part._replace(
            reads=tuple(reads[at]),
            optional=part.label in bypasses or any(_is_optional(side, part) for side in sides),
            bypass=bypasses.get(part.label, _bypass(sides, part)),
        )
        for at, part in enumerate(parts)
    ]
    made = Template(tuple(joined), gives, sides[0].inputs)
    if all(_comes_out(made, template, at) for template, at in zip(sides, moved, strict=True)):
        return made
    return None


def _comes_out(whole: Template, side: Template, moved: Sequence[int]) -> bool:
    """Whether a side is what remains of the whole where the parts that it lacks are left out.

    moved: where each of the side's parts is in the whole, behind where what it is given is.
    """
    here = {OUTSIDE, *moved}

    def resolved(ref: Ref) -> Ref | None:
        while ref.part not in here:
            if ref.output:
                return None
            part = whole.parts[ref.part]
            ref = part.reads[part.bypass]
        return ref

    def mapped(refs: Iterable[Ref]) -> list[Ref]:
        return [Ref(moved[ref.part + 1], ref.output) for ref in refs]

    return mapped(side.gives) == [resolved(ref) for ref in whole.gives] and all(
        mapped(part.reads) == [resolved(ref) for ref in whole.parts[moved[place]].reads]
        for place, part in enumerate(side.parts, 1)
    )


def _is_optional(template: Template, part: Part) -> bool:
    return any(own.label == part.label and own.optional for own in template.parts)


def _bypass(templates: Iterable[Template], part: Part) -> int:
    """What an earlier merge found to stand for a part."""
    own = (each for template in templates for each in template.parts if each.label == part.label)
    return next((each.bypass for each in own if each.optional), 0)
