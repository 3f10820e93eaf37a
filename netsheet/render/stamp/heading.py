"""What stands above and below the grids of every scene: title, sums, and what the signs mean."""

from collections.abc import Sequence
from typing import NamedTuple

from netsheet.convolution.arithmetic import Arithmetic
from netsheet.layers.conv import window_text
from netsheet.render.stamp.scene import Item, Scene, Words

MARGIN = 24.0

SIGNS = {
    "padding": "hatched: padding",
    "unread": "struck out: never read",
    "gaps": "ringed: what the window reads; it has gaps",
    "winner": "ringed: the greatest",
    "cut": "hatched and struck out: cut off",
    "groups": "dashed frames: groups",
}
"""What each sign means."""


def title_of(arithmetic: Arithmetic) -> str:
    """`conv 3×3/2, padding 1: 7×7 → 4×4`; with channels where there are several."""
    layer, x, y = arithmetic.layer, arithmetic.x, arithmetic.y
    text = f"{layer.kind} {window_text(arithmetic.kernel, arithmetic.stride)}"
    if arithmetic.weights and (x.channels > 1 or y.channels > 1):
        text += f", {y.channels} filter{'s' * (y.channels > 1)}"
    for name, usual in (("groups", 1), ("padding", 0), ("dilation", 1), ("extra", 0)):
        value = getattr(layer, name, usual)
        if value != usual:
            text += f", {name} {value if name == 'groups' else _padding(value)}"
    one = x.channels == y.channels == 1
    shapes = ["×".join(map(str, shape.size if one else shape)) for shape in (x, y)]
    return f"{text}: {' → '.join(shapes)}"


def _padding(value: object) -> str:
    """An attribute's value as people write it."""
    if isinstance(value, tuple):
        return "×".join(_padding(each) for each in value) if not _pairs(value) else _sides(value)
    return str(value)


def _pairs(value: tuple[object, ...]) -> bool:
    return bool(value) and isinstance(value[0], tuple)


def _sides(value: tuple[object, ...]) -> str:
    return ", ".join("/".join(map(str, pair)) for pair in value if isinstance(pair, tuple))


class Heading(NamedTuple):
    """What stands above: a title, sums, and which signs are used."""

    title: str
    sums: Sequence[str]
    signs: Sequence[str] = ()


def assemble(
    heading: Heading, body: Sequence[Item], size: tuple[float, float], captions: Sequence[str]
) -> Scene:
    """A scene from what is drawn, of this size, with a caption for each step below it."""
    means = [SIGNS[sign] for sign in heading.signs]
    above: list[Item] = [Words(MARGIN, MARGIN + 14, heading.title, "title")]
    lines = [(text, "formula") for text in heading.sums]
    lines += [(" · ".join(means), "legend")] if means else []
    for place, (text, role) in enumerate(lines):
        above.append(Words(MARGIN, MARGIN + 38 + 20 * place, text, role))
    wide, high = size
    foot = high + 26
    several = len(captions) > 1
    below: list[Item] = [
        Words(MARGIN, foot, text, "caption", "start", (step, step) if several else None)
        for step, text in enumerate(captions)
    ]
    words = [item for item in (*above, *below) if isinstance(item, Words)]
    width = max([wide + MARGIN, *(item.right + MARGIN for item in words)])
    return Scene(
        round(width),
        MARGIN + 34 + 20 * len(lines),
        foot + MARGIN - 4,
        tuple(above),
        (*body, *below),
        max(1, len(captions)),
        heading.title,
        ". ".join([*heading.sums, *means, *captions[-1:]]),
    )


def sum_of(pairs: Sequence[tuple[float, float]], total: str, most: int = 12) -> str:
    """Products written out and what they add up to, or how many there are."""
    from netsheet.render.stamp.grid import factor, number

    if len(pairs) > most:
        return f"{len(pairs)} products add up to {total}"
    return (
        " + ".join(f"{number(a) if a >= 0 else factor(a)}·{factor(b)}" for a, b in pairs)
        + f" = {total}"
    )
