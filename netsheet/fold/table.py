"""The rows of a table, with a term in each cell.

Requirements met here: a table is made of the network's rows or of a block's in the same way; in
each use, the terms give the attributes that the rows have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netsheet.core.graph import Graph
from netsheet.fold.blocks import EVERY, Block, Follower, Part, Read
from netsheet.fold.choose import Called, Choice
from netsheet.fold.families import LISTS, Family
from netsheet.fold.form import Shapes
from netsheet.fold.frame import Branch, Frame, Inside, Whole
from netsheet.fold.naming import names_of
from netsheet.fold.pattern import ALL
from netsheet.fold.repeats import numbered, repeated
from netsheet.fold.solve import MISSING, Cell, Found, Solver, Values, majority
from netsheet.fold.terms import (
    IN,
    Condition,
    Constant,
    Named,
    Parameter,
    Term,
    renamed,
)
from netsheet.layers.base import Layer


class Line(NamedTuple):
    """A row of a table to be: a layer, a layer with what follows it, or a group with its block."""

    branch: Branch
    called: Called | None


@dataclass
class Maker:
    """Makes tables of one network."""

    graph: Graph
    shapes: Shapes
    choice: Choice
    repeats: bool
    blocks: dict[Family, Block] = field(default_factory=dict)

    def parts(self, whole: Whole) -> tuple[Part, ...]:
        """The main table."""
        return tuple(_Table(self, whole, Solver([MISSING])).parts())

    def block(self, family: Family, frame: Inside) -> Block:
        """A block's table, with its parameters named."""
        inputs = [self.channels(use.outside[0]) for use in family.uses]
        outputs = [self.channels(frame.gives(use)) for use in range(frame.count)]
        solver = Solver(inputs)
        parts = _Table(self, frame, solver).parts()
        names = names_of(solver.parameters, outputs)
        settled = [_settled(found, names[found.key]) for found in solver.parameters]
        arguments = {
            use.name: {parameter.name: values[number] for parameter, values in settled}
            for number, use in enumerate(family.uses)
        }
        return Block(
            family.word,
            tuple(use.name for use in family.uses),
            tuple(sorted((each for each, _ in settled), key=lambda each: each.default is not None)),
            tuple(_renamed(part, names) for part in parts),
            family.pattern.width,
            arguments,
            tuple(row.kind for row in family.pattern.rows),
        )

    def channels(self, place: int) -> Any:  # noqa: ANN401 a number or MISSING
        """The channels of a row's output; MISSING where they are not known."""
        shape = self.shapes[place]
        return MISSING if shape is None else int(shape.channels)


def _settled(found: Found, name: str) -> tuple[Parameter, Values]:
    """A parameter with its default, and its value in each use."""
    usual = MISSING if found.attribute == "out" else majority(found.values)
    if usual is MISSING and MISSING in found.values:
        usual = next(value for value in found.values if value is not MISSING)
    values = [usual if value is MISSING else value for value in found.values]
    default = None if usual is MISSING else Constant(usual)
    return Parameter(name, found.attribute, found.form, default), values


def _renamed(part: Part, names: dict[str, str]) -> Part:
    """A row with the parameters' names in its cells."""
    then = tuple(
        follower._replace(cells={name: renamed(t, names) for name, t in follower.cells.items()})
        for follower in part.then
    )
    cells = {name: renamed(term, names) for name, term in part.cells.items()}
    return part._replace(cells=cells, when=renamed(part.when, names), then=then)


