"""Which groups become classes, and what their constructors take.

Requirements met here: groups that are alike are one class, whose parameters are what differs
between its uses; a chain that stands in one place only is written there; a parameter is called
as the sheet calls it, where it does, and has torch's default where torch has one.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netsheet.convert.pytorch_source.expressions import EXPRESSIONS
from netsheet.convert.pytorch_source.names import (
    TAKEN,
    class_name,
    identifier,
    is_identifier,
    is_reserved,
    spelt,
    unique,
)
from netsheet.convert.pytorch_source.nn import Made
from netsheet.convert.pytorch_source.parameters import (
    ABSENT,
    BORDER,
    COUNTS,
    WINDOW,
    Hole,
    Parameter,
    Term,
    solve,
)
from netsheet.convert.pytorch_source.pieces import SEPARATOR, Leaf, Pieces
from netsheet.convert.pytorch_source.template import OUTSIDE, Part, Piece, Ref, Template, templates

REQUIRED = object()
"""The default of a parameter that has none."""

PRESENT = "whether it is there"
"""The role of the parameter that says whether a part is left out."""

ROLES = {
    "in_channels": (COUNTS, "inputs"),
    "in_features": (COUNTS, "inputs"),
    "out_channels": (COUNTS, "out"),
    "out_features": (COUNTS, "out"),
    "num_features": (COUNTS, "out"),
    "num_channels": (COUNTS, "out"),
    "normalized_shape": (COUNTS, "out"),
    "channels": (COUNTS, "out"),
    "num_parameters": (COUNTS, "slopes"),
    "groups": (COUNTS, "groups"),
    "start": (COUNTS, "start"),
    "out": (COUNTS, "out"),
    "kernel_size": (WINDOW, "kernel"),
    "padding": (BORDER, "padding"),
}
"""Role and name of a call's argument; the others are compared with their own kind only."""

CHANNELS = frozenset({"inputs", "out"})
"""Names of numbers of channels, which may be told better than by these."""

OFTEN = 3
"""What is computed so often in a constructor has a name there."""

MOST_PLAIN = 4
"""Parts of a chain whose class is called by them: `ConvBnRelu`."""

Way = tuple[str, ...]
"""From a class to a value in it: labels, and the name of an argument."""


@dataclass(eq=False)
class Class:
    """A class to be written: its template, and its parameters, those with defaults last.

    terms: each value in terms of parameters. flags: for each part that may be left out, the
    parameter that tells. local: what is said so often that it has a name, by that name.
    """

    template: Template
    name: str
    parameters: list[Parameter] = field(default_factory=list)
    defaults: dict[Parameter, Any] = field(default_factory=dict)
    terms: dict[Way, Term] = field(default_factory=dict)
    flags: dict[str, Parameter] = field(default_factory=dict)
    local: dict[str, Term] = field(default_factory=dict)


class Found(NamedTuple):
    """A value that may differ: where it is, and its default."""

    way: Way
    hole: Hole
    default: Any


