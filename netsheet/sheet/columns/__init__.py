"""The computed columns, one file each, found by folder in sorted order.

Requirements met here: a column is known as soon as its file lies here; two columns that claim
one heading are refused.
"""

from functools import cache
from importlib import import_module
from pathlib import Path

from netsheet.core.errors import ChoiceError
from netsheet.layers.registry import key, suggestion
from netsheet.sheet.column import Column


@cache
def columns() -> dict[str, Column]:
    """Every column by name."""
    found: dict[str, Column] = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem != "__init__":
            column: Column = import_module(f"{__name__}.{path.stem}").COLUMN
            found[column.name] = column
    return found


@cache
def headings() -> dict[str, str]:
    """Column names by every heading that stands for them, normalised; ChoiceError for a clash."""
    return gather(tuple(columns().values()))


def gather(known: tuple[Column, ...]) -> dict[str, str]:
    """Column names by heading; ChoiceError if two columns claim one."""
    found: dict[str, str] = {}
    for column in known:
        for heading in (column.name, column.title, *column.headings):
            other = found.setdefault(key(heading), column.name)
            if other != column.name:
                message = f'"{heading}" heads two columns: {other} and {column.name}'
                raise ChoiceError(message)
    return found


def find_column(name: str) -> Column:
    """A column by any of its headings; ChoiceError with the nearest ones otherwise."""
    found = headings().get(key(name))
    if found is None:
        message = f'there is no column "{name[:60]}"{suggestion(name, columns())}'
        if "did you mean" not in message:
            message += f"; there are {', '.join(columns())}"
        raise ChoiceError(message)
    return columns()[found]
