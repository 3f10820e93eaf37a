"""Pooling: the window of each channel, with its greatest value ringed, or its mean."""

from fractions import Fraction

from netsheet.convolution.arithmetic import Arithmetic
from netsheet.convolution.trace import Trace
from netsheet.core.errors import UnsupportedError
from netsheet.layers.average_pool import AveragePool
from netsheet.render.stamp.grid import Grid, cell_for, cell_of, edges, number, plane
from netsheet.render.stamp.heading import MARGIN, Heading, assemble, title_of
from netsheet.render.stamp.scene import Item, Scene, Words
from netsheet.render.stamp.slide import rays, unread_cells

GAP, BETWEEN = 110.0, 30.0
"""Between input and output, and between channels."""

MOST = 8
"""Channels that are drawn, at most."""


def scene(arithmetic: Arithmetic) -> Scene:
    """A pool, each channel by itself, step by step."""
    channels = arithmetic.x.channels
    if channels > MOST:
        what = f"{channels} channels are too many to be looked at"
        raise UnsupportedError(f"{what}\n  they are all alike: take at most {MOST}")
    before, after = edges(arithmetic.pads)
    rows, columns = plane(arithmetic.x.size)
    tall = rows + before[0] + after[0]
    side = cell_for(max(tall, columns + before[1] + after[1]), 420 if channels == 1 else 200)
    size = plane(arithmetic.y.size)
    left = MARGIN + (78 if channels > 1 else 0)
    high = max(tall, size[0]) * side
    inputs, outputs = [], []
    for channel in range(channels):
        top = channel * (high + BETWEEN)
        grid = Grid(left, top, side, rows, columns, before, after)
        inputs.append(grid._replace(y=top + (high - grid.height) / 2))
        made = Grid(grid.right + GAP, top, side, *size)
        outputs.append(made._replace(y=top + (high - made.height) / 2))
    ground: list[Item] = []
    marks: list[Item] = []
    numbers: list[Item] = []
    traces = [arithmetic.at(step) for step in arithmetic.steps]
    steps = len(traces)
    for channel, (source, made) in enumerate(zip(inputs, outputs, strict=True)):
        ground += [*source.ground("cell"), *made.ground("cell")]
        numbers += _numbers(arithmetic, source, channel)
        for step, filters in enumerate(traces):
            trace, when = filters[channel], (step, step)
            read = [cell_of(position) for _, position in arithmetic.read(arithmetic.steps[step])]
            within = set(source.within())
            cell = cell_of(trace.place[1:])
            ground += [source.box(each, "tap", when) for each in read if each in within]
            ground += [made.box(cell, "made", (step, steps - 1)), made.box(cell, "now", when)]
            window = source.around(
                [each for each in read if _on_paper(source, each)], "window", when
            )
            marks += [window, *rays(window, made, cell, when)]
            marks += made.word(cell, _value(trace), (step, steps - 1))
            if trace.winner is not None:
                won = next(p.position for p in trace.slices[0].products if p.tap == trace.winner)
                marks.append(source.ring(cell_of(won), "winner", when))
    struck = [
        item
        for grid in inputs
        for cell in unread_cells(arithmetic, grid)
        for item in grid.strike(cell)
    ]
    foot = channels * (high + BETWEEN) - BETWEEN
    body = [*ground, *numbers, *struck, *marks, *_labels(arithmetic, inputs, outputs, foot)]
    average = isinstance(arithmetic.layer, AveragePool)
    signs = [
        *(["padding"] if any(map(sum, arithmetic.pads)) else []),
        *(["unread"] if struck else []),
        *([] if average else ["winner"]),
    ]
    captions = [_caption(filters) for filters in traces]
    extent = (outputs[0].right, foot + 26)
    heading = Heading(title_of(arithmetic), arithmetic.sums, signs)
    return assemble(heading, body, extent, captions)


def _on_paper(grid: Grid, cell: tuple[int, int]) -> bool:
    """Whether a cell is drawn: a window that is rounded up may reach further."""
    return cell[0] < grid.rows + grid.after[0] and cell[1] < grid.columns + grid.after[1]


def _numbers(arithmetic: Arithmetic, source: Grid, channel: int) -> list[Item]:
    """A channel's numbers; the zeros of the padding where they count in a mean."""
    values = {
        cell_of(place[1:]): str(value)
        for place, value in arithmetic.values.items()
        if place[0] == channel
    }
    layer = arithmetic.layer
    counted = isinstance(layer, AveragePool) and layer.count_padding
    zeros = dict.fromkeys(source.border(), "0") if counted else {}
    return source.words(values) + source.words(zeros, "faint")


def _labels(
    arithmetic: Arithmetic, inputs: list[Grid], outputs: list[Grid], foot: float
) -> list[Item]:
    """Names of channels, and what each grid is."""
    items: list[Item] = []
    if len(inputs) > 1:
        items += [
            Words(MARGIN, grid.y + grid.height / 2 + 5, f"channel {c}", "label")
            for c, grid in enumerate(inputs)
        ]
    for grid, what, size in (
        (inputs[-1], "input", arithmetic.x.size),
        (outputs[-1], "output", arithmetic.y.size),
    ):
        text = f"{what} {'×'.join(map(str, size))}"
        items.append(Words(grid.x + grid.width / 2, foot + 20, text, "label", "middle"))
    return items


def _value(trace: Trace) -> str:
    """What comes out, a mean as a fraction."""
    if trace.how == "greatest":
        return number(trace.value)
    return str(Fraction(round(trace.slices[0].total), trace.divisor))


def _caption(filters: tuple[Trace, ...]) -> str:
    """`output (0, 1): the greatest of 3, 0, 2, 1 is 3`, of the first channel."""
    trace = filters[0]
    place = ", ".join(map(str, trace.place[1:]))
    values = [number(each.value) for each in trace.slices[0].products]
    listed = ", ".join(values) if len(values) <= 16 else f"{len(values)} values"  # noqa: PLR2004 a line
    of = ", in channel 0" if len(filters) > 1 else ""
    if trace.how == "greatest":
        return f"output ({place}): the greatest of {listed} is {number(trace.value)}{of}"
    total = " + ".join(values) if len(values) <= 16 else f"the sum of {len(values)} values"  # noqa: PLR2004 a line
    zeros = trace.divisor - len(values)
    total += f" + {zeros} zeros of the padding" * (zeros > 0)
    return f"output ({place}): ({total}) / {trace.divisor} = {number(trace.value)}{of}"