@dataclass
class _Table:
    """One table in the making."""

    maker: Maker
    frame: Frame
    solver: Solver

    def parts(self) -> list[Part]:
        """Its rows: cells first, then the conditions, which may speak of what cells found."""
        lines = list(self._lines(self.frame.branches))
        ends = {line.branch.last: line.branch.name for line in lines}
        made = [self._part(line, ends) for line in lines]
        outs = [
            term
            for part in made
            for name, term in part.cells.items()
            if _attribute(part.what, name) == "out"
        ]
        conditioned = [
            part._replace(when=self._when(line, outs))
            for part, line in zip(made, lines, strict=True)
        ]
        wired = _above(conditioned)
        if not self.maker.repeats:
            return wired
        groups = dict(self._numbered(self.frame.branches, {line.branch.name for line in lines}))
        always = frozenset(group for group in groups if self._style(group) == {"repeat"})
        folded = list(repeated(wired, groups, always=always))
        taken = {part.name for part in folded}
        last: dict[Read, Read] = {names[-1]: g for g, names in groups.items() if g in taken}
        return [
            part._replace(reads=tuple(last.get(read, read) for read in part.reads))
            for part in folded
        ]

    def _numbered(
        self, branches: Sequence[Branch], lines: set[str]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Groups of rows called by numbers, which no word tells from a list."""
        for branch in branches:
            if branch.name in lines or branch.name in self.frame.split:
                continue
            names = tuple(child.name for child in branch.children)
            if numbered(branch) is not None and lines.issuperset(names):
                if self._style(branch.name) <= {"repeat", "list"}:
                    yield branch.name, names
            else:
                yield from self._numbered(branch.children, lines)

    def _style(self, group: str) -> set[str]:
        """What a group is in the uses that have it: a repeat, a list, or something else."""
        found = set()
        for use in range(self.frame.count):
            node = self.maker.graph.nodes.get(self.frame.name(use, group))
            if node is not None and node.group is not None:
                style, word = node.group
                listed = "list" if word in LISTS else "block"
                found.add(listed if style == "block" else style)
        return found

    def _lines(self, branches: Sequence[Branch]) -> Iterator[Line]:
        choice = self.maker.choice
        for branch in branches:
            if not branch.children or choice.is_chain(self.frame, branch):
                yield Line(branch, None)
                continue
            called = choice.call(self.frame, branch)
            if called is not None:
                yield Line(branch, called)
            else:
                yield from self._lines(branch.children)

    def _part(self, line: Line, ends: dict[int, str]) -> Part:
        branch, called = line
        if called is not None:
            return self._call(branch, called, ends)
        row = self.frame.rows[branch.first]
        kind, cells = self._layer(branch.first, branch.name)
        then = []
        for place in range(branch.first + 1, branch.last + 1):
            label = self.frame.rows[place].name[len(branch.name) + 1 :]
            follower, inside = self._layer(place, f"{branch.name}_{label}", alone=False)
            then.append(Follower(follower, inside, label))
        shares = self.frame.rows[row.shares].name if row.shares >= 0 else ""
        return Part(
            branch.name,
            kind,
            cells,
            self._reads(row.reads, ends),
            then=tuple(then),
            label=row.name[len(branch.name) + 1 :],
            shares=shares,
            tied=row.tied,
            first=branch.first,
            last=branch.last,
        )

    def _reads(self, reads: Sequence[int], ends: dict[int, str]) -> tuple[Read, ...]:
        """What a row reads, by names: of a line where it is the line's end, else of the row."""
        return tuple(
            ends.get(read, self.frame.rows[read].name)
            if read >= 0
            else (EVERY if read == ALL else ~read)
            for read in reads
        )

    def _layer(
        self, place: int, label: str, *, alone: bool = True
    ) -> tuple[type[Layer], dict[str, Term]]:
        """The kind of a row, and a term for each attribute that is not always at its default."""
        rows = [self.frame.row(use, place) for use in range(self.frame.count)]
        layers = [None if row is None else self.maker.graph.rows[row].layer for row in rows]
        channels = [self._channels(row) for row in rows]
        kind = self.frame.rows[place].kind
        depthwise = alone and _depthwise(layers, channels)
        cells: dict[str, Term] = {}
        for declared in kind.attributes():
            name = declared.name
            values = [MISSING if layer is None else getattr(layer, name) for layer in layers]
            if name in {"out", "groups"} and depthwise:
                cells[name] = Named(IN)
                continue
            given = [value for value in values if value is not MISSING]
            if declared.required or any(value != declared.default for value in given):
                cell = Cell(label, name, declared.form, values, channels)
                cells[name] = self.solver.solve(cell)
        return kind, cells

    def _channels(self, row: int | None) -> Any:  # noqa: ANN401 a number or MISSING
        """The channels that a row reads first; MISSING where that is not known."""
        reads = () if row is None else self.maker.graph.rows[row].reads
        return self.maker.channels(reads[0]) if reads else MISSING

    def _call(self, branch: Branch, called: Called, ends: dict[int, str]) -> Part:
        block = self.maker.blocks[called.family]
        frame = self.maker.choice.frames[called.family]
        uses = [None if use is None else frame.at(use) for use in called.uses]
        channels = [MISSING if use is None else self.maker.channels(use.outside[0]) for use in uses]
        cells: dict[str, Term] = {}
        for parameter in block.parameters:
            values = [
                MISSING if use is None else block.arguments[use.name][parameter.name]
                for use in uses
            ]
            cell = Cell(branch.name, parameter.attribute, parameter.form, values, channels)
            deep = parameter.attribute == "groups" and _as_many(values, channels)
            term = Named(IN) if deep else self.solver.solve(cell)
            if term != parameter.default:
                cells[parameter.name] = term
        return Part(
            branch.name,
            block,
            cells,
            self._reads(called.reads, ends),
            shares=called.shares,
            tied=called.tied,
            first=branch.first,
            last=branch.last,
        )

    def _when(self, line: Line, outs: Sequence[Term]) -> Condition | None:
        """When a row is there; None where it always is."""
        there = self.frame.there(line.branch)
        if all(there):
            return None
        return self.solver.condition(self._label(line), there, outs)

    def _label(self, line: Line) -> str:
        """What a row that may be missing is called: the first word of its name, or its kind."""
        label = line.branch.name.partition(".")[0]
        return self.frame.rows[line.branch.first].kind.nickname() if label.isdecimal() else label


def _depthwise(layers: Sequence[Layer | None], channels: Values) -> bool:
    """Whether a row has one filter for each channel that it reads, in all uses."""
    groups = [MISSING if layer is None else getattr(layer, "groups", 0) for layer in layers]
    outs = [MISSING if layer is None else getattr(layer, "out", 0) for layer in layers]
    return groups == outs and _as_many(groups, channels)


def _as_many(values: Values, channels: Values) -> bool:
    """Whether there are as many as channels wherever there are any, and several."""
    pairs = zip(values, channels, strict=True)
    return all(value is MISSING or 1 < value == count for value, count in pairs)


def _attribute(what: type[Layer] | Block, name: str) -> str:
    """What a cell is for: an attribute of a layer, also behind a block's parameter."""
    if isinstance(what, Block):
        return next(each.attribute for each in what.parameters if each.name == name)
    return name


def _above(parts: Sequence[Part]) -> list[Part]:
    """Rows that know whether they read what stands above them."""
    above: Read = 0
    found = []
    for part in parts:
        found.append(part._replace(above=part.reads == (above,)))
        above = part.name
    return found
