"""Title above a diagram, and legend below it.

Requirements met here: every sign that the diagram uses is told, and none that it doesn't use;
entries flow into as many lines as their width needs.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netsheet.render.diagram import paint
from netsheet.render.diagram.cards import Card
from netsheet.render.diagram.drawing import Drawing, Rect
from netsheet.render.diagram.faces import FONTS, Text
from netsheet.render.diagram.lettering import fit, width
from netsheet.render.diagram.palette import FAMILY_WORDS
from netsheet.render.units import exact
from netsheet.sheet.sheet import Sheet

LINE = 21
ICON = 28
BETWEEN = 18


class Entry(NamedTuple):
    """A sign and its meaning; `sign` is a family, params, macs, times or shape."""

    sign: str
    words: str


class Placed(NamedTuple):
    """An entry with its place."""

    entry: Entry
    icon: Rect
    text: Text


def title(sheet: Sheet, wide: float) -> list[Text]:
    """The network's name and totals, as many lines as they need."""
    name = " ".join(sheet.graph.name.split()) or "Network"
    total = sheet.total
    lines = [
        f"{sheet.graph.input_shape} → {sheet.facts[-1].output}",
        f"{exact(total.params)} parameters",
        f"{exact(total.macs)} multiply-adds",
    ]
    texts = [Text(((fit(name, wide, FONTS["title"]), "title"),), 0, 17)]
    for line in _flow(lines, wide):
        texts.append(Text(((line, "what"),), 0, 22 + 16 * len(texts)))
    return texts


def _flow(parts: Sequence[str], wide: float) -> Iterator[str]:
    """Parts joined into lines that fit."""
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if line and width(longer, FONTS["what"]) > wide:
            yield line
            line = part
        else:
            line = longer
    yield fit(line, wide, FONTS["what"])


def entries(drawing: Drawing) -> Iterator[Entry]:
    """The signs in use."""
    cards = [box.card for box in drawing.boxes]
    used = {card.family for card in cards}
    for family, words in FAMILY_WORDS.items():
        if family in used:
            yield Entry(family, words)
    most = max(cards, key=lambda card: card.params)
    if most.params:
        yield Entry("params", f"parameters, most in {_whole(most)}")
    most = max(cards, key=lambda card: card.macs)
    if most.macs:
        yield Entry("macs", f"multiply-adds, most in {_whole(most)}")
    if drawing.badges:
        yield Entry("times", "drawn once, n in a row")


def _whole(card: Card) -> str:
    return card.tooltip.partition("\n")[0]


def place(found: Iterator[Entry], wide: float) -> list[Placed]:
    """Entries from left to right, in lines."""
    placed = []
    x, y = 0.0, 0.0
    for entry in found:
        words = fit(entry.words, wide - ICON, FONTS["figure"])
        need = ICON + width(words, FONTS["figure"])
        if x and x + need > wide:
            x, y = 0.0, y + LINE
        text = Text(((words, "figure"),), x + ICON, y + 12)
        placed.append(Placed(entry, Rect(x, y + 2, ICON - 7, 13), text))
        x += need + BETWEEN
    return placed


def entry(placed: Placed) -> Iterator[str]:
    """One entry as SVG."""
    sign, place_ = placed.entry.sign, placed.icon
    if sign == "times":
        wide = width("×n", FONTS["times"]) + 4
        yield paint.rect(Rect(place_.x, place_.y - 1, wide, 15), "badge", 7.5)
        yield paint.text(Text((("×n", "times"),), place_.x + wide / 2, place_.y + 10.5, "middle"))
    elif sign in {"params", "macs"}:
        shares = (0.7, 0.0) if sign == "params" else (0.0, 0.7)
        yield '<g class="conv">'
        yield from paint.bars(Rect(place_.x - 13, place_.y, place_.width + 22, 15), *shares)
        yield "</g>"
    else:
        yield f'<g class="{sign}">{paint.rect(place_, "body", 6.5 if sign == "merge" else 3)}'
        if sign != "merge":
            yield paint.rect(place_._replace(width=paint.EDGE), "full", 1.5)
        yield "</g>"
    yield paint.text(placed.text)
