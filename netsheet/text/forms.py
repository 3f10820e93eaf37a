"""How each form of attribute is read from its cell and written into one: sizes, paddings, words.

Requirements met here: `x`, `X`, `×` and `*` all mean times; what a cell can't mean is refused in
words that say what it may hold; reading a value that was written gives the value back.
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from netsheet.core.errors import CellError, RuleError
from netsheet.core.shape import AXIS_WORDS, Shape
from netsheet.core.span import shorten
from netsheet.layers.attribute import BY_LETTERS, LETTERS, Attribute
from netsheet.layers.registry import key
from netsheet.text.expression import LONGEST, evaluate, whole
from netsheet.text.values import NO, YES, Value, as_number, truth

Names = Mapping[str, Value]
Axes = int | tuple[int, ...]

_TIMES = re.compile(r"\s*[×*·]\s*|(?<=[\d)\s])\s*[xX]\s*(?=[\d(\s])|\s+by\s+")
SLASH = re.compile(r"(?<!/)/(?!/)")
"""A stroke between two values; two strokes divide."""

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?")

TAKES = {
    "number": "a whole number (64)",
    "decimal": "a number (0.5 or 50%)",
    "axes": "a whole number (3), or one for each axis (3×5)",
    "padding": "a whole number (1), one for each axis (1×2), before/after (0/1)",
    "yes/no": "yes or no",
    "word": "",
    "shape": "a shape, channels first (3×224×224)",
    "sizes": "a tensor's sizes (64×3×3), or scalar",
    **BY_LETTERS,
    "label": "any words",
    "links": "for each output channel the input channels it reads (0 1 2; 1 2 3)",
}
"""What the cell of an attribute may hold, by the attribute's form."""

MOST_AXES = 3
SCALAR = "scalar"
"""The sizes of a tensor without axes, which is one number."""

LONGEST_LINKS = 20_000


def read_attribute(attribute: Attribute, text: str, names: Names) -> Any:  # noqa: ANN401 an attribute's value
    """The value of an attribute's cell; CellError says what is wrong with it."""
    if len(text) > (LONGEST_LINKS if attribute.form == "links" else LONGEST):
        raise CellError(f'"{shorten(text)}" is too long', f"it takes {takes(attribute)}")
    named = named_text(text, names)
    if attribute.words:
        found = _words(attribute.words).get(key(named))
        if found is not None:
            return found
        if named.isidentifier() and named not in names:
            raise CellError(f'it can\'t be "{shorten(named)}"', f"it takes {takes(attribute)}")
    try:
        return _FORMS[attribute.form](named, names, attribute)
    except CellError as error:
        if named is not text:
            what = f'{text} is "{shorten(named)}" here, which it can\'t be'
            raise CellError(what, f"it takes {takes(attribute)}") from error
        if not error.hint or error.hint.startswith("names known"):
            error.hint = "; ".join(filter(None, (f"it takes {takes(attribute)}", error.hint)))
        raise


def takes(attribute: Attribute) -> str:
    """What the cell of an attribute may hold, in words."""
    words = dict.fromkeys(value for _, value in attribute.words)
    return ", ".join(filter(None, (*words, TAKES[attribute.form])))


