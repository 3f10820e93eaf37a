"""Networks in other formats, one file (or folder) a format, found by folder.

Requirements met here: a format is known as soon as its file lies here; two that claim one suffix
are refused, naming both; a format that is not asked for is not loaded with what it needs.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from netsheet.convert.format import Format
from netsheet.core.errors import ChoiceError

NO_FORMATS = frozenset({"__init__", "format"})


@cache
def formats() -> tuple[Format, ...]:
    """Every format, in the order of its place."""
    here = Path(__file__).parent
    stems = {path.stem for path in here.glob("*.py")} - NO_FORMATS
    stems |= {path.parent.name for path in here.glob("*/__init__.py")}
    found = [import_module(f"{__name__}.{stem}").FORMAT for stem in sorted(stems)]
    gather(found)
    return tuple(sorted(found, key=lambda each: (each.place, each.name)))


def gather(known: list[Format]) -> dict[str, Format]:
    """Formats by suffix; ChoiceError if two claim one."""
    found: dict[str, Format] = {}
    for each in known:
        for suffix in each.suffixes:
            other = found.setdefault(suffix.casefold(), each)
            if other is not each:
                message = f'"{suffix}" is the suffix of two formats: {other.name} and {each.name}'
                raise ChoiceError(message)
    return found


def writer(path: str | Path) -> Format:
    """The format that writes a path, by its suffix; ChoiceError if none does."""
    found = gather([each for each in formats() if each.write is not None])
    suffix = Path(path).suffix.casefold()
    if suffix not in found:
        message = f'"{path}" ends in no format that can be written; there are {", ".join(found)}'
        raise ChoiceError(message)
    return found[suffix]


def reader(path: str | Path) -> Format | None:
    """The format that reads a path, by its suffix; None where it is a sheet's, or nobody's."""
    found = gather([each for each in formats() if each.read is not None])
    return found.get(Path(path).suffix.casefold())
