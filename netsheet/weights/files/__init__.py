"""Files of weights, one module a format, found by folder.

Requirements met here: nothing in a file is executed; a file that can't be read says why, however
it is broken; a format that is not asked for is not loaded with what it needs.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from netsheet.core.errors import ChoiceError, FileError
from netsheet.core.span import shorten
from netsheet.weights.table import Table

LONGEST_REASON = 200


class Format(NamedTuple):
    """A format of weights: its name, what paths end in, and what reads one.

    `read` raises FileError with what is wrong; whatever else it raises is told as well.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Path], Table]


@cache
def formats() -> tuple[Format, ...]:
    """Every format, sorted by the name of its module."""
    stems = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem[0] != "_")
    return tuple(import_module(f"{__name__}.{stem}").FORMAT for stem in stems)


def suffixes() -> dict[str, Format]:
    """The formats by suffix; ChoiceError if two claim one."""
    found: dict[str, Format] = {}
    for each in formats():
        for suffix in each.suffixes:
            other = found.setdefault(suffix, each)
            if other is not each:
                message = f'"{suffix}" is the suffix of two formats: {other.name} and {each.name}'
                raise ChoiceError(message)
    return found


def read(path: str | Path) -> Table:
    """The tensors of a file; FileError says why there are none."""
    file = Path(path)
    if not file.is_file():
        raise FileError(f"there is no file of weights {file}", path=file)
    known = suffixes()
    form = known.get(file.suffix.casefold())
    if form is None:
        *front, last = known
        what = f"{file} has no known format of weights"
        raise FileError(f"{what}\n  give a {', '.join(front)} or {last} file", path=file)
    try:
        table = form.read(file)
    except (FileError, ModuleNotFoundError):
        raise
    except Exception as error:  # a hostile file can make a reader raise anything
        raise unreadable(file, str(error) or type(error).__name__) from error
    _check(table)
    return table


def _check(table: Table) -> None:
    """Refuse a table that is empty, and names and shapes that can't be."""
    if not table.entries:
        raise unreadable(table.path, "it holds no tensors")
    seen: set[str] = set()
    for entry in table.entries:
        name: Any = entry.name  # a reader may give what it found, text or not
        if not isinstance(name, str) or any(size < 0 for size in entry.shape):
            raise unreadable(table.path, "a tensor in it has a name that is no text, or no shape")
        if entry.name in seen:
            raise unreadable(table.path, f'two tensors in it are called "{shorten(entry.name)}"')
        seen.add(entry.name)


def unreadable(file: Path, why: str, hint: str = "") -> FileError:
    """The refusal of a file: its first line of reason, and what to try."""
    reason = shorten(" ".join(why.strip().splitlines()[0].split()), LONGEST_REASON)
    lines = [f"{file} can't be read as weights", f"  {reason}", *([f"  {hint}"] if hint else [])]
    return FileError("\n".join(lines), path=file)
