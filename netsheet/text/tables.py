"""Rows of a folded network as the cells of a sheet.

Requirements met here: what is at its default or said by a rule is left empty; kernel and stride
stand in one cell where papers print them so; `from` is written only where a row does not read the
row above.
"""

from collections.abc import Mapping

from netsheet.fold.blocks import Block, Part, Read
from netsheet.fold.terms import Constant, Term
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.text.forms import write_attribute
from netsheet.text.input_shape import shape_text
from netsheet.text.standing import NO_RULE, Rule, Then
from netsheet.text.wording import condition_text, term_text

Rules = Mapping[type[Layer], Rule]
Titles = Mapping[Block, str]
Cells = dict[str, str]

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
        cells["layer"] = part.what.kind
        cells.update(_joined(given(part.what, part.cells, rules)))
        alone = part.above and part.what.inputs[1] == 1
    if part.reads and not alone:
        cells["from"] = ", ".join(map(read_text, part.reads))
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


def read_text(read: Read) -> str:
    """What a row reads, by name; the sources of a block are `input`, `input2`, `input3`."""
    if isinstance(read, str):
        return read
    return "input" if read == 0 else f"input{read + 1}"


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
