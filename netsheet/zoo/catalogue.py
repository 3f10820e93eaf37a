"""The networks that are shipped: their names, and the sheet that holds each.

Requirements met here: a network is known as soon as its sheet lies here; a name that two sheets
claim is refused, naming both.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from netsheet.core.errors import ChoiceError

FOLDER = Path(__file__).parent
_VARIANTS = re.compile(r"^## Variants\s*$", re.MULTILINE)
_ROW = re.compile(r"^\|\s*([^|\s]+)\s*\|")


class Entry(NamedTuple):
    """One network of the zoo: its sheet, and which of the sheet's variants it is."""

    name: str
    path: Path
    variant: str


@cache
def catalogue() -> dict[str, Entry]:
    """Every network by name, in the order of files and of their tables; ChoiceError for a clash."""
    return gather(FOLDER)


def gather(folder: Path) -> dict[str, Entry]:
    """The networks of a folder of sheets."""
    found: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.md")):
        for variant in variants(path.read_text(encoding="utf-8")) or [""]:
            name = variant or path.stem
            entry = found.setdefault(name, Entry(name, path, variant))
            if entry.path != path:
                message = f'two sheets of the zoo hold "{name}": {entry.path.name} and {path.name}'
                raise ChoiceError(message)
    return found


def variants(text: str) -> list[str]:
    """Names in a sheet's table of variants, without parsing the whole sheet."""
    match = _VARIANTS.search(text)
    if match is None:
        return []
    rows = [_ROW.match(line) for line in text[match.end() :].splitlines()]
    names = [row.group(1) for row in rows if row is not None]
    return [name for name in names[1:] if set(name) - set("-:")]
