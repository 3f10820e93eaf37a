"""Curves over epochs, as an SVG that follows the page's colours.

Requirements met here: each curve is named where it ends, in a colour and a dash of its own, so that
a grey print tells them apart; a run of one epoch is a point; what is no number leaves a gap.
"""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, isfinite, log10
from typing import NamedTuple

WIDTH, HEIGHT = 460, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 76, 26, 34
LINES = 6
"""About so many lines across."""


class Curve(NamedTuple):
    """A name, its values over x, and how it is drawn: 0 and 1 for the first and second look."""

    name: str
    values: Sequence[float]
    look: int


def chart(
    title: str,
    x: Sequence[float],
    curves: Sequence[Curve],
    *,
    percent: bool = False,
    mark: float | None = None,
) -> str:
    """One chart; `mark`: an epoch at which an upright line is drawn. Values in percent if asked."""
    numbers = [value for curve in curves for value in curve.values if isfinite(value)]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    ticks = steps(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    first, last = (x[0], x[-1]) if x else (0.0, 1.0)
    across = (WIDTH - LEFT - RIGHT) / ((last - first) or 1)
    down = (HEIGHT - TOP - BOTTOM) / ((high - low) or 1)

    def at(x_value: float, value: float) -> tuple[float, float]:
        middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
        left = LEFT + (x_value - first) * across if last > first else middle
        return round(left, 1), round(HEIGHT - BOTTOM - (value - low) * down, 1)

    words = ", ".join(
        f"{curve.name} ends at {_figure(curve.values[-1], percent)}"
        for curve in curves
        if curve.values
    )
    label = escape(f"{title}: {words}")
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">',
        f'<text x="{LEFT}" y="16" class="head">{escape(title)}</text>',
    ]
    for tick in ticks:
        y = at(first, tick)[1]
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" class="rule"/>')
        label = _figure(tick, percent, short=True)
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{label}</text>')
    for value in sorted(
        {
            first,
            *(each for each in steps(first, last) if each == round(each) and first <= each <= last),
            last,
        }
    ):
        left = at(value, low)[0]
        parts.append(
            f'<text x="{left}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{value:g}</text>'
        )
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">epoch</text>')
    if mark is not None:
        left = at(mark, low)[0]
        parts.append(
            f'<line x1="{left}" x2="{left}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" class="mark"/>'
        )
    ends: list[float] = []
    for curve in curves:
        parts += _line(
            curve,
            [
                at(each, value) if isfinite(value) else None
                for each, value in zip(x, curve.values, strict=True)
            ],
        )
        if curve.values and isfinite(curve.values[-1]):
            left, y = at(last, curve.values[-1])
            y = _apart(y, ends)
            ends.append(y)
            named = f'x="{left + 7}" y="{y + 4}" class="name l{curve.look}"'
            parts.append(f"<text {named}>{escape(curve.name)}</text>")
    return "\n".join([*parts, "</svg>"])


def _apart(y: float, taken: Sequence[float]) -> float:
    """A place for a label that touches none of those taken."""
    while any(abs(y - other) < 13 for other in taken):  # noqa: PLR2004 a line of text
        y += 13
    return y


def _line(curve: Curve, places: Sequence[tuple[float, float] | None]) -> list[str]:
    """The curve, broken where a value is no number; a lone value is a dot."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    drawn = []
    for run in runs:
        if len(run) == 1:
            drawn.append(
                f'<circle cx="{run[0][0]}" cy="{run[0][1]}" r="3" class="dot l{curve.look}"/>'
            )
        elif run:
            points = " ".join(f"{left},{y}" for left, y in run)
            drawn.append(f'<polyline points="{points}" class="line l{curve.look}"/>')
    return drawn


def _figure(value: float, percent: bool, *, short: bool = False) -> str:  # noqa: FBT001 how a chart counts
    if percent:
        return f"{100 * value:.4g} %" if short else f"{100 * value:.2f} %"
    return f"{value:.4g}"


def steps(low: float, high: float) -> list[float]:
    """Round numbers from below `low` to above `high`, about six of them.

    >>> steps(0.12, 0.93), steps(1, 12)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0])
    """
    span = (high - low) or abs(high) or 1.0
    raw = span / LINES
    power = 10.0 ** floor(log10(raw))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= raw * 0.999)
    digits = max(0, 1 - floor(log10(step)))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, digits) for number in range(first, last + 1)]
