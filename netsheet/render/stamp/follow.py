"""A trace drawn: window, filter and products of each channel, what they add up to, and the bias."""

from collections.abc import Callable, Sequence
from math import isfinite

from netsheet.convolution import account
from netsheet.convolution.trace import Product, Slice, Trace
from netsheet.render.diagram.lettering import width
from netsheet.render.stamp.grid import Cell, Grid, cell_of, number, plane
from netsheet.render.stamp.heading import MARGIN, Heading, assemble
from netsheet.render.stamp.scene import FONTS, Item, Line, Scene, Words

GAP, BETWEEN = 40.0, 26.0
"""Between grids, and between channels."""

SHOWN = 3
"""Channels that are drawn: those whose sums weigh most."""

CELL = {5: 46.0, 8: 40.0, 12: 34.0}
"""Side of a cell for windows of up to so many columns; larger ones are drawn without numbers."""

SMALLEST = 12.0

HEADS = {"sum": ("window", "filter", "products"), "greatest": ("window",), "mean": ("window",)}


def scene_of(trace: Trace, end: Sequence[str] = ()) -> Scene:
    """One picture of a trace; end: lines that stand below it."""
    slices = sorted(trace.slices, key=lambda each: -abs(each.total))[:SHOWN]
    items: list[Item] = []
    pen = right = 0.0
    for each in sorted(slices, key=lambda each: each.channel):
        drawn, wide, high = _slice(trace, each, pen + 22)
        items += drawn
        pen, right = pen + 22 + high + BETWEEN, max(right, wide)
    left = len(trace.slices) - len(slices)
    lines = [f"and {left:,} more channels, whose sums weigh less"] if left else []
    lines.append(account.made_of(trace))
    items.append(Line(((MARGIN, pen - 8), (max(right, 300), pen - 8)), "rule"))
    for text in (*lines, *end):
        pen += 20
        items.append(Words(MARGIN, pen - 4, text, "label"))
    place = ", ".join(map(str, trace.place))
    above = [f"{trace.layer}: {trace.x} → {trace.y}"]
    beyond = any(p.source != p.position for each in trace.slices for p in each.products)
    signs = [*(["padding"] if beyond else []), *(["winner"] if trace.how == "greatest" else [])]
    heading = Heading(f"{trace.name}, output ({place})", above, signs)
    words = [item.right for item in items if isinstance(item, Words)]
    return assemble(
        heading, items, (max([right, *words]), pen), [f"value: {account.number(trace.value)}"]
    )


def _slice(trace: Trace, each: Slice, top: float) -> tuple[list[Item], float, float]:
    """One channel: its grids side by side, and its sum. Also its right edge, and its height."""
    size = plane(each.sides)
    fitting = [cell for most, cell in CELL.items() if size[1] <= most]
    side = fitting[0] if fitting else SMALLEST
    items: list[Item] = [Words(MARGIN, top - 8, f"channel {each.channel}", "label")]
    x = MARGIN + 78
    high = size[0] * side
    for place, head in enumerate(HEADS[trace.how]):
        grid = Grid(x, top, side, *size)
        items.append(Words(grid.x + grid.width / 2, top - 8, head, "legend", "middle"))
        items += _grid(trace, each, grid, head)
        if place + 1 < len(HEADS[trace.how]):
            sign = "×" if place == 0 else "="
            items.append(Words(grid.right + GAP / 2, top + high / 2 + 8, sign, "sign", "middle"))
        x = grid.right + GAP
    if trace.how == "sum":
        text = f"sum {account.number(each.total)}"
        items.append(Words(x - GAP + 12, top + high / 2 + 5, text, "label"))
        x += width(text, FONTS["label"])
    return items, x - GAP + 12, high


def _grid(trace: Trace, each: Slice, grid: Grid, head: str) -> list[Item]:
    """The window, the filter or the products."""
    cells: dict[Cell, Product] = {cell_of(p.tap[-2:]): p for p in each.products}
    role = {"window": "tap", "filter": "weight", "products": "made"}[head]
    value: dict[str, Callable[[Product], float]] = {
        "window": lambda p: p.value,
        "filter": lambda p: p.weight,
        "products": lambda p: p.product,
    }
    found = [value[head](p) for p in each.products]
    scale = max((abs(v) for v in found if isfinite(v)), default=0.0)
    texts = {cell: rounded(value[head](p), scale) for cell, p in cells.items()}
    size = "number" if all(map(grid.holds, texts.values())) else "small"
    items: list[Item] = [grid.box(cell, "gap") for cell in grid.within() if cell not in cells]
    for cell, p in cells.items():
        beyond = head == "window" and p.source != p.position
        items.append(grid.box(cell, "padding" if beyond else role))
        items += grid.word(cell, texts[cell], None, size)
        if trace.winner == p.tap and trace.how == "greatest":
            items.append(grid.ring(cell, "winner"))
    return items


def rounded(value: float, scale: float) -> str:
    """A number that fits a cell: whole, or with the digits that matter beside the largest.

    >>> [rounded(each, 1.9) for each in (1.621, -0.01234, 0.5, 0.0)], rounded(255, 255)
    (['1.62', '−.01', '.5', '0'], '255')
    """
    if not isfinite(value) or value == round(value):
        return number(value)
    digits = next((places for limit, places in ((1, 3), (10, 2), (100, 1)) if scale < limit), 0)
    text = f"{abs(value):.{digits}f}".rstrip("0").rstrip(".") or "0"
    text = text.removeprefix("0") if text.startswith("0.") else text
    return f"−{text}" if value < 0 and text != "0" else text
