"""Standing rules, such as `Every conv: padding same, bias no, then bn, relu`.

Requirements met here: a rule fills cells that are left empty, of every layer of its kind; it may
name columns of the variants, whatever row it fills; a rule that can't be read is refused where it
stands, once; a sentence that only begins like one is prose.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from netsheet.core.errors import CellError, Problems, RuleError
from netsheet.core.span import shorten
from netsheet.layers.attribute import check_value
from netsheet.layers.base import Layer
from netsheet.layers.registry import key, suggestion, words
from netsheet.text.cells import Cell, split_list
from netsheet.text.expression import settled
from netsheet.text.forms import named_text, read_attribute
from netsheet.text.formula import Names
from netsheet.text.headings import kind_headings
from netsheet.text.phrase import BlockWord, attribute_of, read_phrase

_AND = re.compile(r",|\band\b")
_THEN = re.compile(r"\bthen\b")
LONGEST = 60
MOST = 200


class Standing(NamedTuple):
    """What is said of every layer of a kind: texts of attributes, and layers that follow."""

    attributes: dict[str, Cell]
    then: list[Cell]


NOTHING_SAID = Standing({}, [])


def read_rules(
    rules: list[tuple[Cell, list[Cell]]],
    blocks: Mapping[str, BlockWord],
    names: Names,
    problems: Problems,
) -> dict[type[Layer], Standing]:
    """What stands for each kind; rules that can't be read are noted as problems.

    names: what the chosen variant says, which a rule may name: `then norm, relu`.
    """
    found: dict[type[Layer], Standing] = {}
    if len(rules) > MOST:
        hint = f"a sheet has at most {MOST}"
        problems.add(f"{len(rules):,} standing rules", rules[MOST][0].span, hint=hint)
    for what, says in rules[:MOST]:
        if len(what.text) > LONGEST:
            continue
        if sum(len(line.text) for line in says) > 10 * LONGEST:
            hint = f"a rule has at most {10 * LONGEST} characters; it ends with a full stop"
            problems.add("a rule that goes on and on", what.span, hint=hint)
            continue
        for kind in _kinds(what, says, blocks, problems):
            before = len(problems.found)
            standing = found.setdefault(kind, Standing({}, []))
            _read_says(kind, says, names, standing, problems)
            if len(problems.found) > before:
                break  # the same would be said of the next kind
    return found


def _kinds(
    what: Cell, says: list[Cell], blocks: Mapping[str, BlockWord], problems: Problems
) -> list[type[Layer]]:
    """The kinds that a rule speaks of; none if it is prose."""
    names = [stripped for name in _AND.split(what.text) if (stripped := name.strip())]
    kinds = [_kind(name) for name in names]
    unknown = [name for name, kind in zip(names, kinds, strict=True) if kind is None]
    prose = len(unknown) == len(names) and not _THEN.match(says[0].text)
    for name in unknown:
        near = ""
        if key(name) in blocks:
            near = "a rule speaks of layers, not of blocks; say it in the block's own table"
        else:
            try:
                read_phrase(name, {})
            except CellError as error:
                near = error.hint if error.hint.startswith("did you mean") else ""
        if near or not prose:
            what_is_wrong = f'a rule for every "{shorten(name)}", which is no layer'
            hint = near or "a sentence that is no rule begins with another word than Every"
            problems.add(what_is_wrong, what.span.narrowed(name), hint=hint)
    return [kind for kind in kinds if kind is not None]


def _kind(name: str) -> type[Layer] | None:
    """The kind that a word stands for, also in the plural."""
    return words().get(key(name)) or words().get(key(name).removesuffix("s"))


def _read_says(
    kind: type[Layer], says: list[Cell], names: Names, standing: Standing, problems: Problems
) -> None:
    """Take in what a rule says of a kind: `padding same, bias no, then bn, relu`."""
    follows = False
    for line in says:
        given, follow = ("", line.text) if follows else _parted(line.text)
        for piece in split_list(given):
            _read_piece(kind, line.part(piece), names, standing, problems)
        if follow is None:
            continue
        if not follows:
            standing.then.clear()
            follows = True
        for cell in _followers(line, follow, names):
            try:
                read_phrase(cell.text, {})
                standing.then.append(cell)
            except CellError as error:
                _note(kind, error, cell, problems)


def _followers(line: Cell, text: str, names: Names) -> Iterator[Cell]:
    """The layers that follow, each where it is named; a variant may have none where another has."""
    for piece in split_list(text):
        for word in split_list(named_text(piece, names)):
            cell = Cell(word, line.part(piece).span)
            if not cell.blank:
                yield cell


def _parted(text: str) -> tuple[str, str | None]:
    """What is said of attributes, and what follows; nothing follows without a "then"."""
    match = _THEN.search(text)
    return (text, None) if match is None else (text[: match.start()], text[match.end() :])


def _read_piece(
    kind: type[Layer], cell: Cell, names: Names, standing: Standing, problems: Problems
) -> None:
    """Take in one attribute."""
    pair = attribute_of(cell.text, kind)
    attribute = kind_headings(kind).get(key(pair[0])) if pair else None
    if pair is None or attribute is None:
        what = f'"{shorten(cell.text)}" can\'t be read'
        _note(kind, CellError(what, _takes(kind, cell.text)), cell, problems)
        return
    given = Cell(settled(pair[1], names), cell.span)
    if _fits(kind, attribute, given, problems):
        standing.attributes[attribute] = given


def _takes(kind: type[Layer], piece: str) -> str:
    own = [declared.name for declared in kind.attributes()]
    near = suggestion(piece.partition(" ")[0], own).removeprefix("; ")
    takes = f"{kind.kind} takes {', '.join(own) or 'nothing'}"
    return near or f"{takes}; what follows stands behind then: then bn, relu"


def _fits(kind: type[Layer], attribute: str, cell: Cell, problems: Problems) -> bool:
    """Whether an attribute can be what a rule says; a value that is computed is read later."""
    declared = next(each for each in kind.attributes() if each.name == attribute)
    try:
        check_value(declared, read_attribute(declared, cell.text, {}), kind.kind)
    except CellError as error:
        if not error.piece:
            _note(kind, error, cell, problems, attribute)
        return bool(error.piece)
    except RuleError as error:
        _note(kind, CellError.of(error), cell, problems)
        return False
    return True


def _note(
    kind: type[Layer], error: CellError, cell: Cell, problems: Problems, attribute: str = ""
) -> None:
    where = f"{kind.kind}, {attribute}" if attribute else kind.kind
    what = f"a rule for every {where}: {error.what}"
    problems.add(what, cell.span.narrowed(error.piece), sums=error.sums, hint=error.hint)
