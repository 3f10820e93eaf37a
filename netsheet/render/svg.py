"""A network as a diagram in SVG, drawn by its structure.

Requirements met here: a sequence stacks, branches stand side by side, repeats are drawn once
with "×3", ways round others run in outer lanes; all of it from the graph alone, in linear time
and without a layout engine; one file that is read anywhere, by day and by night.
"""

from collections.abc import Iterator
from typing import Literal

from netsheet.core.errors import ChoiceError
from netsheet.core.graph import Graph
from netsheet.render.diagram import legend, paint
from netsheet.render.diagram.cards import Teller, names
from netsheet.render.diagram.drawing import Drawing, Rect
from netsheet.render.diagram.faces import common_width, face
from netsheet.render.diagram.layout import lay_out
from netsheet.render.diagram.palette import style
from netsheet.render.diagram.plan import Plan, make_plan
from netsheet.render.diagram.structure import build
from netsheet.sheet.sheet import Sheet

MARGIN = 24
"""Around everything, in pixels."""

NARROWEST = 330
"""Room for title and legend."""

ABOVE, BELOW = 18, 26
"""Between title and drawing, drawing and legend."""


def draw(
    network: Sheet | Graph,
    *,
    depth: int | Literal["auto"] = "auto",
    fold: bool = True,
    width: int | None = None,
) -> str:
    """The diagram of a network.

    depth: 1 draws the lines as written, 2 opens groups once, and so on; by default as deep as
    stays legible. fold: draw what repeats once. width: the most pixels it may take across; tall
    networks are broken into columns that fit, and what doesn't fit is shown smaller.
    """
    sheet = Sheet(network) if isinstance(network, Graph) else network
    plan = make_plan(sheet, _checked(depth), fold=fold)
    widest = None if width is None else max(width - 2 * MARGIN, 1)
    drawing = arrange(sheet, plan, widest)
    return "".join(_document(sheet, drawing, width))


def _checked(depth: int | str) -> int | None:
    if depth == "auto":
        return None
    if isinstance(depth, int) and depth >= 1:
        return depth
    raise ChoiceError(
        f"a diagram has no depth {depth}: 1 shows the lines as written, 2 opens groups once; "
        "auto opens as many as stay legible"
    )


def arrange(sheet: Sheet, plan: Plan, widest: float | None = None) -> Drawing:
    """The drawing of a plan, before it is put into SVG."""
    tree = build(plan)
    called = dict(names(tree))
    teller = Teller(sheet, plan, called)
    cards = {part.first: teller.card(part) for part in called if not part.parts}
    wide = common_width(list(cards.values()))
    faces = {box: face(card, wide) for box, card in cards.items()}
    titles = {part: teller.title(part) for part in called if part.parts}
    return lay_out(tree, faces, titles, widest)


def _document(sheet: Sheet, drawing: Drawing, width: int | None) -> Iterator[str]:
    wide = max(drawing.width, NARROWEST)
    title = legend.title(sheet, wide)
    top = title[-1].y + ABOVE
    signs = legend.place(legend.entries(drawing), wide)
    foot = top + drawing.height + BELOW
    high = foot + (signs[-1].icon.bottom if signs else -BELOW) + 2 * MARGIN
    wide += 2 * MARGIN
    shown = wide if width is None else min(wide, width)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="netsheet" role="img"'
        f' aria-label="{paint.clean(_label(sheet))}"'
        f' viewBox="0 0 {paint.number(wide)} {paint.number(high)}"'
        f' width="{paint.number(shown)}" height="{paint.number(high * shown / wide)}">'
        f"<title>{paint.clean(_label(sheet))}</title>"
        f"<desc>{paint.clean(_description(drawing))}</desc>"
        f"<style>{style()}</style>"
    )
    yield paint.rect(Rect(0, 0, wide, high), "page", 6)
    yield f'<g transform="translate({MARGIN} {MARGIN})">'
    yield from map(paint.text, title)
    yield "</g>"
    left = MARGIN + (wide - 2 * MARGIN - drawing.width) / 2
    yield f'<g transform="translate({paint.number(left)} {paint.number(MARGIN + top)})">'
    yield from _drawing(drawing)
    yield "</g>"
    yield f'<g transform="translate({MARGIN} {paint.number(MARGIN + foot)})">'
    for sign in signs:
        yield from legend.entry(sign)
    yield "</g></svg>\n"


def _drawing(drawing: Drawing) -> Iterator[str]:
    for frame in drawing.frames:
        yield from paint.frame(frame)
    yield from paint.wires(drawing.wires)
    params = max(box.card.params for box in drawing.boxes) or 1
    macs = max(box.card.macs for box in drawing.boxes) or 1
    for box in drawing.boxes:
        yield from paint.box(box, box.card.params / params, box.card.macs / macs)
    yield from map(paint.text, drawing.labels)
    for badge in drawing.badges:
        yield from paint.badge(badge)


def _label(sheet: Sheet) -> str:
    name = " ".join(sheet.graph.name.split()) or "Network"
    return f"Diagram of {name}"


SPOKEN = 40
"""Boxes that the description names, at most."""


def _description(drawing: Drawing) -> str:
    lines = [
        ", ".join(filter(None, (box.card.name, box.card.what, box.card.output)))
        for box in drawing.boxes
    ]
    more = f"; and {len(lines) - SPOKEN:,} more" if len(lines) > SPOKEN else ""
    return "From top to bottom: " + "; ".join(lines[:SPOKEN]) + more