class Classes:
    """The classes of a network, each behind those that it uses; the network's own is the last."""

    def __init__(self, pieces: Pieces, taken: set[str]) -> None:
        self.pieces = pieces
        self.of = templates(pieces.network)
        every = list(dict.fromkeys(_inner_first(self.of[pieces.network])))
        self.places = dict.fromkeys(every, 0)
        for template in every:
            for part in template.parts:
                if part.template is not None:
                    self.places[part.template] += 1
        self.uses = {t: {piece: at for at, piece in enumerate(t.uses)} for t in every}
        self.taken = taken
        self.made: dict[Template, Class] = {}
        for template in every:
            if not self.is_inline(template):
                self.made[template] = self._class(template)

    @property
    def network(self) -> Class:
        """The network's own class."""
        return self.made[self.of[self.pieces.network]]

    def is_chain(self, template: Template) -> bool:
        """Whether its parts are modules that run one behind the other, and so a Sequential."""
        above = [Ref(OUTSIDE), *(Ref(place) for place in range(len(template.parts)))]
        return (
            template.uses[0] is not self.pieces.network
            and template.inputs == 1
            and template.gives == (above[-1],)
            and all(
                part.reads == (before,)
                and not part.optional
                and _is_module(part)
                and not is_reserved(part.label)
                and SEPARATOR not in part.label
                for part, before in zip(template.parts, above, strict=False)
            )
        )

    def is_inline(self, template: Template) -> bool:
        """Whether it is a chain that is written where it stands, without a class."""
        if not self.is_chain(template):
            return False
        labels = [part.label for part in template.parts]
        if first_number(labels) is not None:
            return True
        return self.places[template] < 2 and all(map(is_identifier, labels))  # noqa: PLR2004 one place

    def leaf(self, piece: Piece) -> Leaf:
        """What makes a piece that is no group."""
        return self.pieces.leaves[piece]

    def _class(self, template: Template) -> Class:
        """A template's class, its parameters found and named."""
        made = Class(template, unique(self._name(template), self.taken))
        self.taken.add(made.name)
        found = list(self._holes(template, template.uses, ()))
        given = self._given(template)
        terms = solve([each.hole for each in found], given)
        made.terms = {each.way: term for each, term in zip(found, terms, strict=True)}
        known: dict[Parameter, Found] = {}
        for each, term in zip(found, terms, strict=True):
            for parameter in term.parameters:
                known.setdefault(parameter, each)
        for parameter, each in known.items():
            made.defaults[parameter] = _default(parameter, each.default)
        self._call(template, {p: e for p, e in known.items() if p not in given})
        self._flag(made, list(known), given)
        every = [*known, *dict.fromkeys(made.flags.values())]
        every = list(dict.fromkeys(every))
        names: set[str] = set(TAKEN)
        for parameter in every:
            parameter.name = unique(parameter.name, names)
            names.add(parameter.name)
        made.parameters = sorted(every, key=lambda each: made.defaults[each] is not REQUIRED)
        often = [t for t, count in Counter(made.terms.values()).items() if count >= OFTEN]
        for term in often:
            if term.is_computed:
                name = "half" if term.over == 2 else "wide"  # noqa: PLR2004 a half
                made.local[unique(name, names)] = term
                names.update(made.local)
        return made

    def _holes(self, template: Template, uses: Sequence[Piece | None], way: Way) -> Iterator[Found]:
        """Every value inside a template, as it is in some uses."""
        wide = not way and self._is_plain(template)
        for part in template.parts:
            column = [None if use is None else _inside(use, part.label) for use in uses]
            here = (*way, part.label)
            if part.template is None:
                yield from self._arguments(part, column, here, wide=wide)
            elif self.is_inline(part.template):
                yield from self._holes(part.template, column, here)
            else:
                inner, places = self.made[part.template], self.uses[part.template]
                for each in inner.parameters:
                    own = each.values
                    if (
                        each in inner.flags.values()
                    ):  # it is none where it tells that a part is not there
                        own = [None if value == ABSENT else value for value in own]
                    values = tuple(ABSENT if p is None else own[places[p]] for p in column)
                    hole = Hole(each.role, each.name, values)
                    yield Found((*here, each.name), hole, inner.defaults[each])

    def _is_plain(self, template: Template) -> bool:
        """Whether it is a layer and what follows it."""
        return self.is_chain(template) and all(part.template is None for part in template.parts)

    def _arguments(
        self, part: Part, column: Sequence[Piece | None], way: Way, *, wide: bool
    ) -> Iterator[Found]:
        """The arguments of the call that makes a leaf; `wide` takes its outputs with its inputs."""
        inputs: tuple[Hashable, ...] = ()
        made = [self.leaf(piece).made for piece in column if piece is not None]
        for name in part.names:
            role, called = ROLES.get(name, (name, name))
            values = tuple(ABSENT if p is None else dict(p.values)[name] for p in column)
            defaults = [dict(m.defaults).get(name, REQUIRED) for m in made if isinstance(m, Made)]
            default = defaults[0] if all(each == defaults[0] for each in defaults) else REQUIRED
            wanted = wide and called == "out" and len(set(inputs)) > 1
            inputs = values if called == "inputs" else inputs
            yield Found((*way, name), Hole(role, called, values, wanted), default)

    def _given(self, template: Template) -> list[Parameter]:
        """What the sheet gives the block in each use, and the channels that it reads."""
        found = []
        every = [self.pieces.graph.given.get(use.name, {}) for use in template.uses]
        for name in every[0]:
            values = [each.get(name) for each in every]
            if all(type(value) in {int, bool} for value in values):
                found.append(Parameter(identifier(name, "given"), list(values)))
        inputs = [self.pieces.reads[use][:1] for use in template.uses]
        if all(inputs):
            channels: list[Hashable] = [int(shape.channels) for (shape,) in inputs]
            found.append(Parameter("inputs", channels, COUNTS))
        return found

    def _call(self, template: Template, new: Mapping[Parameter, Found]) -> None:
        """Name the parameters that the sheet has no name for."""
        gives = [self.pieces.gives[use][-1:] for use in template.uses]
        outs = [int(shape.channels) for shapes in gives for shape in shapes]
        inner = []
        for parameter in new:
            if parameter.role == COUNTS and parameter.name in CHANNELS:
                if parameter.values == outs:
                    parameter.name = "out"
                else:
                    inner.append(parameter)
        heads = [new[parameter].way[0] for parameter in inner]
        for parameter in inner:
            head, *below = new[parameter].way[:-1]
            label = head if heads.count(head) == 1 else "_".join([head, *below])
            parameter.name = "width" if len(inner) == 1 else identifier(label, "width")
        names = [parameter.name for parameter in new]
        for parameter, each in new.items():
            if names.count(parameter.name) > 1 and parameter not in inner:
                label = identifier(each.way[0], "")
                parameter.name = "_".join(filter(None, (label, parameter.name)))

    def _flag(self, made: Class, known: list[Parameter], given: Sequence[Parameter]) -> None:
        """For each part that may be left out, the parameter that tells."""
        for part in made.template.parts:
            if not part.optional:
                continue
            there = [piece is not None for piece in made.template.pieces(part)]
            same = [p for p in (*made.flags.values(), *given) if p.values == there]
            new = Parameter(identifier(part.label, "more"), list(there), PRESENT)
            flag = next((each for each in known if _tells(each, there)), (*same, new)[0])
            made.flags[part.label] = flag
            made.defaults.setdefault(flag, False)

    def _name(self, template: Template) -> str:
        """What a class is called: as its block, as its parts, or near its uses' names."""
        first = template.uses[0]
        if first is self.pieces.network:
            graph = self.pieces.graph
            return class_name(spelt(graph.name, graph.title), "Network")
        if class_name(first.word):
            return class_name(first.word)
        plain = [re.sub(r"[0-9]+$", "", part.label) for part in template.parts]
        if self._is_plain(template) and len(plain) <= MOST_PLAIN and all(plain):
            return class_name(" ".join(plain), "Chain")
        own, *around = reversed([_stem(part) for part in first.name.split(".")])
        return own or next((f"{each}Block" for each in around if each), "Block")


