"""A comparison as JSON: for programs.

Requirements met here: every count is an exact integer; every row of both networks is there, and
the differences of the rows add up to those of the totals; the keys and their order are the same
for every comparison.

Schema (format 1). `rows` has each row of either network: `status` is same, follows (it says the
same and counts otherwise), changed, added or removed; `was` is its name before,
where that differs; `before` and `after` are its figures, null in the network that lacks it.
`told` is what the other formats show: changes that several blocks share stand there once, with
the names of the blocks under `places`; the effects of `told`, `renamed` (lines that are only
called otherwise) and `follow` add up to those on the totals. In `total`, `difference` is the
second less the first, and `percent` is of the first, null of nothing.
"""

from collections.abc import Sequence
from typing import Any

from netsheet.compare.difference import COUNTS, Change, Delta, Difference, RowDifference
from netsheet.compare.hunks import Hunk, review
from netsheet.compare.items import Item
from netsheet.layers.base import Layer
from netsheet.render.comparison import change_text
from netsheet.render.json_sheet import field_keys, written
from netsheet.sheet.column import Share
from netsheet.sheet.columns.receptive_field import Field
from netsheet.sheet.sheet import Sheet

FORMAT = 1
"""Counts up when a key changes its meaning; keys may be added without."""

FIGURES = ("output", *COUNTS, "memory", "depth")
"""Columns of numbers, in their order; the receptive field stands behind them."""


def render(difference: Difference) -> str:
    """The comparison as a JSON document."""
    return written(document(difference)) + "\n"


def document(difference: Difference) -> dict[str, Any]:
    """The same as a dictionary of plain values."""
    told = review(difference)
    before, after = difference.peaks
    return {
        "format": FORMAT,
        "equal": difference.equal,
        "before": _network(difference.before),
        "after": _network(difference.after),
        "convention": difference.after.convention.name,
        "memory_model": difference.after.memory.name,
        "told": [_hunk(hunk) for hunk in told.hunks],
        "renamed": [
            {"was": item.was, "name": item.name, "effects": _effects([item])}
            for item in told.renamed
        ],
        "follow": [{"name": item.name, "effects": _effects([item])} for item in told.follow],
        "rows": [_row(row, difference) for row in difference.rows],
        "total": {
            **{name: _delta(difference.totals[name]) for name in FIGURES[1:]},
            "memory_row": {"before": before, "after": after},
            "receptive_field": _fields(difference.totals["receptive_field"]),
        },
    }


def _network(sheet: Sheet) -> dict[str, Any]:
    return {"name": sheet.graph.name, "input": list(map(int, sheet.graph.input_shape))}


def _hunk(hunk: Hunk) -> dict[str, Any]:
    old, new = hunk.words
    return {
        "block": {"before": old, "after": new},
        "places": list(hunk.places),
        "of": hunk.of,
        "lines": [_item(same) for same in hunk.items],
    }


def _item(same: tuple[Item, ...]) -> dict[str, Any]:
    first = same[0]
    texts = [
        change_text(change, [item.changes[number] for item in same])
        for number, change in enumerate(first.changes)
    ]
    return {
        "name": first.label,
        "status": first.status,
        "layer": first.what if len(same) == 1 else first.kind,
        "changes": texts,
        "moved": first.moved or None,
        "effects": _effects(same),
    }


def _effects(items: Sequence[Item]) -> dict[str, int]:
    """What items do to each total that rows add up to."""
    return {name: sum(item.effect(name) for item in items) for name in COUNTS}


def _row(row: RowDifference, difference: Difference) -> dict[str, Any]:
    was = None if row.old is None else difference.before.graph.rows[row.old].name
    return {
        "name": row.name,
        "was": None if was == row.name else was,
        "status": row.status,
        "moved": row.moved,
        "changes": [_change(change) for change in row.changes if change.what != "name"],
        "before": None if row.old is None else _figures(row, 0),
        "after": None if row.new is None else _figures(row, 1),
    }


def _change(change: Change) -> dict[str, Any]:
    return {"what": change.what, "before": _plain(change.old), "after": _plain(change.new)}


def _plain(value: Any) -> Any:  # noqa: ANN401 any attribute's value
    if isinstance(value, Layer):
        return value.describe()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _figures(row: RowDifference, side: int) -> dict[str, Any]:
    found = {name: _number(row.columns[name][side]) for name in FIGURES}
    return {**found, **field_keys(row.columns["receptive_field"][side])}


def _number(value: Any) -> Any:  # noqa: ANN401 any column's value
    return list(map(int, value)) if isinstance(value, tuple) else int(value)


def _delta(delta: Delta) -> dict[str, Any]:
    """A total of both."""
    assert not isinstance(delta.old, Share | Field)  # noqa: S101 counts alone are asked for
    return {
        "before": int(delta.old),
        "after": int(delta.new),
        "difference": delta.difference,
        "percent": None if delta.percent is None else round(delta.percent, PLACES),
    }


PLACES = 4


def _fields(delta: Delta) -> dict[str, Any]:
    return {"before": field_keys(delta.old), "after": field_keys(delta.new)}
