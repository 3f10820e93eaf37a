"""Small edits of a network, one kind a file, found by folder in sorted order.

Requirements met here: each file gives every edit of its kind for a line (`EDITS`), a bounded number
of them; the search knows no kind by name.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from netsheet.audit.edit import Edit, Target

Kind = Callable[[Target], Iterator[Edit]]


@cache
def kinds() -> tuple[tuple[str, Kind], ...]:
    """Every kind of edit by the name of its file."""
    paths = sorted(Path(__file__).parent.glob("*.py"))
    return tuple(
        (path.stem, import_module(f"{__name__}.{path.stem}").EDITS)
        for path in paths
        if path.stem != "__init__"
    )
