"""A sheet as CSV: for spreadsheets and programs.

Requirements met here: the same columns in the same order whatever the network; numbers are whole,
without separators; a column adds up (no line of totals among the rows, see `total`); no text is
taken for a formula by a spreadsheet. UTF-8, without a mark, lines end in a newline.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from netsheet.render.table import choose, plain
from netsheet.sheet.column import Share
from netsheet.sheet.columns.receptive_field import Exactly, Field
from netsheet.sheet.sheet import Sheet, SheetRow

COLUMNS = (
    "name",
    "level",
    "layer",
    "description",
    "then",
    "from",
    "output",
    "params",
    "weights",
    "biases",
    "buffers",
    "macs",
    "ops",
    "neurons",
    "connections",
    "memory",
    "kept",
    "depth",
    "receptive_field",
    "receptive_field_exact",
    "receptive_field_step",
    "receptive_field_offset",
)
"""What a row holds; bytes for memory and kept, pixels of the input for the field."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


NUMBER = re.compile(r"-?\d+(/\d+)?")
"""A whole number or a fraction, which is no formula."""


def render(
    sheet: Sheet, *, columns: Sequence[str] | None = None, depth: int = 1, total: bool = False
) -> str:
    """One line a row, down to a depth (1: as written), under a line of column names.

    total: add a last line called "total". With a depth above 1 groups stand above the rows inside
    them, told apart by `level`. ChoiceError if there is no such column.
    """
    names = COLUMNS if columns is None else _named(columns)
    target = StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(names)
    for level, row in sheet.lines(depth):
        writer.writerow([guard(value) for value in _values(row, level, names)])
    if total:
        writer.writerow([guard(value) for value in _totals(sheet, names)])
    return target.getvalue()


def guard(value: Any) -> Any:  # noqa: ANN401 whatever a cell holds
    """A value that no spreadsheet takes for a formula: such text gets an apostrophe before it.

    A negative number is one, and stays.

    >>> guard("=1+1"), guard(-21), guard("conv")
    ("'=1+1", -21, 'conv')
    """
    if not isinstance(value, str) or not value.startswith(FORMULA) or NUMBER.fullmatch(value):
        return value
    return "'" + value


def _named(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns asked for, by CSV's own names or any other heading."""
    own = dict.fromkeys(("name",))
    for column in columns:
        own |= dict.fromkeys((column,) if column in COLUMNS else choose([column])[1:])
    return tuple(own)


def _values(row: SheetRow, level: int, names: Sequence[str]) -> Iterator[Any]:
    sheet, node = row.sheet, row.node
    for name in names:
        match name:
            case "name":
                yield plain(node.name)
            case "level":
                yield level + 1
            case "layer":
                yield plain(row.layer)
            case "description":
                yield plain(row.description)
            case "then":
                yield plain(", ".join(row.then))
            case "from":
                yield plain(", ".join(row.reads))
            case _ if name.startswith("receptive_field"):
                yield _field(sheet.value("receptive_field", node), name)
            case _:
                yield _plain(sheet.value(name, node))


def _totals(sheet: Sheet, names: Sequence[str]) -> Iterator[Any]:
    for name in names:
        if name == "name":
            yield "total"
        elif name.startswith("receptive_field"):
            yield _field(sheet.total.receptive_field, name)
        elif name in {"level", "layer", "description", "then", "from"}:
            yield ""
        else:
            yield _plain(getattr(sheet.total, name))


def _field(value: Field, name: str) -> str:
    """A part of a receptive field; axes that differ as `3×5`, offsets as `[-1, -2]`."""
    if not value.axes:
        return ""
    match name.removeprefix("receptive_field"):
        case "_exact":
            return "yes" if value.exact else "no"
        case "_step":
            return _axes(value.stride)
        case "_offset" if len(set(value.offset)) > 1:
            return f"[{', '.join(map(str, value.offset))}]"
        case "_offset":
            return str(value.offset[0])
        case _:
            return _axes(value.size)


def _axes(values: Sequence[Exactly]) -> str:
    return "×".join(map(str, values)) if len(set(values)) > 1 else str(values[0])


def _plain(value: Any) -> Any:  # noqa: ANN401 any column's value
    if isinstance(value, Share):
        return f"{value.percent:.6f}"
    return int(value) if isinstance(value, int) else str(value)
