"""Several channels or filters: slices aligned, with one sum and one bias for each filter.

A row for each input channel, a column for each filter: where they cross stands the filter's slice
for that channel, and what it adds. At the foot of a column its sums are added up, the bias comes on
top, and the output's map is filled. Channels that a filter doesn't read are left empty; groups have
a frame. A 1×1 filter is a skewer through the channels.
"""

from collections.abc import Sequence
from typing import NamedTuple

from netsheet.convolution.arithmetic import Arithmetic
from netsheet.convolution.trace import Trace
from netsheet.core.errors import UnsupportedError
from netsheet.layers.conv import Conv
from netsheet.render.diagram.lettering import width
from netsheet.render.stamp.grid import Cell, Grid, cell_for, cell_of, edges, number, plane
from netsheet.render.stamp.heading import MARGIN, Heading, assemble, title_of
from netsheet.render.stamp.scene import FONTS, Box, Item, Line, Scene, Words
from netsheet.render.stamp.sheets import FLAT, Sheet
from netsheet.render.stamp.slide import unread_cells

GAP, BETWEEN, COLUMN = 46.0, 22.0, 22.0
"""Between inputs and filters; between slices; between columns."""

SUM = 44.0
"""Room for what a slice adds, right of it."""

LABEL = 78.0
"""Room for a channel's name, left of it."""

HEAD = 36.0
"""Room for the names of the filters."""

MOST = 64
"""Slices of all filters that are drawn, at most."""

RGB = ("red", "green", "blue")


class Places(NamedTuple):
    """Where everything lies: input slices, filter slices by (filter, channel), and outputs."""

    inputs: tuple[Grid | Sheet, ...]
    kernels: dict[tuple[int, int], Grid]
    outputs: tuple[Grid, ...]
    foot: float
    high: float
    right: float


def scene(arithmetic: Arithmetic) -> Scene:
    """A convolution of several channels or filters, step by step."""
    layer = arithmetic.layer
    assert isinstance(layer, Conv)  # noqa: S101 nothing else has filters of slices
    if arithmetic.x.channels * arithmetic.y.channels > MOST:
        count = arithmetic.x.channels * arithmetic.y.channels
        what = f"{count:,} slices of filters are too many to be looked at"
        raise UnsupportedError(f"{what}\n  take fewer channels or filters: at most {MOST} slices")
    traces = [arithmetic.at(step) for step in arithmetic.steps]
    places = _places(arithmetic, traces)
    steps = len(traces)
    ground: list[Item] = _bands(arithmetic, places)
    marks: list[Item] = []
    for grid in places.inputs:
        ground += grid.ground("cell")
    for grid in places.outputs:
        ground += grid.ground("cell")
    for step, (place, filters) in enumerate(zip(arithmetic.steps, traces, strict=True)):
        when, after = (step, step), (step, steps - 1)
        read = [cell_of(position) for _, position in arithmetic.read(place)]
        for grid in places.inputs:
            border = set(grid.border())
            ground += [grid.box(cell, "tap", when) for cell in read if cell not in border]
            marks.append(grid.around(read, "window", when))
            marks += _taps(arithmetic, grid, read, when)
        for trace in filters:
            out = places.outputs[trace.place[0]]
            ground += [out.box(cell_of(place), "made", after), out.box(cell_of(place), "now", when)]
            marks += out.word(cell_of(place), number(trace.value), after)
            marks += _adding(places, trace, when)
        if _pointwise(arithmetic):
            marks += _skewer(places, read[0], when)
    struck = [
        item
        for grid in places.inputs
        for cell in unread_cells(arithmetic, grid)
        for item in grid.strike(cell)
    ]
    body = [
        *ground,
        *_numbers(arithmetic, places),
        *struck,
        *_kernels(arithmetic, places),
        *marks,
        *_labels(arithmetic, places),
    ]
    signs = [
        *(["padding"] if any(map(sum, arithmetic.pads)) else []),
        *(["unread"] if struck else []),
        *(["gaps"] if _gapped(arithmetic) else []),
        *(["groups"] if layer.groups > 1 else []),
    ]
    captions = [_caption(arithmetic, filters) for filters in traces]
    size = (places.right, places.high)
    heading = Heading(title_of(arithmetic), arithmetic.sums, signs)
    return assemble(heading, body, size, captions)


