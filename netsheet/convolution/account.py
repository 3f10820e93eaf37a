"""A trace in words and columns: what a person reads who follows one value.

Requirements met here: window, filter and products stand beside each other as grids, so that the
eye finds a product; of many channels those that weigh most are written out, and the sums of all.
"""

from collections.abc import Sequence
from itertools import product

from netsheet.convolution.backwards import Met, Reader
from netsheet.convolution.reading import Place
from netsheet.convolution.trace import Product, Slice, Trace

SHOWN = 3
"""Channels that are written out unless more are asked for: those of the largest sums."""

WIDEST = 8
"""Columns up to which window, filter and products stand side by side."""

PER_LINE = 4
"""Sums of channels in a line."""

MOST_WHOLE = 1e9
"""Whole numbers below this one are written out."""

MOST_PLACES = 40
"""Places that are listed one by one."""

AXES = {1: ("position",), 2: ("row", "column"), 3: ("slice", "row", "column")}


def number(value: float) -> str:
    """A value with the digits that matter.

    >>> [number(each) for each in (3.0, -0.0123456, 1e-9, 12345.0)]
    ['3', '−0.01235', '1e-09', '12345']
    """
    if abs(value) < MOST_WHOLE and value == round(value):
        text = f"{abs(value):.0f}"
    else:
        text = f"{abs(value):.4g}"
    return f"−{text}" if value < 0 else text


def written(place: Place) -> str:
    """`10,27,27`, as it is typed."""
    return ",".join(map(str, place))


def told(trace: Trace, *, shown: int = SHOWN) -> list[str]:
    """An output value with all that it is made of, a line each."""
    names = ", ".join(("channel", *AXES[trace.y.rank]))
    lines = [
        f"{trace.name}, output {written(trace.place)} ({names}) of {trace.y}",
        f"  {trace.layer} reads {_extent(trace)} of {trace.x}{_reads(trace)}",
    ]
    slices = sorted(trace.slices, key=lambda each: -abs(each.total))[:shown]
    for each in sorted(slices, key=lambda each: each.channel):
        lines += ["", *_slice(trace, each)]
    left = len(trace.slices) - len(slices)
    if left:
        lines += ["", f"  and {left:,} more channel{'s' * (left > 1)}; sums of all:"]
        sums = [f"{each.channel}: {number(each.total)}" for each in trace.slices]
        width = max(map(len, sums)) + 3
        rows = [sums[start : start + PER_LINE] for start in range(0, len(sums), PER_LINE)]
        lines += ["    " + "".join(f"{text:<{width}}" for text in row).rstrip() for row in rows]
    beyond = any(p.source != p.position for each in slices for p in each.products)
    note = ["", "  (in brackets: beyond the edge)"] if beyond else []
    return [*lines, *note, "", f"  {made_of(trace)}"]


def _reads(trace: Trace) -> str:
    """Which channels are read."""
    channels = [each.channel for each in trace.slices]
    if len(channels) == trace.x.channels:
        return ", every channel" if len(channels) > 1 else ""
    return f", {_listed(channels)}"


def _extent(trace: Trace) -> str:
    """`rows 0 to 2, columns 4 to 6`."""
    positions = [each.position for each in trace.slices[0].products]
    if not positions:
        return "nothing"
    parts = []
    for axis, name in enumerate(AXES[trace.x.rank]):
        values = [position[axis] for position in positions]
        low, high = min(values), max(values)
        ends = f"{number(low)} to {number(high)}"
        parts.append(f"{name} {number(low)}" if low == high else f"{name}s {ends}")
    return ", ".join(parts)


def _slice(trace: Trace, each: Slice) -> list[str]:
    """One channel: its grids, and what they add up to."""
    heads = ["window"] if trace.how != "sum" else ["window", "filter", "products"]
    grids = [_grid(each, head) for head in heads]
    beside = each.sides[-1] <= WIDEST
    lines = [f"  channel {each.channel}"]
    if beside:
        lines += [f"    {line}" for line in _side_by_side(heads, grids)]
    else:
        for head, grid in zip(heads, grids, strict=True):
            lines += [f"    {head}", *(f"      {line}" for line in grid)]
    if trace.how == "sum":
        lines.append(f"    sum {number(each.total)}")
    return lines


def _grid(each: Slice, what: str) -> list[str]:
    """The values, weights or products of a channel in rows; a border's values in brackets."""
    cells = {item.tap: _cell(item, what) for item in each.products}
    *outer, across = each.sides
    rows = [
        [cells.get((*lead, t), "·") for t in range(across)] for lead in product(*map(range, outer))
    ]
    width = max((len(text) for row in rows for text in row), default=0)
    return ["  ".join(f"{text:>{width}}" for text in row) for row in rows]


