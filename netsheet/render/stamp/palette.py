"""How scenes look, by role, on light pages and on dark ones.

Requirements met here: nothing is told by colour alone: padding is hatched, what is never read is
struck out, taps and winners are ringed, the window has a thick edge, groups have a dashed frame and
a name; letters have enough contrast on every ground.
"""

from typing import NamedTuple

from netsheet.render.diagram.palette import DARK, LIGHT, Theme


class Style(NamedTuple):
    """Fill and stroke, "" for none; hatched: with lines in the stroke's colour."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    hatched: bool = False
    dashed: bool = False


def styles(theme: Theme) -> dict[str, Style]:
    """The style of each role in a theme."""
    blue, green, amber, red, violet = (
        theme.tints[name] for name in ("conv", "pool", "point", "merge", "dense")
    )
    text = {
        "title": theme.ink, "formula": theme.quiet, "label": theme.ink, "sign": theme.quiet,
        "number": theme.ink, "small": theme.ink, "faint": theme.quiet, "tiny": theme.quiet,
        "caption": theme.ink, "legend": theme.quiet, "band": violet.edge,
    }  # fmt: skip
    return {
        **{role: Style(fill=colour) for role, colour in text.items()},
        "page": Style(fill=theme.page),
        "cell": Style(theme.page, theme.frame_edge),
        "padding": Style(theme.frame, theme.frame_edge, 0.8, hatched=True),
        "struck": Style(stroke=red.edge, width=1.6),
        "tap": Style(blue.ground, theme.frame_edge),
        "window": Style(stroke=blue.edge, width=3),
        "weight": Style(amber.ground, amber.edge),
        "gap": Style(theme.page, theme.frame_edge, 0.6, dashed=True),
        "made": Style(green.ground, theme.frame_edge),
        "now": Style(green.ground, green.edge, 3),
        "ring": Style(stroke=blue.edge, width=1.8),
        "winner": Style(stroke=red.edge, width=2.6),
        "ray": Style(stroke=blue.edge, width=1, dashed=True),
        "skewer": Style(stroke=red.edge, width=3),
        "source": Style(blue.ground, blue.edge, 3),
        "cut": Style(theme.frame, theme.frame_edge, 0.8, hatched=True),
        "band": Style(violet.ground, violet.edge, 1.2, dashed=True),
        "panel": Style(stroke=theme.frame_edge),
        "rule": Style(stroke=theme.frame_edge),
    }


def themed() -> dict[str, dict[str, Style]]:
    """Both themes."""
    return {"light": styles(LIGHT), "dark": styles(DARK)}
