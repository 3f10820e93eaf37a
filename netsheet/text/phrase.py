"""The words of a layer cell: `conv`, `3×3 max pool, stride 2`, `dropout (40%)`, `conv3-64`.

Requirements met here: a phrase gives a layer word, attribute texts with their names, a label in
brackets, and layers that follow; nothing in it is dropped in silence.
"""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import NamedTuple

from netsheet.core.errors import CellError
from netsheet.core.span import shorten
from netsheet.layers.base import Layer
from netsheet.layers.registry import key, kinds, suggestion, words
from netsheet.text.cells import split_list, tidy
from netsheet.text.headings import kind_headings

LONGEST = 400
NEAR = 0.65
OWN = 0.1
"""So much nearer seems the name that a kind has here than another word for it."""

LETTERS = 3
"""Shorter words, such as `bn`, are offered only for one that is no longer than this."""

COMMON = "conv, dense, max pool, relu, batch norm, add, concat"

_SIZE = r"\d+(?:\s*[×xX*]\s*\d+){1,2}(?:\s*/\s*\d+)?"
_KERNEL_FIRST = re.compile(rf"(?P<kernel>{_SIZE})\s+(?P<word>\D.*)")
_KERNEL_LAST = re.compile(rf"(?P<word>.*?\S)\s+(?P<kernel>{_SIZE})")
_KERNEL = re.compile(_SIZE)
_PAIR = re.compile(r"(?P<name>[^\W\d][\w ]*?) ?[=:] ?(?P<value>.+)")
_SIZED = re.compile(r"(?P<name>[^\W\d_]?)(?P<size>\d+(?: ?[×xX] ?\d+){1,2})")
_NUMBERED = re.compile(r"(?P<word>.*[^\W\d][ -]?)(?P<value>\d{1,9})")
_STEP = re.compile(r"/ ?(?P<value>\d+)")
_COUNT = re.compile(r"(?P<value>\d+)(?: (?:filters|channels|maps|kernels|units|outputs))?")
_THOUSANDS = re.compile(r"(?<![^\s(=])\d{1,3}(?:,\d{3})+(?![\d,])")
_NUMBER = re.compile(r"\d+(\.\d+)?%?|\d*\.\d+|\d+/\d+|[\d.]+e-?\d+")


class BlockWord(NamedTuple):
    """A block as a layer cell may call it: its name, and its parameters in their order."""

    name: str
    params: tuple[str, ...] = ()


class Phrase(NamedTuple):
    """What a layer cell says: a kind, or a block by its word, and what goes with it.

    attributes: texts by heading. presets: what the word itself settles, unless said otherwise.
    """

    word: str
    kind: type[Layer] | None = None
    attributes: Mapping[str, str] = MappingProxyType({})
    presets: Mapping[str, str] = MappingProxyType({})
    label: str = ""
    then: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """What a row is called after it, when nobody names the row."""
        return self.kind.nickname() if self.kind is not None else tidy(self.word)


def read_phrase(text: str, blocks: Mapping[str, BlockWord]) -> Phrase:
    """Read a layer cell. `blocks` has the document's blocks by normalised name.

    CellError if no layer or block is called so, naming the nearest.
    """
    if len(text) > LONGEST:
        raise CellError(f'"{shorten(text)}" is too long', f"at most {LONGEST} characters")
    whole = " ".join(text.strip("`* ").split())
    if whole.count("(") != whole.count(")"):
        raise CellError(f'"{shorten(whole)}" has half a pair of brackets')
    whole = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), whole)
    if (found := _plain(whole, blocks)) is not None:
        return found
    head, *rest = split_list(whole, ",") or [whole]
    phrase = _head(head, blocks)
    attributes, then = dict(phrase.attributes), []
    for piece in rest:
        pair = _behind(piece, phrase, blocks)
        if pair is None:
            _head(piece, blocks)  # refuses what is no layer either
            then.append(piece)
        else:
            _give(attributes, *pair)
    return phrase._replace(attributes=attributes, then=tuple(then))


def _give(attributes: dict[str, str], heading: str, text: str) -> None:
    """Add an attribute's text; CellError if there is another one."""
    if attributes.setdefault(heading, text) != text:
        what = (
            f"{shorten(heading)} is given twice: {shorten(attributes[heading])} and {shorten(text)}"
        )
        raise CellError(what, "leave one of them out", piece=text)


def _plain(text: str, blocks: Mapping[str, BlockWord]) -> Phrase | None:
    """A word by itself: a block's, a kind's, or a one-word notation.

    A number at the end of a block's name is the block's first parameter: `MBConv6`.
    """
    normal = key(text)
    if normal in blocks:
        return Phrase(blocks[normal].name)
    kind = words().get(normal)
    if kind is not None:
        given = next((g for word, g in kind.presets.items() if key(word) == normal), {})
        return Phrase(kind.kind, kind, presets=given)
    for kind in kinds():
        for pattern in kind.shorthand:
            match = re.fullmatch(pattern, text, re.IGNORECASE)
            if match:
                return Phrase(kind.kind, kind, match.groupdict())
    match = _NUMBERED.fullmatch(text) if blocks else None
    block = blocks.get(key(match["word"])) if match is not None else None
    if match is None or block is None or not block.params:
        return None
    return Phrase(block.name, attributes={block.params[0]: match["value"]})