def _places(arithmetic: Arithmetic, traces: Sequence[tuple[Trace, ...]]) -> Places:
    """Everything laid out: a row for each channel, a column for each filter."""
    before, after = edges(arithmetic.pads)
    rows, columns = plane(arithmetic.x.size)
    tall = rows + before[0] + after[0]
    side = cell_for(max(tall, columns + before[1] + after[1], 7), 190)
    inputs: list[Grid | Sheet] = []
    pen = HEAD
    kind: type[Grid | Sheet] = Sheet if _pointwise(arithmetic) else Grid
    kernel = plane(arithmetic.kernel)
    small = min(side, 24.0)
    step = max(tall * side * (FLAT if kind is Sheet else 1), kernel[0] * small) + BETWEEN
    for _ in range(arithmetic.x.channels):
        inputs.append(kind(MARGIN + LABEL, pen, side, rows, columns, before, after))
        pen += step
    foot = pen - BETWEEN + 8
    made = plane(arithmetic.y.size)
    words = max(
        width(text, FONTS["label"])
        for filters in traces
        for trace in filters
        for text in _sum(trace)
    )
    wide = max(kernel[1] * small + SUM, made[1] * side, words, 70)
    kernels: dict[tuple[int, int], Grid] = {}
    outputs = []
    left = inputs[0].right + GAP
    for trace in traces[0]:
        o = trace.place[0]
        for each in trace.slices:
            row = inputs[each.channel]
            y = row.y + (row.height - kernel[0] * small) / 2
            kernels[o, each.channel] = Grid(left, y, small, *kernel)
        outputs.append(Grid(left, foot + 62, side, *made))
        left += wide + COLUMN
    return Places(
        tuple(inputs), kernels, tuple(outputs), foot, outputs[0].bottom + 26, left - COLUMN
    )


def _bands(arithmetic: Arithmetic, places: Places) -> list[Item]:
    """A dashed frame around each group: its channels, its filters' slices."""
    layer = arithmetic.layer
    assert isinstance(layer, Conv)  # noqa: S101 the caller has looked
    if layer.groups == 1:
        return []
    reads, each = arithmetic.x.channels // layer.groups, layer.out // layer.groups
    items: list[Item] = []
    for group in range(layer.groups):
        first, last = places.inputs[group * reads], places.inputs[(group + 1) * reads - 1]
        top, high = first.y - 8, last.bottom - first.y + 16
        items.append(Box(MARGIN - 8, top, first.right - MARGIN + 16, high, "band", None, 6))
        start = places.outputs[group * each]
        end = places.outputs[(group + 1) * each - 1]
        right = end.x + max(
            end.width, places.kernels[(group + 1) * each - 1, group * reads].width + SUM
        )
        items.append(Box(start.x - 8, top, right - start.x + 16, high, "band", None, 6))
        items.append(Words(MARGIN, first.y + 12, f"group {group}", "band"))
    return items


def _numbers(arithmetic: Arithmetic, places: Places) -> list[Item]:
    """The input's numbers, and the padding's zeros."""
    items: list[Item] = []
    for channel, grid in enumerate(places.inputs):
        values = {
            cell_of(place[1:]): str(value)
            for place, value in arithmetic.values.items()
            if place[0] == channel
        }
        items += grid.words(values)
        items += grid.words(dict.fromkeys(grid.border(), "0"), "faint")
    return items


def _kernels(arithmetic: Arithmetic, places: Places) -> list[Item]:
    """Each filter's slices."""
    layer = arithmetic.layer
    assert isinstance(layer, Conv)  # noqa: S101 the caller has looked
    reads = arithmetic.x.channels // layer.groups
    items: list[Item] = []
    for (o, channel), grid in places.kernels.items():
        items += [grid.box(cell, "weight") for cell in grid.within()]
        values = {
            cell_of(place[2:]): number(value)
            for place, value in arithmetic.weights.items()
            if place[:2] == (o, channel % reads)
        }
        items += grid.words(values)
    return items


def _gapped(arithmetic: Arithmetic) -> bool:
    read = [cell_of(position) for _, position in arithmetic.read(arithmetic.steps[0])]
    rows, columns = [row for row, _ in read], [column for _, column in read]
    span: Cell = (max(rows) - min(rows) + 1, max(columns) - min(columns) + 1)
    return span != plane(arithmetic.kernel)


