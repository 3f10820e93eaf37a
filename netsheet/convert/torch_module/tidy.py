"""Rows that say one thing together made one, and rows that lead nowhere left out.

Requirements met here: what is merged is read by nobody else; nothing that is stored or multiplies
is ever left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from netsheet.convert.torch_module.rows import Draft
from netsheet.convert.torch_module.translate import Translator
from netsheet.core.errors import RuleError
from netsheet.core.graph import INPUT, OWN
from netsheet.core.shape import Shape
from netsheet.layers.axis import pads
from netsheet.layers.operand import axes

Merge = Callable[[Any, Any], Any | None]


def border_into_window(pad: Any, layer: Any, x: Shape) -> Any | None:
    """A convolution or pool with the border before it as its own padding."""
    if isinstance(layer.padding, str):
        return None
    own = pads(layer.padding, x, layer.kernel)
    if layer.kind != "conv" and any(map(any, own)):
        return None
    border = pads(pad.padding, x, 1)
    both = [(a + c, b + d) for (a, b), (c, d) in zip(border, own, strict=True)]
    even = all(before == behind for before, behind in both)
    return replace(layer, padding=axes([a for a, _ in both]) if even else tuple(both))


def tidy(t: Translator, outputs: Sequence[int]) -> tuple[list[Draft], list[int]]:
    """The rows that are left, and where the outputs lie among them."""
    rows, ends = t.rows, list(outputs)
    readers: list[list[int]] = [[] for _ in rows]
    for place, row in enumerate(rows):
        for read in dict.fromkeys(row.reads):
            readers[read].append(place)
    instead: dict[int, int] = {}
    for place, row in enumerate(rows):
        if len(readers[place]) == 1 and place not in ends and not row.given:
            reader = rows[readers[place][0]]
            merged = _merged(t, place, readers[place][0], row, reader)
            if merged is not None:
                reader.layer = merged
                instead[place] = row.reads[0]
    for place in t.low_borders - instead.keys():
        where = rows[place].visit.name or t.trace.name
        t.note("pad", where, "a border of −∞ has no place in a sheet, unless a max pool follows")
    alive = _alive(rows, ends, instead)
    return _compact(rows, ends, alive, instead)


def _merged(t: Translator, place: int, at: int, row: Draft, reader: Draft) -> Any | None:
    """The reader's layer with the row's taken in, if the two are one."""
    layer, follower = row.layer, reader.layer
    if layer.kind == "pad" and reader.reads == (place,) and not layer.channels:
        low = place in t.low_borders
        fits = {"conv": not low, "average pool": not low, "max pool": low}
        if layer.mode == "zero" and fits.get(follower.kind):
            x = Shape(t.shapes[row.reads[0]])
            try:
                merged = border_into_window(layer, follower, x)
                if merged is None or tuple(merged.facts(x).output) != t.shapes[at]:
                    return None
            except RuleError:
                return None  # wider than the window, for instance
            if follower.kind == "average pool":
                return replace(merged, count_padding=True)
            return merged
    if layer.kind == follower.kind == "rescale":
        factor = layer.factor * follower.factor
        return replace(
            follower, factor=factor, shift=layer.shift * follower.factor + follower.shift
        )
    return None


def _alive(rows: Sequence[Draft], ends: Sequence[int], instead: dict[int, int]) -> set[int]:
    """Rows that an output comes from, that store or multiply, and inputs."""
    alive: set[int] = set()
    kept = [
        place
        for place, row in enumerate(rows)
        if place not in instead
        and (row.given or row.weights or row.layer.kind in {INPUT, "opaque", "matmul"})
        and not (row.layer.kind == "parameter" and not row.layer.trained)
    ]
    waiting = [*ends, *kept]
    while waiting:
        place = waiting.pop()
        while place in instead:
            place = instead[place]
        if place in alive:
            continue
        alive.add(place)
        waiting += rows[place].reads
        if rows[place].shares != OWN:
            waiting.append(rows[place].shares)
    return alive


def _compact(
    rows: Sequence[Draft], ends: Sequence[int], alive: set[int], instead: dict[int, int]
) -> tuple[list[Draft], list[int]]:
    """The rows that are alive, with new numbers."""
    new = {place: number for number, place in enumerate(sorted(alive))}

    def moved(place: int) -> int:
        while place in instead:
            place = instead[place]
        return new[place]

    left = []
    for place in sorted(alive):
        row = rows[place]
        row.reads = tuple(moved(read) for read in row.reads)
        if row.shares != OWN:
            row.shares = moved(row.shares)
        left.append(row)
    return left, [moved(place) for place in ends]
