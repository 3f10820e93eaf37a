"""What the cells of a column may stand for: one file a column, found by folder.

Requirements met here: each file says which columns it reads, and gives every reading of a cell,
the plainest first; a column that has no file here can't be checked, and that is said.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from netsheet.audit.reading import Grounds, Reading


class Reader(NamedTuple):
    """How the cells of some columns are read.

    readings: what a row's cell in a column may stand for, the plainest first.
    """

    columns: tuple[str, ...]
    readings: Callable[[Grounds, str, str], Iterator[Reading]]


@cache
def readers() -> dict[str, Reader]:
    """The reader of each column."""
    found: dict[str, Reader] = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem != "__init__":
            reader: Reader = import_module(f"{__name__}.{path.stem}").READER
            found |= dict.fromkeys(reader.columns, reader)
    return found
