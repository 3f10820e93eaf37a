"""A class's constructor: the calls that make its parts.

Requirements met here: what torch has as a default isn't written; parts that are alike, one behind
the other, are counted and not repeated; parts stand in the order of the rows, so that a file's
`state_dict` has the keys of the sheet's module in the same order.
"""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from netsheet.convert.pytorch_source.classes import REQUIRED, Class, Classes, Way, first_number
from netsheet.convert.pytorch_source.expressions import EXPRESSIONS
from netsheet.convert.pytorch_source.layout import WIDTH, Call, Code, flat, lines, named
from netsheet.convert.pytorch_source.names import is_attribute, is_reserved, unique
from netsheet.convert.pytorch_source.nn import Made
from netsheet.convert.pytorch_source.parameters import ABSENT, Parameter, Term
from netsheet.convert.pytorch_source.pieces import SEPARATOR
from netsheet.convert.pytorch_source.template import Part, Piece, Template

SHORTEST_RUN = 3
"""Parts that are alike are counted from so many on."""

NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")

LONGEST_DECIMAL, LARGEST_DENOMINATOR = 8, 12
"""A decimal that is longer, and is a fraction of small numbers, is written as that: 2 / 3."""

LONGEST_TUPLE = 60
"""A tuple that is longer is a line for each of its values."""


def literal(value: Any) -> Code:
    """A plain value as Python: `1e-5`, `(0, 1)`, `"bilinear"`."""
    if isinstance(value, tuple):
        items = tuple(map(literal, value))
        code = Call("(", items, literal=True)
        return code if len(flat(code)) > LONGEST_TUPLE else flat(code)
    if isinstance(value, float):
        near = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
        if len(repr(value)) > LONGEST_DECIMAL and float(near) == value:
            return f"{near.numerator} / {near.denominator}"
        mantissa, e, exponent = repr(value).partition("e")
        return f"{mantissa}e{int(exponent)}" if e else mantissa
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def term_code(term: Term) -> Code:
    """A value as an expression of parameters."""
    if term.first is None:
        return literal(term.constant)
    if term.second is not None:
        return f"{term.first.name} {term.operator} {term.second.name}"
    if term.over != 1:
        return f"{term.first.name} // {term.over}"
    return term.first.name if term.times == 1 else f"{term.times} * {term.first.name}"


def _code(made: Class, term: Term) -> Code:
    """A value of a class, by its name if it has one there."""
    return next((name for name, own in made.local.items() if own == term), term_code(term))


