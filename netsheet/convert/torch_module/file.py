"""`path.py:function`: a person's own file is run, and the module that its function makes is read.

Requirements met here: what goes wrong in the file is told with its line, as that file's fault;
the file finds its neighbours, and nothing of it stays where imports are looked for.
"""

import importlib.util
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any

from netsheet.core.errors import ChoiceError, FileError
from netsheet.layers.registry import suggestion

_PLACE = re.compile(r"(?P<path>.+\.py):(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)")


def split(what: str) -> tuple[Path, str] | None:
    """The file and the name in it, of `path.py:name`; None for anything else.

    >>> split("nets/mine.py:make")[1]
    'make'
    >>> split("mine.md#small")
    """
    match = _PLACE.fullmatch(what)
    return None if match is None else (Path(match["path"]), match["name"])


def made(path: Path, name: str) -> Any:
    """What a file has under a name; what can be called is called, without arguments.

    FileError where the file can't be run, with the line at fault; ChoiceError for a name that is
    not there.
    """
    if not path.is_file():
        raise FileError(f"{path} can't be read: there is no such file", path=path)
    with _at_home(path):
        found: Any = _executed(path)
        for part in name.split("."):
            if not hasattr(found, part):
                names = [each for each in vars(found) if not each.startswith("_")]
                hint = suggestion(part, names) or f"; there is {', '.join(names) or 'nothing'}"
                raise ChoiceError(f'{path} has no "{name}"{hint}')
            found = getattr(found, part)
        if isinstance(found, type) or not hasattr(found, "forward"):
            found = _guarded(path, found) if callable(found) else found
    return found


@contextmanager
def _at_home(path: Path) -> Iterator[None]:
    """Imports are looked for beside the file too, as where Python runs it."""
    home = str(path.resolve().parent)
    sys.path.insert(0, home)
    try:
        yield
    finally:
        if home in sys.path:
            sys.path.remove(home)


def _executed(path: Path) -> ModuleType:
    """The file as a module of its own."""
    name = path.stem if path.stem not in sys.modules else f"netsheet_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # noqa: S101 a file that ends in .py has one
    assert spec.loader is not None  # noqa: S101 as above
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where classes look for their module
    try:
        _guarded(path, lambda: spec.loader.exec_module(module))
    except FileError:
        del sys.modules[name]
        raise
    return module


def _guarded(path: Path, call: Any) -> Any:
    """Call something of the file's; FileError with the line where it fails."""
    try:
        return call()
    except Exception as error:  # a person's own file can raise anything
        lines = [frame.lineno for frame in extract_tb(error.__traceback__) if _same(frame, path)]
        line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
        number = line or (lines[-1] if lines else None)
        place = f"{path}:{number}" if number else str(path)
        words = str(error).strip().splitlines()
        why = f"{type(error).__name__}: {words[0] if words else ''}".rstrip(": ")
        raise FileError(f"{place} can't be run: {why}", path=path) from error


def _same(frame: Any, path: Path) -> bool:
    return Path(frame.filename).resolve() == path.resolve()
