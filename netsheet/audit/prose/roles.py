"""What the numbers of a sentence are, by the words beside them: input, kernel, padding, output.

Requirements met here: English and Korean words; a role is given by a word right beside a number,
never by one far off; what has no such word has no role.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from netsheet.audit.prose.expression import Expression
from netsheet.audit.prose.sentence import IS, Sentence
from netsheet.audit.prose.tokens import ARROW, COLON, EQUALS, NUM

INPUT = re.compile(r"(?:images?|inputs?|in|pictures?)|(?:이미지|입력|영상).*")
KERNEL = re.compile(
    r"(?:filters?|kernels?|windows?|convolutions?|convolutional|convs?)|(?:필터|커널|합성곱|컨볼루션|콘볼루션).*"
)
OUTPUT = re.compile(r"(?:outputs?|out)|(?:출력|결과).*")
MAPS = re.compile(r"(?:feature|activation)")
GIVES = re.compile(
    r"(?:gives?|giving|becomes?|yields?|produces?|producing|outputs?|then|to|into)|(?:출력|결과).*"
)
FROM = re.compile(r"(?:input|inputs|image|from|on)|(?:입력|이미지).*")
SKIPPED = frozenset(
    {"of", "is", "size", "sized", "shape", "a", "an", "the", "with", "크기", "크기의"}
)
FILTERS = re.compile(r"(?:filters?|kernels?|channels?)|(?:필터|커널|채널).*")
PADDING = re.compile(r"(?:padding|pad|p)|(?:패딩).*")
STRIDE = re.compile(r"(?:strides?|s)|(?:스트라이드|보폭).*")
NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "a": 1,
    "an": 1,
}
LARGEST_SIDE = 100_000


class Shaped(NamedTuple):
    """A product of sizes in a sentence: its sizes, and the tokens it takes."""

    dims: tuple[int, ...]
    first: int
    end: int


@dataclass
class Step:
    """One kernel that slides: its sizes, and how many of them, if that is said."""

    kernel: Shaped
    count: int | None = None


@dataclass
class Roles:
    """What a sentence says of convolutions, in the order of its words."""

    inputs: list[Shaped] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    outputs: list[Shaped] = field(default_factory=list)
    bare: list[Shaped] = field(default_factory=list)
    padding: int | str | None = None
    stride: int | None = None


def roles_of(sentence: Sentence) -> Roles:
    """The roles of a sentence's products, and its padding and stride."""
    found = Roles()
    equal = _in_equalities(sentence)
    for expression in sentence.expressions:
        if expression.first in equal:
            continue
        dims = expression.dims
        if expression.number is not None:
            _single(sentence, expression, found)
        elif 2 <= len(dims) <= 3 and all(1 <= n <= LARGEST_SIDE for n in dims):  # noqa: PLR2004 height, width, channels
            _product(sentence, Shaped(dims, expression.first, expression.end), found)
    words = sentence.words()
    if found.padding is None:
        joined = " ".join(words)
        if re.search(r"\b(?:no|without|zero) padding\b|\bunpadded\b|패딩 없", joined) and not (
            re.search(r"\bzero padding\b", joined) and "no" not in words
        ):
            found.padding = 0
        elif "same padding" in joined or "padding same" in joined:
            found.padding = "same"
    return found


def _in_equalities(sentence: Sentence) -> set[int]:
    """First tokens of the expressions beside an equals sign."""
    found = set()
    for expression in sentence.expressions:
        if sentence.kind(expression.end) in IS:
            found.add(expression.first)
        if sentence.kind(expression.first - 1) in IS and not (
            PADDING.fullmatch(sentence.word(expression.first - 2))
            or STRIDE.fullmatch(sentence.word(expression.first - 2))
        ):
            found.add(expression.first)
    return found


def before(sentence: Sentence, at: int) -> str:
    """The word before a token, past words that say nothing and an equals sign."""
    place = at - 1
    while sentence.word(place) in SKIPPED or sentence.kind(place) == EQUALS:
        place -= 1
    return sentence.word(place)


def _product(sentence: Sentence, shape: Shaped, found: Roles) -> None:
    """A product of two or three sizes: by the word behind it, or else the one before it."""
    after, second = sentence.word(shape.end), sentence.word(shape.end + 1)
    earlier = before(sentence, shape.first)
    if KERNEL.fullmatch(after) or KERNEL.fullmatch(earlier):
        found.steps.append(Step(shape, _count(sentence, shape)))
    elif OUTPUT.fullmatch(after) or (MAPS.fullmatch(after) and second.startswith("map")):
        found.outputs.append(shape)
    elif INPUT.fullmatch(after):
        found.inputs.append(shape)
    elif GIVES.fullmatch(earlier) or sentence.kind(shape.first - 1) in {COLON, ARROW}:
        if found.inputs or found.bare or found.steps:
            found.outputs.append(shape)
        else:
            found.bare.append(shape)
    elif FROM.fullmatch(earlier):
        found.inputs.append(shape)
    else:
        found.bare.append(shape)


def _count(sentence: Sentence, shape: Shaped) -> int | None:
    """How many filters: `four 5 by 5 filters`, `conv 5 by 5 with 4 filters`; one for a filter."""
    said = NUMBERS.get(sentence.word(shape.first - 1))
    if said is not None:
        return said
    place = shape.end
    while sentence.word(place) in SKIPPED:
        place += 1
    number = sentence.tokens[place].number if sentence.kind(place) == NUM else None
    if number is not None and FILTERS.fullmatch(sentence.word(place + 1)) and number.exact:
        return int(number.value)
    return None


def _single(sentence: Sentence, expression: Expression, found: Roles) -> None:
    """A number alone: padding, stride, the side of a kernel, or so many inputs and outputs."""
    number = expression.number
    if number is None or not number.exact or number.value > LARGEST_SIDE:
        return
    value = int(number.value)
    earlier, after = before(sentence, expression.first), sentence.word(expression.end)
    shape = Shaped((value,), expression.first, expression.end)
    if PADDING.fullmatch(earlier):
        found.padding = value if found.padding is None else found.padding
    elif STRIDE.fullmatch(earlier):
        found.stride = value if found.stride is None else found.stride
    elif earlier in {"kernel", "filter", "window"} and not FILTERS.fullmatch(after):
        found.steps.append(Step(shape, 1))
    elif after in {"inputs", "input"} and not found.inputs:
        found.inputs.append(shape)
    elif after in {"outputs", "output"}:
        found.outputs.append(shape)