class Making:
    """Writes the calls that make a class's parts.

    use: is told of each function or class, of ours, that is used.
    """

    def __init__(self, classes: Classes, use: Callable[[str], None]) -> None:
        self.classes = classes
        self.use = use

    def part(self, made: Class, part: Part, way: Way = ()) -> Code:
        """The call that makes a part."""
        here = (*way, part.label)
        if part.template is None:
            return self._leaf(made, part, here)
        if self.classes.is_inline(part.template):
            return self._chain(made, part.template, here)
        inner = self.classes.made[part.template]
        values = [(each, made.terms[(*here, each.name)]) for each in inner.parameters]
        arguments = [
            _argument(each.name, _code(made, term), bare=inner.defaults[each] is REQUIRED)
            for each, term in values
            if not _is_default(term, inner.defaults[each])
        ]
        return Call(f"{inner.name}(", tuple(arguments))

    def _leaf(self, made: Class, part: Part, here: Way) -> Code:
        """The call of a class of torch, or of one that it lacks."""
        if part.word == "=flatten":
            return "nn.Flatten()"
        leaves = [self.classes.leaf(piece).made for piece in at(made.template, here)]
        calls = [leaf for leaf in leaves if isinstance(leaf, Made)]
        if not part.word.startswith("nn."):
            self.use(part.word)
        arguments = []
        for place, name in enumerate(part.names):
            term = made.terms[(*here, name)]
            if all(_is_default(term, dict(call.defaults).get(name, REQUIRED)) for call in calls):
                continue
            bare = place < calls[0].positional or name.isdigit()
            arguments.append(_argument(name, _code(made, term), bare=bare))
        return Call(f"{part.word}(", tuple(arguments))

    def _chain(self, made: Class, template: Template, way: Way) -> Code:
        """Parts one behind the other, without a class of their own."""
        labels = [part.label for part in template.parts]
        codes = [self.part(made, part, way) for part in template.parts]
        start = first_number(labels)
        if start is None:
            self.use("chain")
            pairs = zip(labels, codes, strict=True)
            return Call("chain(", tuple(named(f"{label}=", code) for label, code in pairs))
        counted = tuple(_counted(codes))
        if start == 0:
            return Call("nn.Sequential(", counted)
        self.use("numbered")
        return Call("numbered(", counted)

    def statements(self, made: Class) -> list[str]:
        """The constructor's lines, behind `super().__init__()`."""
        found = [f"        {name} = {term_code(term)}" for name, term in made.local.items()]
        containers: set[str] = set()
        chain = self.classes.is_chain(made.template)
        for part in made.template.parts:
            if not (self.is_made(made, part) or chain):
                continue
            head, dot, _ = part.label.partition(SEPARATOR)
            if dot and self.is_kept(made.template, head):
                if head not in containers:
                    containers.add(head)
                    found += lines(named(_target(head), self._container(made, head)), 2)
                continue
            label = self.label(made.template, part)
            if chain and not is_attribute(label):
                found += lines(Call("self.add_module(", (f'"{label}"', self.part(made, part))), 2)
                continue
            code = named(_target(label), self.part(made, part))
            flag = made.flags.get(part.label)
            found += lines(code, 2) if flag is None else _optional(label, code, flag)
        told = {self.condition(made, p) for p in made.template.parts if p.optional}
        for flag in dict.fromkeys(made.flags.values()):
            name = self.stored(made, flag)
            if f"self.{name}" in told:
                found.append(f"        self.{name} = {flag.name}")
        return found

    def condition(self, made: Class, part: Part) -> str:
        """What tells in the forward pass that a part is there: it, or another of its flag."""
        flag = made.flags[part.label]
        alike = [p for p in made.template.parts if made.flags.get(p.label) is flag]
        module = next((p for p in (part, *alike) if self.is_made(made, p)), None)
        if module is None:
            return f"self.{self.stored(made, flag)}"
        label = self.label(made.template, module)
        return f"self.{label} is not None" if is_attribute(label) else f'"{label}" in self'

    def stored(self, made: Class, flag: Parameter) -> str:
        """The attribute that keeps a flag, beside the parts."""
        modules = [part for part in made.template.parts if self.is_made(made, part)]
        return unique(flag.name, [self.label(made.template, part) for part in modules])

    def is_made(self, made: Class, part: Part) -> bool:
        """Whether a part is a module, and not only done in the forward pass."""
        if part.template is not None or part.word not in EXPRESSIONS:
            return part.template is not None or not part.word.startswith("=")
        return any(made.terms[part.label, name].first is not None for name in part.names)

    def is_kept(self, template: Template, head: str) -> bool:
        """Whether a group that was taken apart has weights, whose names must be kept."""
        pieces = [
            piece
            for part in template.parts
            if part.label.partition(SEPARATOR)[0] == head
            for column in template.pieces(part)
            if column is not None
            for piece in column.walk()
            if not piece.pieces
        ]
        return any(self.classes.leaf(piece).stored for piece in pieces)

    def label(self, template: Template, part: Part) -> str:
        """The name of a part in its class: its label; the last one of a group without weights."""
        head, dot, rest = part.label.partition(SEPARATOR)
        if not dot or self.is_kept(template, head):
            return part.label
        last = rest.rpartition(SEPARATOR)[2]
        others = [other.label for other in template.parts if other is not part]
        taken = {name for other in others for name in (other, other.rpartition(SEPARATOR)[2])}
        return last if last not in taken else part.label.replace(SEPARATOR, "_")

    def _container(self, made: Class, head: str, way: tuple[str, ...] = ()) -> Code:
        """The parts of a group that was taken apart, by name."""
        own = (*way, head)
        inside: dict[str, Code] = {}
        for part in made.template.parts:
            labels = tuple(part.label.split(SEPARATOR))
            if labels[: len(own)] != own or not self.is_made(made, part):
                continue
            name = labels[len(own)]
            if len(labels) == len(own) + 1:
                inside[name] = self.part(made, part)
            elif name not in inside:
                inside[name] = self._container(made, name, own)
        kind = "Parts" if any(map(is_reserved, inside)) else "nn.ModuleDict"
        if kind == "Parts":
            self.use(kind)
        items = tuple(named(f'"{name}": ', code) for name, code in inside.items())
        return Call(f"{kind}(", (Call("{", items, "}", literal=True),))


