"""Rows of a folded network as the cells of a sheet.

Requirements met here: what is at its default or said by a rule is left empty; kernel and stride
stand in one cell where papers print them so; `from` is written only where a row does not read the
row above.
"""

import re
from collections.abc import Mapping, Sequence

from netsheet.fold.blocks import EVERY, Block, Part, Read
from netsheet.fold.terms import Constant, Term
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.text.forms import write_attribute, write_value
from netsheet.text.input_shape import shape_text
from netsheet.text.standing import NO_RULE, Rule, Then
from netsheet.text.wording import condition_text, term_text

Rules = Mapping[type[Layer], Rule]
Titles = Mapping[Block, str]
Cells = dict[str, str]

LEAST_COUNTED = 2
"""So many names that count up are written out."""

_NUMBERED = re.compile(r"(?P<stem>.*\D)(?P<number>0|[1-9]\d{0,8})")

NOTHING = "-"
"""What a cell holds where a rule would say something and nothing is meant."""


def cells_of(part: Part, rules: Rules, names: Titles) -> Cells:
    """One row as text cells."""
    cells = {"name": part.name}
    if isinstance(part.what, Block):
        cells["layer"] = names[part.what]
        cells.update({name: term_text(term) for name, term in part.cells.items()})
        alone = part.above
    elif part.what is Input:
        shape = part.cells["shape"]
        assert isinstance(shape, Constant)  # noqa: S101 an input is in no block
        return {**cells, "layer": Input.kind, "output": shape_text(shape.value)}
    else:
        word, texts = _named(part.what, given(part.what, part.cells, rules))
        cells.update({"layer": word, **_joined(texts)})
        alone = part.above and part.what.inputs[1] == 1
    if part.reads and not alone:
        cells["from"] = reads_text(part.reads)
    if part.when is not None:
        cells["if"] = condition_text(part.when)
    if part.times:
        counted = "" if part.start == 1 else f" from {part.start}"
        cells["repeat"] = f"{part.times}{counted}"
    if then := _then(part, rules):
        cells["then"] = then
    if part.shares:
        cells["shares"] = (
            ", ".join(f"{part.shares}.{tensor}" for tensor in part.tied) or part.shares
        )
    return cells


def reads_text(reads: Sequence[Read]) -> str:
    """What a row reads, by name; names that count up are written as `conv1 to 5`.

    The sources of a block are `input`, `input2`, `input3`, and `inputs` all of them.
    """
    names = [read if isinstance(read, str) else _source(read) for read in reads]
    shown: list[str] = []
    place = 0
    while place < len(names):
        count = _counting(names, place)
        if count > LEAST_COUNTED:
            last = _NUMBERED.fullmatch(names[place + count - 1])
            shown.append(f"{names[place]} to {last['number'] if last else ''}")
        else:
            count = 1
            shown.append(names[place])
        place += count
    return ", ".join(shown)


def _source(number: int) -> str:
    if number == EVERY:
        return "inputs"
    return "input" if number == 0 else f"input{number + 1}"


def _counting(names: Sequence[str], place: int) -> int:
    """How many names from here on are one stem with numbers that count up."""
    first = _NUMBERED.fullmatch(names[place])
    if first is None:
        return 1
    start = int(first["number"])
    count = 1
    while place + count < len(names) and names[place + count] == f"{first['stem']}{start + count}":
        count += 1
    return count


def _named(kind: type[Layer], texts: Cells) -> tuple[str, Cells]:
    """The word for a layer: its kind's, or one that settles some attributes: `depthwise conv`."""
    defaults = {
        each.name: write_value(each.default) for each in kind.attributes() if not each.required
    }
    for word, settled in kind.presets.items():
        if "kernel" not in settled and settled.items() <= {**defaults, **texts}.items():
            return word, {name: text for name, text in texts.items() if name not in settled}
    return kind.kind, texts


def given(kind: type[Layer], cells: Mapping[str, Term], rules: Rules) -> Cells:
    """The attributes that must be written, in the order of their declarations."""
    said = rules.get(kind, NO_RULE).attributes
    found: Cells = {}
    for declared in kind.attributes():
        term, usual = cells.get(declared.name), said.get(declared.name)
        if term is None and usual is not None:
            term = Constant(declared.default)
        if term is None or term == usual:
            continue
        whole = isinstance(term, Constant)
        found[declared.name] = (
            write_attribute(declared, term.value) if whole else term_text(term)  # type: ignore[union-attr]
        )
    return found


def _joined(texts: Cells) -> Cells:
    """The same with kernel and stride in one cell, where both are plain: `7×7/2`."""
    kernel, stride = texts.get("kernel", ""), texts.get("stride", "")
    if "×" in kernel and kernel.replace("×", "").isdecimal() and stride.isdecimal():
        return {**{n: t for n, t in texts.items() if n != "stride"}, "kernel": f"{kernel}/{stride}"}
    return texts


def words(kind: type[Layer], cells: Mapping[str, Term], rules: Rules) -> str:
    """A layer with its attributes in brackets, as it stands in `then`: `dropout (drop=0.4)`."""
    texts = ", ".join(f"{name}={text}" for name, text in given(kind, cells, rules).items())
    return f"{kind.kind} ({texts})" if texts else kind.kind


def then_text(then: Then, rules: Rules) -> str:
    """What follows in place, as a list."""
    return ", ".join(words(each.kind, each.cells, rules) for each in then)


def _then(part: Part, rules: Rules) -> str:
    usual = rules.get(part.what, NO_RULE).then if isinstance(part.what, type) else ()
    if part.then == usual:
        return ""
    return then_text(part.then, rules) or NOTHING


def rule_text(kind: type[Layer], rule: Rule, rules: Rules) -> str:
    """A rule as a sentence: `Every conv: bias no, then bn, relu.`."""
    declared = {each.name: each for each in kind.attributes()}
    says = [
        f"{name} {write_attribute(declared[name], term.value)}"
        for name, term in rule.attributes.items()
    ]
    if rule.then:
        says.append(f"then {then_text(rule.then, rules)}")
    return f"Every {kind.kind}: {', '.join(says)}."
