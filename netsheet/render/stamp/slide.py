"""One channel and one filter: the stamp slides over the input, and leaves a number each time."""

from netsheet.convolution.arithmetic import Arithmetic
from netsheet.convolution.trace import Trace
from netsheet.render.stamp.grid import Cell, Grid, cell_for, cell_of, edges, number, plane
from netsheet.render.stamp.heading import MARGIN, Heading, assemble, sum_of, title_of
from netsheet.render.stamp.scene import Box, Item, Line, Scene, Words
from netsheet.render.stamp.sheets import Sheet

GAP = 52.0
"""Between grids, with a sign in it."""

ROOM = 420.0
"""For the longer side of the input."""


def scene(arithmetic: Arithmetic) -> Scene:
    """A convolution of one channel with one filter, step by step."""
    before, after = edges(arithmetic.pads)
    rows, columns = plane(arithmetic.x.size)
    side = cell_for(max(rows + before[0] + after[0], columns + before[1] + after[1]), ROOM)
    spans = _spans(arithmetic)
    high = side * max(rows + before[0] + after[0], spans[0], plane(arithmetic.y.size)[0])

    def placed(x: float, size: Cell, pads: tuple[Cell, Cell] = ((0, 0), (0, 0))) -> Grid:
        grid = Grid(x, 0, side, *size, *pads)
        return grid._replace(y=(high - grid.height) / 2)

    source = placed(MARGIN, (rows, columns), (before, after))
    kernel = placed(source.right + GAP, spans)
    made = placed(kernel.right + GAP, plane(arithmetic.y.size))
    steps = len(arithmetic.steps)
    traces = [arithmetic.at(step)[0] for step in arithmetic.steps]
    ground: list[Item] = source.ground("cell")
    ground += made.ground("cell")
    marks: list[Item] = []
    captions = []
    for step, (place, trace) in enumerate(zip(arithmetic.steps, traces, strict=True)):
        when = (step, step)
        read = [cell_of(each.position) for each in trace.slices[0].products]
        ground += [
            source.box(cell, "tap", when) for cell in read if cell not in set(source.border())
        ]
        ground.append(made.box(cell_of(place), "made", (step, steps - 1)))
        ground.append(made.box(cell_of(place), "now", when))
        window = source.around(read, "window", when)
        marks.append(window)
        marks += rays(window, made, cell_of(place), when)
        marks += made.word(cell_of(place), number(trace.value), (step, steps - 1))
        if spans != plane(arithmetic.kernel):
            marks += [source.ring(cell, "ring", when) for cell in read]
        captions.append(caption(trace))
    struck = [item for cell in unread_cells(arithmetic, source) for item in source.strike(cell)]
    body = [
        *ground,
        *_numbers(arithmetic, source),
        *struck,
        *[item for item in marks if isinstance(item, Line)],
        *_kernel(arithmetic, kernel),
        *[item for item in marks if not isinstance(item, Line)],
        *_labels(arithmetic, source, kernel, made, high),
    ]
    signs = [
        *(["padding"] if any(map(sum, arithmetic.pads)) else []),
        *(["unread"] if struck else []),
        *(["gaps"] if spans != plane(arithmetic.kernel) else []),
    ]
    size = (made.right, high + 26)
    heading = Heading(title_of(arithmetic), arithmetic.sums, signs)
    return assemble(heading, body, size, captions)


def _spans(arithmetic: Arithmetic) -> Cell:
    """Rows and columns that the window reaches over."""
    read = [cell_of(position) for _, position in arithmetic.read(arithmetic.steps[0])]
    rows, columns = [row for row, _ in read], [column for _, column in read]
    return max(rows) - min(rows) + 1, max(columns) - min(columns) + 1


def unread_cells(arithmetic: Arithmetic, source: Grid | Sheet) -> list[Cell]:
    """Cells at the far edge that no window reads, of the padding as well."""
    below, right = (
        plane(arithmetic.unread) if len(arithmetic.unread) > 1 else (0, arithmetic.unread[0])
    )
    last_row = source.rows + source.after[0] - below
    last_column = source.columns + source.after[1] - right
    every = [*source.within(), *source.border()]
    return [(row, column) for row, column in every if row >= last_row or column >= last_column]


def _numbers(arithmetic: Arithmetic, source: Grid) -> list[Item]:
    """The input's numbers, and the padding's zeros."""
    values = {cell_of(place[1:]): str(value) for place, value in arithmetic.values.items()}
    return source.words(values) + source.words(dict.fromkeys(source.border(), "0"), "faint")


def _kernel(arithmetic: Arithmetic, kernel: Grid) -> list[Item]:
    """The filter, its gaps dashed and its taps ringed if it has any."""
    start = [cell_of(position) for _, position in arithmetic.read(arithmetic.steps[0])]
    origin = (min(row for row, _ in start), min(column for _, column in start))
    cells = {
        (cell[0] - origin[0], cell[1] - origin[1]): arithmetic.weights[(0, 0, *tap)]
        for (tap, _), cell in zip(arithmetic.read(arithmetic.steps[0]), start, strict=True)
    }
    items: list[Item] = [kernel.box(cell, "gap") for cell in kernel.within() if cell not in cells]
    items += [kernel.box(cell, "weight") for cell in cells]
    items += kernel.words({cell: number(value) for cell, value in cells.items()})
    if len(cells) < kernel.rows * kernel.columns:
        items += [kernel.ring(cell, "ring") for cell in cells]
    return items


def _labels(
    arithmetic: Arithmetic, source: Grid, kernel: Grid, made: Grid, high: float
) -> list[Item]:
    """What each grid is, below it, and the signs between them."""

    def below(grid: Grid, text: str) -> Words:
        return Words(grid.x + grid.width / 2, high + 20, text, "label", "middle")

    sides = "×".join(map(str, arithmetic.kernel))
    bias = f" + bias {number(arithmetic.biases[0,])}" if arithmetic.biases else ""
    between = [
        Words((source.right + kernel.x) / 2, high / 2 + 9, "∗", "sign", "middle"),
        Words((kernel.right + made.x) / 2, high / 2 + 9, "=", "sign", "middle"),
    ]
    return [
        below(source, f"input {_size(arithmetic.x.size)}"),
        below(kernel, f"filter {sides}{bias}"),
        below(made, f"output {_size(arithmetic.y.size)}"),
        *between,
    ]


def _size(size: tuple[int, ...]) -> str:
    return "×".join(map(str, size))


def rays(window: Box, made: Grid, cell: Cell, when: tuple[int, int]) -> list[Item]:
    """Two dashed lines from the window to the output that it gives."""
    x, y = made.corner(cell)
    right = window.x + window.width
    return [
        Line(((right, window.y), (x, y)), "ray", when),
        Line(((right, window.y + window.height), (x, y + made.cell)), "ray", when),
    ]


def caption(trace: Trace) -> str:
    """`output (0, 1): 1·2 + 0·1 = 2`."""
    pairs = [(each.value, each.weight) for each in trace.slices[0].products]
    place = ", ".join(map(str, trace.place[1:]))
    total = number(trace.value)
    if not trace.bias:
        return f"output ({place}): {sum_of(pairs, total)}"
    inner = sum_of(pairs, number(trace.slices[0].total))
    sign = "+" if trace.bias > 0 else "−"
    return f"output ({place}): {inner}, {sign} {number(abs(trace.bias))} = {total}"
