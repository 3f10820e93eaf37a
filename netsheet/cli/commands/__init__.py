"""The commands, one file each, found by folder.

Requirements met here: a command is known as soon as its file lies here; when one is asked for, no
other is loaded, so that a quick one stays quick.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netsheet.cli.command import Command


@cache
def names() -> frozenset[str]:
    """What commands there are."""
    paths = Path(__file__).parent.glob("*.py")
    return frozenset(path.stem for path in paths if path.stem != "__init__")


def find(name: str) -> "Command":
    """A command by name."""
    command: Command = import_module(f"{__name__}.{name}").COMMAND
    return command


def every() -> list["Command"]:
    """All commands, in the order of the help."""
    return sorted(map(find, names()), key=lambda command: (command.place, command.name))