def _stem(label: str) -> str:
    """A class's name near a label without its number: `inception3a` is Inception."""
    return class_name(re.sub(r"[0-9]+[a-z]?$", "", label.strip("_")))


def first_number(labels: Sequence[str]) -> int | None:
    """0 or 1, if the labels count from there; None otherwise."""
    for start in (0, 1):
        if list(labels) == [str(n) for n in range(start, start + len(labels))]:
            return start
    return None


def _is_module(part: Part) -> bool:
    """Whether a part is a module with one output, or may be one."""
    if part.template is not None:
        return len(part.template.gives) == 1
    return part.word == "=flatten" or not (part.word.startswith("=") or part.word in EXPRESSIONS)


def _inner_first(template: Template) -> Iterator[Template]:
    """The templates that one uses, each behind those that it uses, and itself."""
    for part in template.parts:
        if part.template is not None:
            yield from _inner_first(part.template)
    yield template


def _inside(group: Piece, label: str) -> Piece | None:
    """The piece of this label in a group."""
    return next((piece for piece in group.pieces if piece.label == label), None)


def _tells(parameter: Parameter, there: list[bool]) -> bool:
    """Whether a parameter is there, and not 0, just where a part is."""
    values = [type(value) in {int, float} and value > 0 for value in parameter.values]  # type: ignore[operator]  # numbers only
    return parameter.lacking and values == there


def _default(parameter: Parameter, default: Any) -> Any:
    """Torch's own, if some use has it; None for what some uses lack."""
    has = any(type(value) is type(default) and value == default for value in parameter.values)
    if default is not REQUIRED and (has or parameter.lacking):
        return default
    return None if parameter.lacking else REQUIRED
