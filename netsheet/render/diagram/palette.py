"""Colours and type of a diagram, for light and dark pages, as one style sheet.

Requirements met here: colours tell families of layers apart for the colour-blind as well, and
nothing is told by colour alone; letters have enough contrast on every ground; no font is loaded.
"""

from typing import NamedTuple

from netsheet.render.diagram.faces import FONTS

FAMILY = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif'


class Tint(NamedTuple):
    """Ground and edge of a box."""

    ground: str
    edge: str


class Theme(NamedTuple):
    """The colours of one theme."""

    page: str
    ink: str
    quiet: str
    wire: str
    frame: str
    frame_edge: str
    tints: dict[str, Tint]


LIGHT = Theme(
    page="#ffffff",
    ink="#1b2530",
    quiet="#55616e",
    wire="#6e7b88",
    frame="#f5f7f9",
    frame_edge="#c3ccd6",
    tints={
        "conv": Tint("#e1edfa", "#2b6cb0"),
        "pool": Tint("#dcf3e8", "#1f7f5c"),
        "dense": Tint("#ece5fa", "#6b46c1"),
        "point": Tint("#fbf0d3", "#9a6700"),
        "merge": Tint("#fde4e1", "#b83a2e"),
        "input": Tint("#e9edf1", "#4a5866"),
        "group": Tint("#eceff3", "#4a5866"),
        "other": Tint("#eceff3", "#66727f"),
    },
)

DARK = Theme(
    page="#12171d",
    ink="#e8edf2",
    quiet="#a3afbb",
    wire="#8795a3",
    frame="#1a2129",
    frame_edge="#3c4854",
    tints={
        "conv": Tint("#17304d", "#63a4e8"),
        "pool": Tint("#123a2c", "#4fc196"),
        "dense": Tint("#2f2350", "#ab8bf0"),
        "point": Tint("#3d2f0c", "#dba63a"),
        "merge": Tint("#47201c", "#f08a7d"),
        "input": Tint("#29323c", "#a9b6c3"),
        "group": Tint("#252e37", "#a9b6c3"),
        "other": Tint("#252e37", "#8f9dab"),
    },
)

FAMILY_WORDS = {
    "conv": "convolution",
    "pool": "pooling",
    "dense": "dense",
    "point": "norm, activation, dropout",
    "merge": "add, concat, multiply",
    "group": "closed group",
    "other": "other",
}
"""Families as the legend names them."""


def style() -> str:
    """The style sheet: light, and dark where the reader's device asks for it."""
    fonts = "".join(
        f".netsheet .{name}{{font-size:{font.size}px;font-weight:{600 if font.bold else 400}}}"
        for name, font in FONTS.items()
    )
    return (
        f".netsheet text{{font-family:{FAMILY};white-space:pre}}"
        f"{fonts}{_rules(LIGHT)}@media (prefers-color-scheme:dark){{{_rules(DARK)}}}"
    )


def _rules(theme: Theme) -> str:
    rules = {
        ".page": f"fill:{theme.page}",
        "text": f"fill:{theme.ink}",
        ".what": f"fill:{theme.ink}",
        ".figure": f"fill:{theme.quiet}",
        ".wire": f"stroke:{theme.wire};fill:none;stroke-width:1.4",
        ".arrow": f"fill:{theme.wire}",
        ".frame": f"fill:{theme.frame};stroke:{theme.frame_edge}",
        ".badge": f"fill:{theme.ink}",
        ".times": f"fill:{theme.page}",
        ".track": f"fill:{theme.ink};fill-opacity:.1",
    }
    for name, tint in theme.tints.items():
        rules[f".{name} .body"] = f"fill:{tint.ground};stroke:{tint.edge}"
        rules[f".{name} .full"] = f"fill:{tint.edge}"
        rules[f".{name} .hollow"] = f"fill:{tint.ground};stroke:{tint.edge}"
    return "".join(f".netsheet {selector}{{{rule}}}" for selector, rule in rules.items())