@cache
def _words(words: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """What each word means, by the word normalised."""
    return {key(word): value for word, value in words}


def named_text(text: str, names: Names) -> str:
    """The word that a parameter stands for, if the text is that parameter's name."""
    value = names.get(text)
    return value if isinstance(value, str) else text


def _number(text: str, names: Names, attribute: Attribute) -> int:  # noqa: ARG001 one signature for all forms
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    return whole(evaluate(text, names), text, names)


def _decimal(text: str, names: Names, attribute: Attribute) -> float:  # noqa: ARG001 one signature for all forms
    if _DECIMAL.fullmatch(text) is None:
        return float(as_number(evaluate(text, names)))
    value = float(text)
    if math.isinf(value):
        raise CellError(f"{text} is too large a number")
    return value


def _axes(text: str, names: Names, attribute: Attribute) -> Axes:  # noqa: ARG001 one signature for all forms
    """One number, or numbers with times between them, one an axis: `3`, `3×5`."""
    numbers = tuple(_whole(part, text, names) for part in split_times(text))
    _limit(numbers, text)
    return numbers if len(numbers) > 1 else numbers[0]


def _padding(text: str, names: Names, attribute: Attribute) -> Any:  # noqa: ANN401 several forms
    """`2`, `1×2`, or before/after: `0/1`, `0/1×1/2`."""
    if SLASH.search(text) is None:
        return _axes(text, names, attribute)
    pairs = []
    for part in split_times(text):
        before, *after = SLASH.split(part, maxsplit=1)
        first = _whole(before, text, names)
        pairs.append((first, _whole(after[0], text, names) if after else first))
    _limit(pairs, text)
    return tuple(pairs)


def _whole(part: str, text: str, names: Names) -> int:
    """One number of several in a cell."""
    if not part.strip():
        raise CellError(f'"{shorten(text)}" lacks a number beside its sign')
    return whole(evaluate(part, names), part, names)


def _limit(numbers: Any, text: str) -> None:  # noqa: ANN401 any sequence
    if len(numbers) > MOST_AXES:
        raise CellError(f"{shorten(text)} has {len(numbers)} numbers, and there are at most 3 axes")


def split_times(text: str) -> list[str]:
    """A text at its times signs, outside brackets: `3×(2*k)` is `3` and `(2*k)`."""
    parts: list[str] = []
    depth = left = place = 0
    while place < len(text):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        match = _TIMES.match(text, place) if depth == 0 else None
        if match is not None:
            parts.append(text[left:place].strip())
            place = left = match.end()
        else:
            place += 1
    return [*parts, text[left:].strip()]


def _yes_no(text: str, names: Names, attribute: Attribute) -> bool:
    word = text.casefold()
    if word in YES or key(word) == key(attribute.name):
        return True
    if word in NO or key(word) == "no" + key(attribute.name):
        return False
    if text.isidentifier() and text not in names:
        raise CellError(f'it can\'t be "{shorten(text)}"')
    return truth(evaluate(text, names))


def _word(text: str, names: Names, attribute: Attribute) -> str:  # noqa: ARG001 one signature for all forms
    raise CellError(f'it can\'t be "{shorten(text)}"')


def _shape(text: str, names: Names, attribute: Attribute) -> Shape:  # noqa: ARG001 one signature for all forms
    try:
        return Shape.parse(text)
    except RuleError as error:
        raise CellError.of(error) from error


def _sizes(text: str, names: Names, attribute: Attribute) -> tuple[int, ...]:  # noqa: ARG001 one signature for all forms
    """`64×3×3×3`: as many numbers as the tensor has axes; `scalar` has none."""
    if key(text) == SCALAR:
        return ()
    return tuple(_whole(part, text, names) for part in split_times(text))


def _letters(text: str, names: Names, attribute: Attribute) -> str:  # noqa: ARG001 one signature for all forms
    """`H×W`, `HW`, or words: `height, width`."""
    words = {word: letter for letter, word in AXIS_WORDS.items()}
    parts = [part for part in re.split(r"[×*·,\s]+", text.strip()) if part]
    found = "".join(
        words.get(part.casefold()) or re.sub(r"(?<=\w)[xX](?=\w)", "", part).upper()
        for part in parts
    )
    if not found or set(found) - set(LETTERS) or len(set(found)) != len(found):
        raise CellError(f'"{shorten(text)}" names no axes, or one of them twice')
    return found


def _label(text: str, names: Names, attribute: Attribute) -> str:  # noqa: ARG001 one signature for all forms
    return " ".join(text.split())


def _links(text: str, names: Names, attribute: Attribute) -> Any:  # noqa: ANN401, ARG001 one signature for all forms
    """`0 1 2; 1 2 3`: for each output channel, the input channels it reads."""
    lists = [part.replace(",", " ").split() for part in text.split(";")]
    for number in (number for reads in lists for number in reads):
        if not (number.isdecimal() and number.isascii() and len(number) < 10):  # noqa: PLR2004 digits of any channel
            raise CellError(f'"{shorten(number)}" is no input channel')
    return tuple(tuple(map(int, reads)) for reads in lists)


_FORMS: dict[str, Callable[[str, Names, Attribute], Any]] = {
    "number": _number,
    "decimal": _decimal,
    "axes": _axes,
    "padding": _padding,
    "yes/no": _yes_no,
    "word": _word,
    "shape": _shape,
    "sizes": _sizes,
    **dict.fromkeys(BY_LETTERS, _letters),
    "label": _label,
    "links": _links,
}


def write_attribute(attribute: Attribute, value: Any) -> str:  # noqa: ANN401 an attribute's value
    """An attribute's value as its cell is written; reading it gives the value back."""
    if attribute.form in BY_LETTERS:
        return "×".join(value)
    if attribute.form == "links":
        return "; ".join(" ".join(map(str, reads)) for reads in value)
    return write_value(value)


def write_value(value: Any) -> str:  # noqa: ANN401 an attribute's value
    """A value that is no list of links, as it is written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "×".join(_written(item) for item in value) or SCALAR
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return str(value)


def _written(item: Any) -> str:  # noqa: ANN401 a number, or a pair of them
    return "/".join(map(str, item)) if isinstance(item, tuple) else str(item)
