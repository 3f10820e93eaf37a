"""Another kernel, in one convolution or in all of one name; the map keeps its size."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from netsheet.audit.edit import Edit, Target, with_layer
from netsheet.core.graph import Graph
from netsheet.layers.conv import Conv

SIDES = (1, 3, 5, 7, 11)
NEAR = 4
"""No kernel is taken for one whose side differs by more."""


def edits(target: Target) -> Iterator[Edit]:
    """Each convolution of the line with another kernel; of a whole network, all of one name."""
    if target.whole:
        yield from _everywhere(target)
        return
    for _, row in target.rows():
        side = _side(row.layer)
        for other in _others(side):
            if side:
                words = f"{row.name} with a kernel of {other}×{other} instead of {side}×{side}"
                change = with_layer(row.name, kernel=other, padding=_padding(row.layer, other))
                yield Edit(words, change, 2)


def _everywhere(target: Target) -> Iterator[Edit]:
    """All convolutions whose rows have one last name in several blocks, changed together."""
    named: dict[tuple[str, int], list[str]] = {}
    for _, row in target.rows():
        side = _side(row.layer)
        last = ".".join(row.name.split(".")[1:]) if "." in row.name else ""
        if side and last:
            named.setdefault((last, side), []).append(row.name)
    for (last, side), names in named.items():
        for other in _others(side):
            if len(names) > 1:
                words = f"every {last} with a kernel of {other}×{other} instead of {side}×{side}"
                yield Edit(words, _all(frozenset(names), other), 2)


def _others(side: int) -> list[int]:
    """Sides that a kernel may be taken to have."""
    return [other for other in SIDES if other != side and abs(other - side) <= NEAR]


def _all(names: frozenset[str], side: int) -> Callable[[Graph], Graph]:
    def change(graph: Graph) -> Graph:
        rows = tuple(
            row._replace(layer=replace(row.layer, kernel=side, padding=_padding(row.layer, side)))
            if row.name in names
            else row
            for row in graph.rows
        )
        return replace(graph, rows=rows)

    return change


def _side(layer: object) -> int:
    """The side of a square kernel; 0 for other layers."""
    if not isinstance(layer, Conv):
        return 0
    sides = layer.kernel if isinstance(layer.kernel, tuple) else (layer.kernel,)
    return int(sides[0]) if len(set(sides)) == 1 else 0


def _padding(layer: Conv, side: int) -> int | str:
    """Padding that keeps the size where the layer's own does; none where it has none."""
    return (
        layer.padding if layer.padding in {"same", "valid"} else (side // 2) * bool(layer.padding)
    )


EDITS = edits