def _cell(item: Product, what: str) -> str:
    value = {"window": item.value, "filter": item.weight, "products": item.product}[what]
    text = number(value)
    return f"({text})" if what == "window" and item.source != item.position else text


def _side_by_side(heads: Sequence[str], grids: Sequence[Sequence[str]]) -> list[str]:
    """Grids of equal height beside each other, with what stands between them."""
    signs = [" × ", " = "]
    widths = [max([len(head), *map(len, grid)]) for head, grid in zip(heads, grids, strict=True)]
    lines = [
        "   ".join(f"{head:<{width}}" for head, width in zip(heads, widths, strict=True)).rstrip()
    ]
    middle = (len(grids[0]) - 1) // 2
    for row in range(len(grids[0])):
        text = ""
        for place, (grid, width) in enumerate(zip(grids, widths, strict=True)):
            between = (signs[place - 1] if row == middle else "   ") if place else ""
            text += f"{between}{grid[row]:<{width}}"
        lines.append(text.rstrip())
    return lines


def made_of(trace: Trace) -> str:
    """How the value comes about: `27 products: 12 + −3 + bias 1 = 10`."""
    products = trace.slices[0].products
    if trace.how == "greatest":
        best = next((p for p in products if p.tap == trace.winner), None)
        if best is None:
            return "nothing is read: −∞"
        at = zip(AXES[trace.x.rank], best.position, strict=True)
        where = ", ".join(f"{name} {j}" for name, j in at)
        return f"greatest: {number(trace.value)}, at {where}"
    if trace.how == "mean":
        total = number(trace.slices[0].total)
        return f"mean: {total} / {trace.divisor} = {number(trace.value)}"
    sums = [number(each.total) for each in trace.slices]
    bias = [] if trace.bias is None else [f"bias {number(trace.bias)}"]
    terms = [*(sums if len(sums) <= SHOWN else [f"{len(sums):,} channels"]), *bias]
    made = f"{trace.macs:,} product{'s' * (trace.macs != 1)}"
    if len(terms) == 1:
        return f"{made} add up to {number(trace.value)}"
    return f"{made}: {' + '.join(terms)} = {number(trace.value)}"


def told_readers(
    name: str, layer: str, place: Place, readers: Sequence[Reader], rank: int
) -> list[str]:
    """Every output that reads an input value."""
    count = sum(len(each.channels) for each in readers)
    names = ", ".join(("channel", *AXES[rank]))
    read = f"{count:,} outputs read it" if count != 1 else "one output reads it"
    where = f"{len(readers):,} positions" if len(readers) != 1 else "one position"
    lines = [f"{name}, input {written(place)} ({names})"]
    lines.append(f"  {layer}: {read}, at {where}{_in_channels(readers)}")
    shown = readers[:MOST_PLACES]
    lines += [f"    {written(each.place):<12} by tap {written(each.tap)}" for each in shown]
    if len(readers) > MOST_PLACES:
        lines.append(f"    and {len(readers) - MOST_PLACES:,} more")
    return lines


def _in_channels(readers: Sequence[Reader]) -> str:
    """` of channel 3`, ` of channels 0 to 15`, ` of channels 0, 4, 5`."""
    channels = readers[0].channels if readers else ()
    return f" of {_listed(channels)}" if channels else ""


def _listed(channels: Sequence[int]) -> str:
    if len(channels) == 1:
        return f"channel {channels[0]}"
    if list(channels) == list(range(channels[0], channels[-1] + 1)):
        return f"channels {channels[0]} to {channels[-1]}"
    return f"channels {', '.join(map(str, channels))}"


def told_met(
    name: str, layer: str, index: Place, channel: int, met: Sequence[Met], sides: tuple[int, ...]
) -> list[str]:
    """Every input that a weight meets."""
    beyond = sum(each.source != each.position for each in met)
    times = f"{len(met):,} times, once for each output" if len(met) != 1 else "once"
    lines = [f"{name}, weight {written(index)} of {'×'.join(map(str, sides))}"]
    lines.append(f"  {layer}: used {times}, on channel {channel} of the input")
    if beyond:
        lines.append(f"  {beyond:,} of them lie in the padding")
    for each in met[:MOST_PLACES]:
        where = written(each.position)
        if each.source is None:
            where += " (padding)"
        elif each.source != each.position:
            where += f" (padding, shows {written(each.source)})"
        lines.append(f"    {where:<12} for output {written(each.place)}")
    if len(met) > MOST_PLACES:
        lines.append(f"    and {len(met) - MOST_PLACES:,} more")
    return lines
