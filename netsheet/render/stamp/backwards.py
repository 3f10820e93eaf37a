"""A trace the other way round, drawn: who reads an input value, and what a weight meets."""

from collections.abc import Iterable, Sequence

from netsheet.convolution.backwards import Met, Reader
from netsheet.convolution.reading import Place
from netsheet.core.errors import UnsupportedError
from netsheet.core.shape import Shape
from netsheet.render.stamp.grid import Cell, Grid, cell_for, cell_of, edges, plane
from netsheet.render.stamp.heading import MARGIN, Heading, assemble
from netsheet.render.stamp.scene import Item, Line, Scene, Words

GAP = 70.0

AROUND = 3
"""Cells that are drawn beyond those that matter, on each side."""

MOST = 64
"""Cells along one side of a grid, at most."""

ROOM = 420.0


def readers_scene(
    name: str, said: str, place: Place, maps: tuple[Shape, Shape], readers: Sequence[Reader]
) -> Scene:
    """An input value, and the outputs that read it, each with the tap through which it does.

    said: what is said of it in words. maps: input and output. UnsupportedError for volumes, and
    where too many read it.
    """
    x, y = maps
    _check(x)
    at = cell_of(place[1:])
    taps: dict[Cell, str] = {}
    for each in readers:  # where the border repeats the map, an output may read it twice
        text = ",".join(map(str, each.tap))
        before = taps.get(cell_of(each.place))
        taps[cell_of(each.place)] = text if before is None else f"{before} {text}"
    input_, source = _region([at], plane(x.size), MARGIN)
    output, made = _region(taps or [(0, 0)], plane(y.size), source.right + GAP)
    high = max(source.height, made.height)
    source = source._replace(y=(high - source.height) / 2)
    made = made._replace(y=(high - made.height) / 2)
    shifted = {(row - output[0], column - output[1]): text for (row, column), text in taps.items()}
    here = (at[0] - input_[0], at[1] - input_[1])
    items: list[Item] = [*source.ground("cell"), source.box(here, "source")]
    items += made.ground("cell")
    items += [made.box(cell, "made") for cell in shifted]
    small = "small" if not all(map(made.holds, shifted.values())) else "number"
    items += [item for cell, text in shifted.items() for item in made.word(cell, text, None, small)]
    end = (source.right + 12, high / 2)
    items.append(Line((end, (made.x - 12, high / 2)), "ray", None, arrow=True))
    items += [
        _below(source, f"input, {_span(input_, source)}", high),
        _below(made, f"outputs that read it, {_span(output, made)}", high),
    ]
    heading = Heading(f"{name}, input ({', '.join(map(str, place))})", [said])
    note = ["in each output: the tap of the filter through which it reads"]
    return assemble(heading, items, (made.right, high + 26), note)


def met_scene(
    name: str,
    said: Sequence[str],
    index: Place,
    maps: tuple[tuple[int, ...], Shape],
    met: Sequence[Met],
) -> Scene:
    """A weight in its window, and the input positions that it meets, those of the padding hatched.

    maps: sides of the window, and the input. UnsupportedError for volumes, and for maps too large
    to be drawn.
    """
    sides, x = maps
    _check(x)
    size = plane(x.size)
    if max(size) > MOST:
        what = f"a map of {x} is too large to be drawn"
        raise UnsupportedError(f"{what}\n  up to {MOST}×{MOST} can; write it as .txt or .json")
    positions = [each.position for each in met]
    pads = tuple(
        (max(0, -min(p[axis] for p in positions)), max(0, max(p[axis] for p in positions) - n + 1))
        for axis, n in enumerate(x.size)
    )
    before, after = edges(pads)
    kernel = Grid(MARGIN, 0, cell_for(max(plane(sides)), 160), *plane(sides))
    tall, broad = size[0] + before[0] + after[0], size[1] + before[1] + after[1]
    source = Grid(kernel.right + GAP, 0, cell_for(max(tall, broad), ROOM), *size, before, after)
    high = max(kernel.height, source.height)
    kernel = kernel._replace(y=(high - kernel.height) / 2)
    source = source._replace(y=(high - source.height) / 2)
    tap = cell_of(index[len(index) - x.rank :])
    cells = [cell_of(position) for position in positions]
    within = set(source.within())
    items: list[Item] = [kernel.box(cell, "weight") for cell in kernel.within()]
    items += [kernel.ring(tap, "winner"), *source.ground("cell")]
    items += [source.box(cell, "tap") for cell in cells if cell in within]
    items += [source.ring(cell, "ring") for cell in cells]
    items.append(
        Line(((kernel.right + 12, high / 2), (source.x - 12, high / 2)), "ray", None, arrow=True)
    )
    items += [
        _below(kernel, f"weight {','.join(map(str, tap))}", high),
        _below(source, f"inputs that it meets, of {'×'.join(map(str, x.size))}", high),
    ]
    signs = ["padding"] if any(map(sum, pads)) else []
    heading = Heading(f"{name}, weight ({', '.join(map(str, index))})", said, signs)
    note = ["ringed: an input that the weight is multiplied with, once for each output"]
    return assemble(heading, items, (source.right, high + 26), note)


def _check(x: Shape) -> None:
    if x.rank > 2:  # noqa: PLR2004 a sheet of paper
        raise UnsupportedError("a volume has no flat picture\n  write it as .txt or .json")


def _region(cells: Iterable[Cell], size: Cell, left: float) -> tuple[Cell, Grid]:
    """A part of a map around some of its cells: its first cell, and where it lies."""
    listed = list(cells)
    rows, columns = [row for row, _ in listed], [column for _, column in listed]
    top, start = max(0, min(rows) - AROUND), max(0, min(columns) - AROUND)
    low, stop = min(size[0], max(rows) + AROUND + 1), min(size[1], max(columns) + AROUND + 1)
    if max(low - top, stop - start) > MOST:
        what = "too many outputs read it to be drawn"
        raise UnsupportedError(f"{what}\n  write it as .txt or .json")
    side = cell_for(max(low - top, stop - start), 300)
    return (top, start), Grid(left, 0, side, low - top, stop - start)


def _span(first: Cell, grid: Grid) -> str:
    """`rows 3 to 9, columns 0 to 6`."""
    parts = []
    for name, start, count in (("row", first[0], grid.rows), ("column", first[1], grid.columns)):
        one = count == 1
        parts.append(f"{name} {start}" if one else f"{name}s {start} to {start + count - 1}")
    return ", ".join(parts)


def _below(grid: Grid, text: str, high: float) -> Words:
    return Words(grid.x, high + 20, text, "label")
