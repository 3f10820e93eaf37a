"""A sheet as JSON: for programs.

Requirements met here: every count is an exact integer; the keys and their order are the same for
every network; the convention and the definition of memory travel with the figures.

Schema (format 1). Sizes are C×H×W, for one sample. `receptive_field` (with `_step` and `_offset`)
is in pixels of the input: one number where all axes agree, else a list with one for each, null for
a flat input; a number that isn't whole is text, as "1/2"; `receptive_field_exact` is false where
the size is a bound. `memory` and `kept` are bytes. `depth` counts weighted layers on the longest
way through a row or group, so that it doesn't add up. `rows` inside a row are there if groups were
opened.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from netsheet.render.footer import last_map, peak
from netsheet.sheet.columns.receptive_field import Exactly, Field
from netsheet.sheet.sheet import Sheet, SheetRow

FORMAT = 1
"""Counts up when a key changes its meaning; keys may be added without."""

COUNTS = (
    "params",
    "macs",
    "neurons",
    "memory",
    "weights",
    "biases",
    "buffers",
    "connections",
    "ops",
    "kept",
    "depth",
)
"""Columns of exact integers, in their order."""


def render(sheet: Sheet, *, depth: int = 1) -> str:
    """The sheet as a JSON document; `depth` above 1 opens groups, as `rows` of a row."""
    return written(document(sheet, depth=depth)) + "\n"


def document(sheet: Sheet, *, depth: int = 1) -> dict[str, Any]:
    """The same as a dictionary of plain values."""
    graph = sheet.graph
    inputs = {
        graph.rows[place].name: list(map(int, sheet.facts[place].output)) for place in graph.inputs
    }
    return {
        "format": FORMAT,
        "name": graph.name,
        "input": list(map(int, graph.input_shape)),
        "inputs": inputs,
        "convention": sheet.convention.name,
        "convention_meaning": sheet.convention.sentence,
        "memory_model": sheet.memory.name,
        "memory_meaning": sheet.memory.sentence,
        "rows": [_row(row, depth) for row in sheet.rows],
        "total": {
            **{name: int(getattr(sheet.total, name)) for name in COUNTS},
            "memory_row": peak(sheet),
            **field_keys(sheet.total.receptive_field),
            "receptive_field_row": last_map(sheet),
        },
        "parts": {name: dict(part) for name, part in sheet.parts.items()},
    }


def _row(row: SheetRow, depth: int) -> dict[str, Any]:
    sheet, node = row.sheet, row.node
    found: dict[str, Any] = {
        "name": node.name,
        "layer": row.layer,
        "description": row.description,
        "then": list(row.then),
        "from": list(row.reads),
        "output": [int(size) for size in sheet.value("output", node)],
        **{name: int(sheet.value(name, node)) for name in COUNTS},
        **field_keys(sheet.value("receptive_field", node)),
    }
    if depth > 1 and node.children:
        found["rows"] = [_row(inside, depth - 1) for inside in row.rows]
    return found


def field_keys(value: Field) -> dict[str, Any]:
    """A receptive field as its keys: size, whether that is exact, step and offset."""
    return {
        "receptive_field": _axes(value.size),
        "receptive_field_exact": value.exact,
        "receptive_field_step": _axes(value.stride),
        "receptive_field_offset": _axes(value.offset),
    }


def _axes(values: Sequence[Exactly]) -> Any:  # noqa: ANN401 a number, text, a list of them, or none
    each = [_number(value) for value in values]
    if not each:
        return None
    return each[0] if len(set(each)) == 1 else each


def _number(value: Exactly) -> int | str:
    number = Fraction(value)
    return int(number) if number.denominator == 1 else str(number)


def written(value: Any, indent: int = 0) -> str:  # noqa: ANN401 anything JSON holds
    """JSON with a key a line, and lists of plain values on one line, so that changes show well."""
    return "".join(_written(value, indent))


def _written(value: Any, indent: int) -> Iterator[str]:  # noqa: ANN401 anything JSON holds
    pad = "  " * (indent + 1)
    holds_more = isinstance(value, Mapping | list) and any(
        isinstance(item, Mapping | list)
        for item in (value if isinstance(value, list) else value.values())
    )
    if isinstance(value, Mapping) and value:
        yield "{\n"
        for place, (key, item) in enumerate(value.items()):
            yield ("" if not place else ",\n") + pad + json.dumps(key, ensure_ascii=False) + ": "
            yield from _written(item, indent + 1)
        yield "\n" + "  " * indent + "}"
    elif isinstance(value, list) and holds_more:
        yield "[\n"
        for place, item in enumerate(value):
            yield ("" if not place else ",\n") + pad
            yield from _written(item, indent + 1)
        yield "\n" + "  " * indent + "]"
    else:
        yield json.dumps(value, ensure_ascii=False)