def at(template: Template, way: Way) -> list[Piece]:
    """What stands in each use at the end of some labels; nothing where it is left out."""
    found = list(template.uses)
    for label in way:
        found = [piece for use in found for piece in use.pieces if piece.label == label]
    return found


def _target(label: str) -> str:
    """What a part is assigned to."""
    return f"self.{label} = " if is_attribute(label) else f'self["{label}"] = '


def _optional(label: str, code: Code, flag: Parameter) -> list[str]:
    """A part that is made only where it is asked for."""
    if not is_attribute(label):
        return [f"        if {flag.name}:", *lines(code, 3)]
    whole = f"        {flat(code)} if {flag.name} else None"
    if len(whole) <= WIDTH:
        return [whole]
    return [f"        self.{label} = None", f"        if {flag.name}:", *lines(code, 3)]


def _argument(name: str, code: Code, *, bare: bool) -> Code:
    """An argument, by its name unless it is known by its place."""
    return code if bare else named(f"{name}=", code)


def _is_default(term: Term, default: Any) -> bool:
    """Whether a value needn't be written."""
    if term.first is not None:
        return False
    same = type(term.constant) is type(default) and term.constant == default
    return term.constant == ABSENT or (default is not REQUIRED and same)


def _counted(codes: Sequence[Code]) -> list[Code]:
    """Calls, those that are alike or whose numbers grow evenly said once."""
    texts = [flat(code) for code in codes]
    found: list[Code] = []
    start = 0
    while start < len(texts):
        end = start + 1
        while end < len(texts) and _grow_evenly(texts[start : end + 1]) is not None:
            end += 1
        grown = _grow_evenly(texts[start:end]) if end - start >= SHORTEST_RUN else None
        whole = None if grown is None else f"*({grown}),"
        if whole is not None and len(whole) + 12 <= WIDTH:
            found.append(whole.removesuffix(","))
            start = end
        else:
            found.append(codes[start])
            start += 1
    return found


def _grow_evenly(texts: Sequence[str]) -> str | None:
    """`Layer(n) for n in range(64, 256, 32)`; None where some other thing differs."""
    frames = {NUMBER.sub("#", text) for text in texts}
    columns = list(zip(*(map(int, NUMBER.findall(text)) for text in texts), strict=False))
    if len(frames) != 1:
        return None
    steps = [{b - a for a, b in pairwise(column)} for column in columns]
    if any(len(each) > 1 for each in steps):
        return None
    step = [next(iter(each), 0) for each in steps]
    changing = [place for place, each in enumerate(step) if each]
    if not changing:
        return f"{texts[0]} for _ in range({len(texts)})"
    if len(changing) > 1 or step[changing[0]] < 0:
        return None
    (place,) = changing
    first = columns[place][0]
    parts = NUMBER.split(texts[0])
    numbers = [str(column[0]) for column in columns]
    numbers[place] = "n"
    text = "".join(a + b for a, b in zip(parts, [*numbers, ""], strict=True))
    end = first + step[place] * len(texts)
    return f"{text} for n in range({first}, {end}{f', {step[place]}' if step[place] != 1 else ''})"
