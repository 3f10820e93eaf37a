"""Transposed convolution: each input value lays a stamp on the output, and stamps add up.

Input and output can't be confused: the small map with the thick edge around one value is the input,
the stamp lies on the large one, where numbers grow; what is cut off at its rim is struck out.
"""

from netsheet.convolution.arithmetic import Arithmetic, Stamp
from netsheet.core.errors import UnsupportedError
from netsheet.render.stamp.grid import Cell, Grid, cell_for, cell_of, number, plane
from netsheet.render.stamp.heading import MARGIN, Heading, assemble, title_of
from netsheet.render.stamp.scene import Item, Line, Scene, Words

GAP = 52.0


def scene(arithmetic: Arithmetic) -> Scene:
    """A transposed convolution of one channel with one filter, step by step."""
    if arithmetic.x.channels != 1 or arithmetic.y.channels != 1:
        what = "a transposed convolution is drawn with one channel and one filter"
        raise UnsupportedError(f"{what}\n  of several, each does the same, and they add up")
    rows, columns = plane(arithmetic.y.size)
    (above, below), (left, right) = ((0, 0), *arithmetic.pads)[-2:]
    before, after = (above, left), (max(below, 0), max(right, 0))
    tall, broad = rows + above + after[0], columns + left + after[1]
    side = cell_for(max(tall, broad), 420)
    size = plane(arithmetic.x.size)
    high = side * max(tall, size[0], plane(arithmetic.kernel)[0])

    def placed(x: float, grid: Grid) -> Grid:
        return grid._replace(x=x, y=(high - grid.height) / 2)

    source = placed(MARGIN, Grid(0, 0, side, *size))
    kernel = placed(source.right + GAP, Grid(0, 0, side, *plane(arithmetic.kernel)))
    made = placed(kernel.right + GAP, Grid(0, 0, side, rows, columns, before, after))
    stamps = arithmetic.stamps()
    ground: list[Item] = [*source.ground("cell"), *made.ground("cell", "cut")]
    marks: list[Item] = []
    for step, stamp in enumerate(stamps):
        when = (step, step)
        cell = cell_of(stamp.source)
        ground.append(source.box(cell, "source", when))
        landed = [cell_of(place) for _, place in stamp.landed]
        border = set(made.border())
        ground += [made.box(each, "made", when) for each in landed if each not in border]
        shown = [each for each in landed if _on_paper(made, each)]
        if shown:
            marks.append(made.around(shown, "now", when)._replace(role="window"))
        marks += _rings(arithmetic, made, landed, when)
    struck = [item for cell in made.border() for item in made.strike(cell)]
    values = {cell_of(place[1:]): str(value) for place, value in arithmetic.values.items()}
    weights = {cell_of(place[2:]): number(value) for place, value in arithmetic.weights.items()}
    body = [
        *ground,
        *source.words(values),
        *struck,
        *[kernel.box(cell, "weight") for cell in kernel.within()],
        *kernel.words(weights),
        *_growing(made, stamps, biased=bool(arithmetic.biases)),
        *marks,
        *_labels(arithmetic, source, kernel, made, high),
    ]
    signs = ["cut"] if struck else []
    captions = [_caption(arithmetic, stamp) for stamp in stamps]
    extent = (made.right, high + 26)
    heading = Heading(title_of(arithmetic), arithmetic.sums, signs)
    return assemble(heading, body, extent, captions)


def _on_paper(grid: Grid, cell: Cell) -> bool:
    """Whether a cell is drawn: what is cut off beyond the rim is not."""
    (above, left), (below, right) = grid.before, grid.after
    return -above <= cell[0] < grid.rows + below and -left <= cell[1] < grid.columns + right


def _rings(
    arithmetic: Arithmetic, made: Grid, landed: list[Cell], when: tuple[int, int]
) -> list[Item]:
    """Rings where a stamp with gaps lands."""
    rows, columns = {row for row, _ in landed}, {column for _, column in landed}
    span = (max(rows) - min(rows) + 1, max(columns) - min(columns) + 1)
    if span == plane(arithmetic.kernel):
        return []
    return [made.ring(cell, "ring", when) for cell in landed if _on_paper(made, cell)]


def _growing(made: Grid, stamps: tuple[Stamp, ...], *, biased: bool) -> list[Item]:
    """Each output's number as it is after each step: the bias, or nothing, before anything landed.

    Where nothing lands at all there is a 0 in the end.
    """
    items: list[Item] = []
    touched: set[Cell] = set()
    texts: dict[Cell, list[str]] = {cell: [] for cell in made.within()}
    for step, stamp in enumerate(stamps, 1):
        touched |= {cell_of(place) for _, place in stamp.landed}
        for cell, listed in texts.items():
            place = (0, cell[1]) if len(stamp.source) == 1 else (0, *cell)
            shown = biased or cell in touched or step == len(stamps)
            listed.append(number(stamp.sums[place]) if shown else "")
    for cell, listed in texts.items():
        start = 0
        for step in range(1, len(listed) + 1):
            if step == len(listed) or listed[step] != listed[start]:
                items += made.word(cell, listed[start], (start, step - 1))
                start = step
    return items


def _labels(
    arithmetic: Arithmetic, source: Grid, kernel: Grid, made: Grid, high: float
) -> list[Item]:
    """What each grid is, and how one comes from the other."""

    def below(grid: Grid, text: str) -> Words:
        return Words(grid.x + grid.width / 2, high + 20, text, "label", "middle")

    y = high / 2
    arrow = Line(((kernel.right + 10, y), (made.x - 10, y)), "ray", arrow=True)
    return [
        below(source, f"input {'×'.join(map(str, arithmetic.x.size))}"),
        below(kernel, f"filter {'×'.join(map(str, arithmetic.kernel))}"),
        below(made, f"output {'×'.join(map(str, arithmetic.y.size))}"),
        Words((source.right + kernel.x) / 2, y + 8, "×", "sign", "middle"),
        arrow,
    ]


def _caption(arithmetic: Arithmetic, stamp: Stamp) -> str:
    """`input (0, 1) is 3: 3 times the filter is laid on rows 0 to 2, columns 2 to 4`."""
    value = number(arithmetic.values[(0, *stamp.source)])
    place = ", ".join(map(str, stamp.source))
    parts = []
    names = ("columns",) if len(stamp.source) == 1 else ("rows", "columns")
    for axis, name in enumerate(names):
        at = [landed[axis] for _, landed in stamp.landed]
        parts.append(f"{name} {number(min(at))} to {number(max(at))}")
    where = ", ".join(parts)
    where = ", ".join(parts)
    return f"input ({place}) is {value}: {value} times the filter is added to {where}"
