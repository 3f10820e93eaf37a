"""The networks that are shipped: their names, and the sheet that holds each.

Requirements met here: a network is known as soon as its sheet lies here; a name that two networks
claim is refused, naming both sheets, however it is spelt; no sheet is parsed for its names.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from netsheet.core.errors import ChoiceError

FOLDER = Path(__file__).parent
_SIGNS = str.maketrans("-. ", "___")


class Entry(NamedTuple):
    """One network of the zoo: its sheet, which of the sheet's variants it is, and the family."""

    name: str
    path: Path
    variant: str
    family: str


@cache
def catalogue() -> dict[str, Entry]:
    """Every network by name, in the order of files and of their tables; ChoiceError for a clash."""
    return gather(FOLDER)


@cache
def _spellings() -> dict[str, Entry]:
    return {spelling(name): entry for name, entry in catalogue().items()}


def find(name: str) -> Entry | None:
    """The network that is called so, if there is one: `squeezenet1_0` is `squeezenet1.0`."""
    return catalogue().get(name) or _spellings().get(spelling(name))


def spelling(name: str) -> str:
    """A name as names are compared: small letters, and one sign for a dash, a dot and a blank.

    >>> spelling("ResNet50-v1.5")
    'resnet50_v1_5'
    """
    return name.casefold().translate(_SIGNS)


def gather(folder: Path) -> dict[str, Entry]:
    """The networks of a folder of sheets."""
    found: dict[str, Entry] = {}
    spelt: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.md"), key=lambda path: path.stem):
        text = path.read_text(encoding="utf-8")
        family = text.partition("\n")[0].lstrip("# ")
        for variant in variants(text) or [""]:
            entry = Entry(variant or path.stem, path, variant, family)
            other = spelt.setdefault(spelling(entry.name), entry)
            if other is not entry:
                raise ChoiceError(_clash(entry, other))
            found[entry.name] = entry
    return found


def _clash(entry: Entry, other: Entry) -> str:
    """What to say of two networks of one name."""
    named = "" if entry.name == other.name else f', which also spells "{entry.name}"'
    if entry.path == other.path:
        return f'{entry.path.name} holds "{other.name}" twice{named}'
    sheets = f"{other.path.name} and {entry.path.name}"
    return f'two sheets of the zoo hold "{other.name}"{named}: {sheets}'


def variants(text: str) -> list[str]:
    """Names in a sheet's table of variants, without parsing the whole sheet."""
    _, _, below = text.partition("\n## Variants\n")
    rows = [line for line in below.splitlines() if line.startswith("|")]
    return [row[1:].partition("|")[0].strip() for row in rows[2:]]


def chosen(words: Iterable[str], entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """The networks whose name and family hold all of these words, in their order."""
    wanted = [spelling(word) for word in words]
    held = {name: spelling(f"{name} {entry.family}") for name, entry in entries.items()}
    return {
        name: entry for name, entry in entries.items() if all(word in held[name] for word in wanted)
    }