def _taps(
    arithmetic: Arithmetic, grid: Grid | Sheet, read: list[Cell], when: tuple[int, int]
) -> list[Item]:
    """Rings around what a window with gaps reads."""
    return [grid.ring(cell, "ring", when) for cell in read] if _gapped(arithmetic) else []


def _adding(places: Places, trace: Trace, when: tuple[int, int]) -> list[Item]:
    """What each slice adds, and below the column its sum and the bias."""
    o = trace.place[0]
    items: list[Item] = []
    for each in trace.slices:
        grid = places.kernels[o, each.channel]
        y = grid.y + grid.height / 2 + 5
        items.append(Words(grid.right + 7, y, f"= {number(each.total)}", "label", "start", when))
    out = places.outputs[o]
    for line, text in enumerate(_sum(trace)):
        items.append(Words(out.x, places.foot + 22 + 19 * line, text, "label", "start", when))
    return items


def _sum(trace: Trace) -> tuple[str, ...]:
    """`3 − 2 + 5`, and below it `+ bias 1 = 7`."""
    totals = [each.total for each in trace.slices]
    text = number(totals[0])
    for total in totals[1:]:
        text += f" {'−' if total < 0 else '+'} {number(abs(total))}"
    if trace.bias is None:
        return text, f"= {number(trace.value)}"
    sign = "−" if trace.bias < 0 else "+"
    return text, f"{sign} bias {number(abs(trace.bias))} = {number(trace.value)}"


def _pointwise(arithmetic: Arithmetic) -> bool:
    """Whether a filter is one position deep: a skewer through the channels."""
    return set(arithmetic.kernel) == {1} and arithmetic.x.channels > 1


def _skewer(places: Places, cell: Cell, when: tuple[int, int]) -> list[Item]:
    """A line through the same position of every sheet, hidden where it is below one."""
    items: list[Item] = []
    above = places.inputs[0].y - 14
    for sheet in places.inputs:
        (x, _), (_, top) = sheet.middle(cell), sheet.corner(cell)
        items.append(Line(((x, above), (x, top + 2)), "skewer", when))  # the number stays in sight
        above = sheet.bottom
    x, _ = places.inputs[-1].middle(cell)
    items.append(Line(((x, above), (x, above + 18)), "skewer", when, arrow=True))
    return items


def _labels(arithmetic: Arithmetic, places: Places) -> list[Item]:
    """Names of channels and filters, and the rule above the sums."""
    channels = arithmetic.x.channels
    names = RGB if channels == len(RGB) else [f"channel {c}" for c in range(channels)]
    items: list[Item] = [
        Words(MARGIN, grid.y + grid.height / 2 + 5, name, "label")
        for grid, name in zip(places.inputs, names, strict=True)
    ]
    items += [
        Words(grid.x, HEAD - 20, f"filter {o}", "label") for o, grid in enumerate(places.outputs)
    ]
    middle = (places.inputs[0].right + places.outputs[0].x) / 2
    for grid in places.inputs:
        items.append(Words(middle, grid.y + grid.height / 2 + 8, "∗", "sign", "middle"))
    items.append(Line(((places.outputs[0].x, places.foot), (places.right, places.foot)), "rule"))
    said = "sum over channels, and bias" if arithmetic.biases else "sum over channels"
    items.append(Words(MARGIN, places.foot + 22, said, "label"))
    out = places.outputs[0]
    items.append(Words(MARGIN, out.y + out.height / 2 + 5, "output", "label"))
    items += [
        Words(grid.x, grid.bottom + 18, f"channel {o}", "label")
        for o, grid in enumerate(places.outputs)
    ]
    return items


def _caption(arithmetic: Arithmetic, filters: Sequence[Trace]) -> str:
    """`output (0, 1): 2 filters of 3·3·3 products each`."""
    place = ", ".join(map(str, filters[0].place[1:]))
    trace = filters[0]
    sides = [*map(str, arithmetic.kernel), str(len(trace.slices))]
    many = f"{len(filters)} filters" if len(filters) > 1 else "one filter"
    each = ", each" if len(filters) > 1 else ""
    return f"output ({place}): {many}{each} {'·'.join(sides)} = {trace.macs} products"
