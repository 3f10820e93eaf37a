"""A class's forward pass, with short names.

Requirements met here: parts run in the order of the rows; a name is used again behind the last
reader of its value, and a single line of values is called x; a value that is needed further down
is called by its row.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netsheet.convert.pytorch_source.classes import Class, Classes
from netsheet.convert.pytorch_source.expressions import EXPRESSIONS, joined
from netsheet.convert.pytorch_source.layout import (
    Call,
    Code,
    Sum,
    flat,
    lines,
    named,
)
from netsheet.convert.pytorch_source.making import Making, at
from netsheet.convert.pytorch_source.names import TAKEN, identifier, is_attribute, unique
from netsheet.convert.pytorch_source.nn import Done
from netsheet.convert.pytorch_source.pieces import SEPARATOR
from netsheet.convert.pytorch_source.template import OUTSIDE, Part, Ref

SHORT = ("x", "y", "z", "w", "v", "u")
"""Names of a line of values, and of what goes past it."""

BRANCHES = ("a", "b", "c", "d", "e", "f", "g", "h")
"""Names of branches that meet."""

NESTED = 48
"""Two calls of a branch stand inside each other where that is no longer."""


class Step(NamedTuple):
    """One value, or several: names, how they come about, and a remark.

    place: of the part. flag: the parameter that tells whether it is there. before: the value's name
    where it isn't, if it is another.
    """

    names: tuple[str, ...]
    code: Code
    remark: str
    place: int
    flag: str = ""
    before: str = ""


class Forward:
    """Writes the forward pass of one class."""

    def __init__(self, classes: Classes, making: Making, made: Class) -> None:
        self.classes, self.making, self.made = classes, making, made
        self.template = made.template
        self.names: dict[Ref, str] = {}
        self.readers: dict[Ref, list[int]] = {}
        for place, part in enumerate(self.template.parts):
            for ref in part.reads:
                self.readers.setdefault(ref, []).append(place)
        for ref in self.template.gives:
            self.readers.setdefault(ref, []).append(len(self.template.parts))
        self.branched = any(
            len({ref for ref in part.reads if ref.part != OUTSIDE}) > 2  # noqa: PLR2004 more than a line and one beside it
            for part in self.template.parts
        )

    def lines(self, inputs: Sequence[str], outputs: Sequence[str] = ()) -> list[str]:
        """The method; `outputs` are the names of the network's, where it has several."""
        self.names = {Ref(OUTSIDE, place): name for place, name in enumerate(inputs)}
        places = range(len(self.template.parts))
        steps = self._nested([step for place in places for step in self._step(place)])
        arguments = ("self", *(f"{name}: Tensor" for name in inputs))
        kind = "Tensor" if len(self.template.gives) == 1 else "tuple[Tensor, ...]"
        if outputs:
            kind = "dict[str, Tensor]"
        found = lines(Call("def forward(", arguments), 1, after=f" -> {kind}:")
        gives = [self.names[ref] for ref in self.template.gives]
        if steps and not outputs and self._is_given(steps[-1]):
            found += self._statements(steps[:-1])
            return found + lines(named("return ", steps[-1].code), 2, remark=steps[-1].remark)
        found += self._statements(steps)
        if outputs:
            pairs = zip(outputs, gives, strict=True)
            items = tuple(f'"{row}": {name}' for row, name in pairs)
            return found + lines(Call("return {", items, "}", literal=True), 2)
        return [*found, f"        return {', '.join(gives)}"]

    def _is_given(self, step: Step) -> bool:
        """Whether a step gives all that the class does, and may be returned as it is."""
        outs = tuple(Ref(step.place, out) for out in range(len(step.names)))
        return not step.flag and self.template.gives == outs

    def _statements(self, steps: Sequence[Step]) -> Iterator[str]:
        """Steps as lines; those under one condition stand together."""
        place = 0
        while place < len(steps):
            step = steps[place]
            if not step.flag:
                yield from self._lines(step, 2)
                place += 1
                continue
            end = place + 1
            while end < len(steps) and steps[end].flag == step.flag and not steps[end].before:
                end += 1
            part = self.template.parts[step.place]
            condition = self.making.condition(self.made, part)
            if step.before:
                yield f"        {step.names[0]} = {step.before}"
            yield f"        if {condition}:"
            for each in steps[place:end]:
                yield from self._lines(each, 3)
            place = end

    def _lines(self, step: Step, depth: int) -> list[str]:
        names = ", ".join(step.names)
        return lines(named(f"{names} = ", step.code), depth, remark=step.remark)

    def _step(self, place: int) -> Iterator[Step]:
        """A part's step; none for what nobody reads, such as an unused parameter."""
        part = self.template.parts[place]
        count = 1 if part.template is None else len(part.template.gives)
        outs = [Ref(place, out) for out in range(count)]
        if not any(ref in self.readers for ref in outs):
            return
        code = self._code(part)
        flag = self.made.flags[part.label].name if part.optional else ""
        before = ""
        if part.optional:
            passed = part.reads[part.bypass]
            if self._last(passed) > place:
                before = self.names[passed]
                self.names[outs[0]] = self._free(place)
            else:
                self.names[outs[0]] = self.names[passed]
        elif count == 1:
            self.names[outs[0]] = self._name(place, part)
        else:
            for out in outs:
                self.names[out] = self._free(place)
        names = tuple(self.names[out] for out in outs)
        yield Step(names, code, self._remark(part), place, flag, before)

    def _last(self, ref: Ref) -> int:
        """The place of a value's last reader."""
        return max(self.readers.get(ref, [-1]))

    def _live(self, place: int) -> set[str]:
        """The names that are in use behind a part."""
        known = self.names.items()
        return {name for ref, name in known if ref.part < place and self._last(ref) > place}

    def _free(self, place: int) -> str:
        """A short name that is not in use, nor that of another value of the same part."""
        live = self._live(place)
        taken = live | {name for ref, name in self.names.items() if ref.part == place}
        pool: tuple[str, ...] = (*BRANCHES, *SHORT) if self.branched and live else SHORT
        more = (f"x{number}" for number in range(len(taken) + 1))
        return next(name for name in (*pool, *more) if name not in taken)

    def _name(self, place: int, part: Part) -> str:
        """What a value is called."""
        live = self._live(place)
        ref = Ref(place)
        given = self._last(ref) == len(self.template.parts)
        if len(set(self.readers[ref])) > 1 or (given and place + 1 < len(self.template.parts)):
            label = identifier(part.label.rpartition(SEPARATOR)[2], "")
            if label:
                return unique(label, {*live, *TAKEN})
        if not live:
            return "x"
        dying = [self.names[read] for read in part.reads if self._last(read) == place]
        own = [name for name in dying if name in (BRANCHES if self.branched else SHORT)]
        if own:
            return next(name for name in (*SHORT, *BRANCHES) if name in own)
        return self._free(place)

    def _remark(self, part: Part) -> str:
        """The shapes of what a part gives, where they are the same in each use."""
        column = [piece for piece in self.template.pieces(part) if piece is not None]
        shapes = {self.classes.pieces.gives[piece] for piece in column}
        if part.optional:
            return ""
        return ", ".join(map(str, shapes.pop())) if len(shapes) == 1 else ""

    def _code(self, part: Part) -> Code:
        """The expression that gives a part's value."""
        reads = [self.names[ref] for ref in part.reads]
        if self.making.is_made(self.made, part):
            return Call(f"{self._access(part)}(", tuple(reads))
        piece = at(self.template, (part.label,))[0]
        made = self.classes.leaf(piece).made
        if isinstance(made, Done):
            return joined(made, reads)
        (shape,) = self.classes.pieces.reads[piece]
        return EXPRESSIONS[part.word](reads[0], dict(made.values), shape)

    def _access(self, part: Part) -> str:
        """The module of a part."""
        label = self.making.label(self.template, part)
        head, *inside = label.split(SEPARATOR)
        first = f"self.{head}" if is_attribute(head) else f'self["{head}"]'
        return first + "".join(f'["{name}"]' for name in inside)

    def _nested(self, steps: list[Step]) -> list[Step]:
        """Steps, of which two are one: a sum and its reader, calls that follow in a branch."""
        found: list[Step] = []
        for step in steps:
            above = found[-1] if found else None
            if above is not None and self._follows(above, step):
                assert isinstance(step.code, Call)  # noqa: S101 checked there
                nested = Call(step.code.opening, (above.code,))
                if len(flat(nested)) <= NESTED:
                    found[-1] = step._replace(code=nested)
                    continue
            found.append(step)
        return found

    def _follows(self, above: Step, step: Step) -> bool:
        """Whether a step is a call of what the step above gave, which nobody else reads."""
        part = self.template.parts[step.place]
        value = Ref(above.place)
        if above.flag or step.flag or part.reads != (value,) or self.readers[value] != [step.place]:
            return False
        if not self.making.is_made(self.made, part) or not isinstance(step.code, Call):
            return False
        if isinstance(above.code, Sum):
            return True
        return (
            self.branched
            and isinstance(above.code, Call)
            and not any(isinstance(item, Call) for item in above.code.items)
            and bool(self._live(step.place))
        )
