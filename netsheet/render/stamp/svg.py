"""A scene as SVG: animated, or one step of it.

Requirements met here: one file without scripts that nothing is fetched for, light or dark as the
reader's device asks; where nothing moves (a reader who asked for that, a program that can't) the
first step is seen; the same scene gives the same bytes.
"""

from collections.abc import Iterator
from itertools import groupby

from netsheet.render.diagram.paint import clean
from netsheet.render.diagram.palette import FAMILY
from netsheet.render.stamp.palette import Style, themed
from netsheet.render.stamp.scene import FONTS, Box, Item, Line, Patch, Ring, Scene, When, Words

SECONDS = 1.0
"""How long a step is seen."""

ARROW = 9.0
"""Length of an arrow's head."""

TEXTS = frozenset(FONTS)


def animated(scene: Scene, *, seconds: float = SECONDS) -> str:
    """The scene, its steps one after another for ever."""
    return "".join(_document(scene, seconds))


def still(scene: Scene, step: int = 0) -> str:
    """One step of the scene."""
    return animated(scene.at(step))


def _document(scene: Scene, seconds: float) -> Iterator[str]:
    wide, high = number(scene.width), number(scene.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stamp" role="img"'
        f' aria-label="{clean(scene.title)}" viewBox="0 0 {wide} {high}"'
        f' width="{wide}" height="{high}">'
        f"<title>{clean(scene.title)}</title><desc>{clean(scene.description)}</desc>"
        f"<style>{_style(scene, seconds)}</style>"
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/>'
        '<line class="hatching" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>\n'
    )
    yield f'<rect class="page" width="{wide}" height="{high}" rx="6"/>\n'
    for when, items in groupby(scene.items, lambda item: item.when):
        inside = "".join(_item(item) for item in items)
        yield (
            f'<g class="{_name(when)}">{inside}</g>\n'
            if when and scene.steps > 1
            else inside + "\n"
        )
    yield "</svg>\n"


def _style(scene: Scene, seconds: float) -> str:
    """The style sheet: how roles look, and when what is seen."""
    fonts = "".join(
        f".stamp .{role}{{font-size:{font.size}px;font-weight:{600 if font.bold else 400}}}"
        for role, font in FONTS.items()
    )
    both = themed()
    return (
        f".stamp text{{font-family:{FAMILY};white-space:pre}}{fonts}"
        f"{_rules(both['light'])}@media (prefers-color-scheme:dark){{{_rules(both['dark'])}}}"
        f"{_timing(scene, seconds)}"
    )


def _rules(roles: dict[str, Style]) -> str:
    padding = roles["padding"]
    rules = [
        f".stamp .ground{{fill:{padding.fill}}}",
        f".stamp .hatching{{stroke:{padding.stroke};stroke-width:1.6}}",
    ]
    for role, style in roles.items():
        element = "text" if role in TEXTS and role != "band" else ""
        fill = "url(#hatch)" if style.hatched else style.fill or "none"
        parts = [f"fill:{fill}"]
        if style.stroke:
            parts += [f"stroke:{style.stroke}", f"stroke-width:{style.width:g}"]
        if style.dashed:
            parts.append("stroke-dasharray:4 3")
        rules.append(f".stamp {element}.{role}{{{';'.join(parts)}}}")
        if role in {"skewer", "ray", "ring"}:
            rules.append(f".stamp .{role}-tip{{fill:{style.stroke}}}")
    rules.append(f".stamp text.band{{fill:{roles['band'].stroke};stroke:none}}")
    return "".join(rules)


def _timing(scene: Scene, seconds: float) -> str:
    """Each stretch of steps as an animation; without it the first step is seen."""
    if scene.steps < 2:  # noqa: PLR2004 nothing moves
        return ""
    whens = sorted({item.when for item in scene.items if item.when})
    rules = []
    for first, last in whens:
        name = _name((first, last))
        begin, end = 100 * first / scene.steps, 100 * (last + 1) / scene.steps
        frames = [] if first == 0 else ["0%{visibility:hidden}"]
        frames.append(f"{begin:.4g}%{{visibility:visible}}")
        frames += [] if last == scene.steps - 1 else [f"{end:.4g}%{{visibility:hidden}}"]
        rules.append(f"@keyframes {name}{{{''.join(frames)}100%{{}}}}")
        shown = "visible" if first == 0 else "hidden"
        time = f"{seconds * scene.steps:g}s"
        rules.append(f".{name}{{visibility:{shown};animation:{name} {time} step-end infinite}}")
    calm = "".join(f".{_name(when)}{{animation:none}}" for when in whens)
    return f"{''.join(rules)}@media (prefers-reduced-motion:reduce){{{calm}}}"


def _name(when: When) -> str:
    return "" if when is None else f"s{when[0]}-{when[1]}"


def _item(item: Item) -> str:
    if isinstance(item, Box):
        corner = f' rx="{number(item.round)}"' if item.round else ""
        return (
            f'<rect class="{item.role}" x="{number(item.x)}" y="{number(item.y)}"'
            f' width="{number(item.width)}" height="{number(item.height)}"{corner}/>'
        )
    if isinstance(item, Patch):
        corners = " ".join(f"{number(x)},{number(y)}" for x, y in item.corners)
        return f'<polygon class="{item.role}" points="{corners}"/>'
    if isinstance(item, Ring):
        place = f'cx="{number(item.x)}" cy="{number(item.y)}" r="{number(item.radius)}"'
        return f'<circle class="{item.role}" {place}/>'
    if isinstance(item, Words):
        anchor = "" if item.anchor == "start" else f' text-anchor="{item.anchor}"'
        place = f'x="{number(item.x)}" y="{number(item.y)}"{anchor}'
        return f'<text class="{item.role}" {place}>{clean(item.text)}</text>'
    d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in item.points)
    path = f'<path class="{item.role}" d="{d}"/>'
    if not item.arrow:
        return path
    corners = " ".join(f"{number(x)},{number(y)}" for x, y in head(item))
    return f'{path}<polygon class="{item.role}-tip" points="{corners}"/>'


def head(line: Line) -> tuple[tuple[float, float], ...]:
    """The three corners of the arrow at a line's end."""
    (x0, y0), (x1, y1) = line.points[-2:]
    long = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
    dx, dy = (x1 - x0) / long, (y1 - y0) / long
    back = (x1 - ARROW * dx, y1 - ARROW * dy)
    side = ARROW / 2
    return (
        (x1, y1),
        (back[0] - side * dy, back[1] + side * dx),
        (back[0] + side * dy, back[1] - side * dx),
    )


def number(value: float) -> str:
    """A coordinate with one decimal, where it needs one."""
    return f"{round(value, 1) + 0.0:.10g}"