def _head(text: str, blocks: Mapping[str, BlockWord]) -> Phrase:
    """The first piece: the word, with a kernel before or behind it, or something in brackets."""
    if (found := _plain(text, blocks)) is not None:
        return found
    match = _KERNEL_FIRST.fullmatch(text) or _KERNEL_LAST.fullmatch(text)
    if match is not None:
        phrase = _head(match["word"], blocks)
        if phrase.kind is not None or "kernel" in blocks[key(phrase.word)].params:
            attributes = dict(phrase.attributes)
            _give(attributes, "kernel", match["kernel"])
            return phrase._replace(attributes=attributes)
    word, bracket, inside = text.partition("(")
    if bracket and word.strip() and _closes_last(inside):
        return _inside(inside[:-1].strip(), _head(word.strip(), blocks))
    raise _unknown(text, blocks)


def _closes_last(inside: str) -> bool:
    """Whether an open bracket closes with the last character, and not before."""
    depth = 1
    for place, letter in enumerate(inside, start=1):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return place == len(inside)
    return False


def _unknown(text: str, blocks: Mapping[str, BlockWord]) -> CellError:
    """The error for a word that is no layer, with the nearest word of each kind that is near."""
    wanted = key(text)[:60]
    matcher = SequenceMatcher(b=wanted)
    near: dict[object, tuple[float, str]] = {}
    for kind in kinds():
        for word in (kind.kind, *kind.aliases, *kind.presets):
            if len(word) < LETTERS < len(wanted):
                continue
            matcher.set_seq1(key(word))
            if matcher.quick_ratio() > NEAR and (ratio := matcher.ratio()) > NEAR:
                found = (ratio + OWN * (word == kind.kind), word)
                near[kind] = max(near.get(kind, (0.0, "")), found)
    called = [block.name for block in blocks.values()]
    hint = suggestion(text, [*(word for _, word in near.values()), *called])
    what = f'there is no layer "{shorten(text)}"' if text else "no layer is named"
    common = f"known are {COMMON} and more; or define it below a heading ## Block name"
    return CellError(what, hint.removeprefix("; ") or common, piece=text)


def _inside(text: str, phrase: Phrase) -> Phrase:
    """What stands in brackets: attributes, one lone value, or a label such as 3a."""
    attributes, label = dict(phrase.attributes), phrase.label
    for piece in split_list(text, ","):
        pair = _pair(piece, phrase.kind)
        if pair is not None:
            _give(attributes, *pair)
        elif phrase.kind is not None and phrase.kind.argument and _NUMBER.fullmatch(piece):
            _give(attributes, phrase.kind.argument, piece)
        elif label:
            hint = f"values are named: {shorten(phrase.word)} (name=value, name=value)"
            raise CellError(f'"({shorten(text)})" can\'t be read', hint, piece=text)
        else:
            label = piece
    return phrase._replace(attributes=attributes, label=label)


def _behind(text: str, phrase: Phrase, blocks: Mapping[str, BlockWord]) -> tuple[str, str] | None:
    """A piece behind a comma that is an attribute and its value, or a number of filters.

    Behind a block's name, `3×3` is its parameter `kernel`, and `k3×3` its parameter `k`.
    """
    if phrase.kind is not None:
        match = _COUNT.fullmatch(text)
        return ("out", match["value"]) if match is not None else _pair(text, phrase.kind)
    match = _SIZED.fullmatch(text)
    name = (match["name"] or "kernel") if match is not None else ""
    if match is not None and name in blocks[key(phrase.word)].params:
        return name, match["size"]
    return _pair(text, None)


def _pair(text: str, kind: type[Layer] | None) -> tuple[str, str] | None:
    """`stride=2`, or of a known kind whatever `attribute_of` can read."""
    if (match := _PAIR.fullmatch(text)) is not None:
        return match["name"], match["value"]
    return None if kind is None else attribute_of(text, kind)


def attribute_of(text: str, kind: type[Layer]) -> tuple[str, str] | None:
    """An attribute of a kind, and its text, from words: `padding same`, `no bias`, `/2`, `3×3`."""
    names = kind_headings(kind)
    if len(text) > LONGEST:
        return None
    if (match := _STEP.fullmatch(text)) is not None and "stride" in names:
        return "stride", match["value"]
    if _KERNEL.fullmatch(text) is not None and ("kernel" in names or kind.argument):
        return "kernel" if "kernel" in names else kind.argument, text
    if (flag := _flag(text, kind)) is not None:
        return flag
    heading, value = text, ""
    while " " in heading:
        heading, _, last = heading.rpartition(" ")
        value = f"{last} {value}".strip()
        if key(heading) in names:
            return heading, value
    return None


def _flag(text: str, kind: type[Layer]) -> tuple[str, str] | None:
    """`no bias`, `inplace`, `reflect`: a word that settles one attribute."""
    normal = key(text)
    for attribute in kind.attributes():
        if attribute.form == "yes/no":
            if normal in {key(name) for name in (attribute.name, *attribute.headings)}:
                return attribute.name, "yes"
            if normal == "no" + key(attribute.name):
                return attribute.name, "no"
        elif normal in {key(word) for word in attribute.allowed()}:
            return attribute.name, text
    return None
