"""A kernel from what people write: a name, numbers, or a file of numbers.

Requirements met here: fractions stay exact until they are computed with; what is no kernel is
refused with the place that is at fault.
"""

import re
from fractions import Fraction
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from netsheet.convolution.filters import filters
from netsheet.convolution.named import LARGEST_SIDE, Rows, Weight
from netsheet.core.errors import ChoiceError, FileError, RuleError
from netsheet.core.span import shorten
from netsheet.layers.registry import suggestion

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LARGEST_FILE = 16_000_000
"""Bytes of the largest file that is read as a kernel."""

LARGEST_NUMBER = 1e30
"""Beyond any use in a picture, and far within what is computed with."""

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


class Kernel(NamedTuple):
    """Rows of numbers, or two such whose results are joined, and what they are called.

    words and total: what it does, and why its numbers add up to what they do; empty where nobody
    has said. show: how its values are made visible.
    """

    name: str
    planes: tuple[Rows, ...]
    words: str = ""
    total: str = ""
    show: str = "clip"

    @property
    def rows(self) -> Rows:
        """The rows, of the first plane if there are two."""
        return self.planes[0]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def sum(self) -> Weight:
        """The sum of its numbers, exact where they are fractions."""
        return sum(chain.from_iterable(self.rows))


def find_kernel(what: "ArrayLike") -> Kernel:
    """A kernel by name (`outline`, `gaussian:9`), from text, from a file's path, or from rows.

    Text has a row behind each semicolon or line end, and numbers behind blanks or commas; a number
    may be a fraction. ChoiceError for an unknown name, RuleError for numbers that are no kernel,
    FileError for a file that can't be read.

        >>> find_kernel("0 -1 0; -1 5 -1; 0 -1 0").sum, find_kernel("box:5").rows[0][0]
        (Fraction(1, 1), Fraction(1, 25))
    """
    if not isinstance(what, str):
        return Kernel("your own", (from_rows(what),))
    name, _, numbers = what.strip().partition(":")
    found = filters().get(name.casefold())
    if found is not None:
        given = [part for part in re.split(r"[:,]", numbers) if part.strip()]
        if len(given) > len(found.settings):
            takes = ", ".join(setting.name for setting in found.settings) or "no numbers"
            raise RuleError(f'"{shorten(what)}" has too many numbers', hint=f"{name} takes {takes}")
        values = [setting.default for setting in found.settings]
        values[: len(given)] = [
            setting.check(float(_number(text)), name)
            for setting, text in zip(found.settings, given, strict=False)
        ]
        planes = found.make(*values)
        return Kernel(what.strip().casefold(), planes, found.words, found.total, found.show)
    if _looks_like_numbers(what):
        return Kernel("your own", (from_text(what),))
    if _is_there(what):
        return Kernel(Path(what).name, (from_file(Path(what)),))
    hint = suggestion(name, filters()) or f"; there are {', '.join(filters())}"
    more = '\n  numbers are written as "0 -1 0; -1 5 -1; 0 -1 0", or in a file'
    raise ChoiceError(f'there is no kernel "{shorten(what)}"{hint}{more}')


def _looks_like_numbers(text: str) -> bool:
    """Whether a text is meant as numbers: it begins with one, or with what stands between them."""
    begins = re.match(r"[\s;,+-]*([.\d]|$)", text)
    return bool(begins) and not _is_there(text)


def _is_there(text: str) -> bool:
    """Whether a text is the path of something that there is."""
    try:
        return bool(text) and Path(text).exists()
    except (OSError, ValueError):  # no path at all: too long, or with signs that none can have
        return False


def from_rows(rows: Any) -> Rows:
    """Rows of numbers from a sequence of sequences, or an array of two axes."""
    try:
        return _checked(
            tuple(
                tuple(each if isinstance(each, int | Fraction) else float(each) for each in row)
                for row in rows
            )
        )
    except (TypeError, ValueError) as error:
        what = "a kernel is made of rows of numbers"
        raise RuleError(what, hint="such as [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]") from error


def from_text(text: str) -> Rows:
    """Rows of numbers from text; RuleError says which of them is none."""
    lines = [line.split("#", 1)[0] for line in text.splitlines()]
    rows = [row for line in lines for row in line.split(";") if row.strip(" \t,")]
    return _checked(
        tuple(tuple(map(_number, re.split(r"[\s,]+", row.strip(" \t,")))) for row in rows)
    )


def from_file(path: Path) -> Rows:
    """Rows of numbers from a text or CSV file, `#` before remarks; FileError where it can't be."""
    try:
        if path.is_dir():
            raise FileError(f"{path} is a folder, not a kernel", path=path)
        if path.stat().st_size > LARGEST_FILE:
            raise FileError(f"{path} is too large for a kernel", path=path)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text"
        raise FileError(f"{path} can't be read as a kernel\n  {why.lower()}", path=path) from error
    try:
        return from_text(text)
    except RuleError as error:
        raise FileError(
            f"{path} holds no kernel\n  {error.what}\n  {error.hint}", path=path
        ) from error


def _number(text: str) -> Weight:
    """A number, exact where it is written so: `5`, `0.1`, `1/9`."""
    above, slash, below = text.strip().partition("/")
    parts = [above, below] if slash else [above]
    if not all(NUMBER.fullmatch(part.strip()) for part in parts):
        what = f'"{shorten(text)}" in a kernel is no number'
        raise RuleError(what, hint="numbers are written as 5, −0.5 with a plain minus, or 1/9")
    if slash and not float(below):
        raise RuleError(f'"{shorten(text)}" in a kernel divides by 0', hint="write another number")
    return Fraction(above.strip()) / (Fraction(below.strip()) if slash else 1)


def _checked(rows: Rows) -> Rows:
    """Rows that make a kernel; RuleError says why others don't."""
    if not rows or not rows[0]:
        raise RuleError("a kernel without numbers can't be laid on", hint="give a number at least")
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        counts = " and ".join(map(str, lengths))
        what = f"a kernel's rows are equally long, and these have {counts} numbers"
        raise RuleError(what, hint="a semicolon or a line end stands between rows")
    if max(len(rows), *lengths) > LARGEST_SIDE:
        what = f"a kernel of {len(rows):,}×{lengths[0]:,} is too large"
        raise RuleError(what, hint=f"a side has at most {LARGEST_SIDE:,} numbers")
    numbers: list[Weight] = [number for row in rows for number in row]
    for number in numbers:
        if isinstance(number, float) and not isfinite(number):
            raise RuleError(f"{number} in a kernel is no number", hint="its numbers are finite")
        if not -LARGEST_NUMBER <= number <= LARGEST_NUMBER:
            hint = f"a number is at most {LARGEST_NUMBER:g}"
            raise RuleError("a kernel holds a number that is too large", hint=hint)
    return rows
