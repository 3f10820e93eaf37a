"""A comparison as entries with their effects, and totals side by side: for every format.

Requirements met here: each format is written from this one model, so that no two differ in a
figure; nothing is computed; text that comes from a network holds no control character.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from netsheet.compare.difference import ADDED, COUNTS, REMOVED, Change, Delta, Difference
from netsheet.compare.hunks import Hunk, Review, review
from netsheet.compare.items import Item
from netsheet.core.convention import MACS
from netsheet.core.errors import ChoiceError
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.render.table import plain
from netsheet.render.units import NOTHING, exact, fraction, short, size
from netsheet.sheet.columns import columns, find_column
from netsheet.sheet.columns.receptive_field import Field

SIGNS = {"added": "+", "removed": "−", "changed": "~"}
"""What stands before a line that only the second network has, only the first, or both."""

SHOWN = 8
"""Names that are listed one by one."""

DEFAULT = ("params", "macs")
ADDING = (*COUNTS, "depth")
EFFECTS = (*ADDING, "memory", "receptive_field", "output")
"""Columns in which a change has an effect: those that add up, and those of its rows alone."""

VARIOUS = "…"
"""What stands where an effect differs from place to place."""

ALWAYS = ("params", "macs", "memory", "kept", "neurons", "depth", "receptive_field")
"""Totals that are shown whether they differ or not, in their order."""

OTHERS = ("buffers", "ops", "output")
"""Totals that are shown where they differ."""


class Entry(NamedTuple):
    """One line of a comparison.

    sign: `+`, `−`, `~`, or none before what stands above other entries or below them all. name:
    what it is about. text: what became of that. level: 1 inside a block. effects: in each column
    that is shown; none where those of the entries below it say it.
    """

    sign: str
    name: str
    text: str
    level: int
    effects: tuple[str, ...] = ()


class Total(NamedTuple):
    """A total of both networks, at a glance and exactly, and what became of it."""

    label: str
    before: str
    after: str
    difference: str
    percent: str
    note: str


class Told(NamedTuple):
    """All that is said of a comparison; `columns` are the titles of the effects."""

    title: str
    input: str
    names: tuple[str, str]
    columns: tuple[str, ...]
    entries: tuple[Entry, ...]
    totals: tuple[Total, ...]
    closing: str


def tell(difference: Difference, shown: Sequence[str] | None = None) -> Told:
    """A comparison as it is told, with the effects in some columns.

    ChoiceError for a column that there is not, or in which a change has no effect of its own.
    """
    chosen = DEFAULT if shown is None else tuple(dict.fromkeys(map(_column, shown)))
    entries = tuple(_Entries(chosen).all(review(difference)))
    shapes = [sheet.graph.input_shape for sheet in (difference.before, difference.after)]
    given = str(shapes[0]) if shapes[0] == shapes[1] else f"{shapes[0]} → {shapes[1]}"
    old, new = (plain(sheet.graph.name) for sheet in (difference.before, difference.after))
    title = f"{old} → {new}" if old != new else f"{new}, two versions"
    titles = tuple(columns()[name].title for name in chosen)
    closing = _closing(difference, entries)
    totals = () if difference.equal else tuple(_totals(difference))
    return Told(title, given, _names(difference), titles, entries, totals, closing)


def _column(asked: str) -> str:
    """A column of effects by any of its headings."""
    name = find_column(asked).name
    if name not in EFFECTS:
        message = f"a change has no {name} of its own; there are {', '.join(EFFECTS)}"
        raise ChoiceError(message)
    return name


def _names(difference: Difference) -> tuple[str, str]:
    """What stands above the totals of either network."""
    old, new = (plain(sheet.graph.name) for sheet in (difference.before, difference.after))
    return (old, new) if old != new and max(len(old), len(new)) <= LONGEST else ("before", "after")


LONGEST = 16
"""A longer name is not repeated above the totals."""


def _closing(difference: Difference, entries: Sequence[Entry]) -> str:
    """What the signs mean, and what the effects are; or that there is nothing to tell."""
    if difference.equal:
        rows, totals = len(difference.after.graph.rows), difference.totals
        counts = f"{exact(totals['params'].new)} parameters, {exact(totals['macs'].new)}"
        return f"The networks are equal: {exact(rows)} rows, {counts} multiply-adds."
    meanings = {"+": "only in the second", "−": "only in the first", "~": "says something else"}
    signs = [f"{s} {words}" for s, words in meanings.items() if any(e.sign == s for e in entries)]
    effects = "Effects are summed over the rows of a line, and add up to those on the totals."
    return " ".join(filter(None, ("; ".join(signs) + "." if signs else "", effects)))


class _Entries(NamedTuple):
    """Entries in the making, with the columns of their effects."""

    columns: tuple[str, ...]

    def all(self, told: Review) -> Iterator[Entry]:
        """Every entry."""
        for hunk in told.hunks:
            yield from self._inside(hunk) if any(hunk.words) else self._outside(hunk)
        if told.renamed:
            count, pairs = len(told.renamed), [(item.was, item.name) for item in told.renamed]
            name = f"{count} line{'s' * (count != 1)} only called otherwise"
            yield Entry("", name, _called(pairs), 0, self._effects(told.renamed))
        if told.follow:
            count = len(told.follow)
            says = "lines say" if count > 1 else "line says"
            name = f"{count} {says} the same and count{'s' * (count == 1)} otherwise"
            names = listed([item.name for item in told.follow])
            yield Entry("", name, names, 0, self._effects(told.follow))

    def _inside(self, hunk: Hunk) -> Iterator[Entry]:
        """What became of the lines of blocks: the blocks above, their lines below."""
        old, new = hunk.words
        word = plain(f"{old} → {new}" if old and new and old != new else new or old)
        if len(hunk.places) == hunk.of > 1:
            where = f"in all {hunk.of}"
        else:
            several = f"in {len(hunk.places)} of {hunk.of}: " if hunk.of > 1 else ""
            where = several + listed(hunk.places)
        yield Entry("", word, where, 0)
        for same in hunk.items:
            sign, label = SIGNS[same[0].status], plain(same[0].label)
            yield Entry(sign, label, _text(same), 1, self._effects(same))

    def _outside(self, hunk: Hunk) -> Iterator[Entry]:
        """What became of lines outside any block, or of whole groups."""
        [same] = hunk.items
        sign = SIGNS[same[0].status]
        yield Entry(sign, listed(hunk.places), _text(same), 0, self._effects(same))

    def _effects(self, items: Sequence[Item]) -> tuple[str, ...]:
        return tuple(_effect(name, items) for name in self.columns)


def _called(pairs: Sequence[tuple[str, str]]) -> str:
    """Names before and now: the first few, and how many more."""
    shown = [f"{plain(old)} → {plain(new)}" for old, new in pairs[:SHOWN]]
    more = f" and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
    return ", ".join(shown) + more


def _effect(name: str, items: Sequence[Item]) -> str:
    """What items do in a column: the sum where it adds up, else what all of them say alike."""
    if name in ADDING:
        return effect(sum(item.effect(name) for item in items))
    found = {_figure_effect(item.figure(name), columns()[name].unit) for item in items}
    return found.pop() if len(found) == 1 else VARIOUS


def _figure_effect(delta: Delta, unit: str) -> str:
    """The difference of a figure that does not add up; a shape as it was and is."""
    if delta.old == delta.new:
        return "0"
    if isinstance(delta.old, Shape) or isinstance(delta.new, Shape):
        return " → ".join(str(value) for value in delta if value is not None)
    if isinstance(delta.old, Field) and isinstance(delta.new, Field):
        return _field(delta.old, delta.new)
    if unit == "bytes" and delta.old is not None and delta.new is not None:
        return f"{'+' * (delta.difference > 0)}{size(delta.difference)}"
    return NOTHING


def _text(same: Sequence[Item]) -> str:
    """What became of a line, in one or several places."""
    first = same[0]
    if first.status in {ADDED, REMOVED}:
        return _common([plain(item.what) for item in same])
    parts = [f"was {plain(first.was)}"] if first.was and len(same) == 1 else []
    for number, change in enumerate(first.changes):
        parts.append(change_text(change, [item.changes[number] for item in same]))
    if first.moved:
        parts.append(f"now behind {plain(first.moved)}")
    text = ", ".join(parts)
    return f"{first.window}: {text}" if first.window else text


def _common(texts: Sequence[str]) -> str:
    """Texts that differ in some words as one: `conv 3×3, … → relu`."""
    words = [text.split(" ") for text in texts]
    if len({len(each) for each in words}) > 1:
        return words[0][0]
    both = [each[0] if len(set(each)) == 1 else "…" for each in zip(*words, strict=True)]
    return " ".join(both)


def change_text(change: Change, same: Sequence[Change]) -> str:
    """What a line says otherwise: `stride 2 → 1`; of several places, the first and the last."""
    old, new = _texts(change)
    pairs = dict.fromkeys(map(_texts, same))
    named = "" if change.what in {"layer", "shape"} else f"{change.what} "
    text = f"{named}{old} → {new}"
    if len(pairs) > 1:
        last = list(pairs)[-1]
        text += f" … {last[0]} → {last[1]}"
    return text


def _texts(change: Change) -> tuple[str, str]:
    """Both values, with as many digits as it takes to tell them apart."""
    old, new = value_text(change.old), value_text(change.new)
    return (old, new) if old != new else (plain(str(change.old)), plain(str(change.new)))


def value_text(value: Any) -> str:  # noqa: ANN401 any attribute's value
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Layer):
        return plain(value.describe())
    if value is None:
        return "not given"
    if isinstance(value, tuple):
        if value and all(isinstance(each, str) for each in value):
            return plain(", ".join(value))
        return "×".join(map(_axis, value)) or "nothing"
    return plain(f"{value:.4g}" if isinstance(value, float) else str(value)) or "nothing"


def _axis(value: Any) -> str:  # noqa: ANN401 a number, or a pair of them
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)


def listed(names: Sequence[str]) -> str:
    """Names as a person lists them: those that count up in one, of many the first few."""
    shown: list[str] = []
    place = 0
    while place < len(names):
        count = _counting(names, place)
        last = names[place + count - 1]
        if count > 2:  # noqa: PLR2004 two are named
            match = _NUMBERED.fullmatch(last)
            shown.append(f"{names[place]} to {match['number'] if match else last}")
        else:
            count = 1
            shown.append(names[place])
        place += count
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return plain(", ".join(shown[:SHOWN]) + more)


_NUMBERED = re.compile(r"(?P<stem>.*\D|)(?P<number>0|[1-9]\d{0,8})")


def _counting(names: Sequence[str], place: int) -> int:
    """How many names from here on are one stem with numbers that count up."""
    first = _NUMBERED.fullmatch(names[place])
    if first is None:
        return 1
    count, start = 1, int(first["number"])
    while place + count < len(names) and names[place + count] == f"{first['stem']}{start + count}":
        count += 1
    return count


# Totals.


def _totals(difference: Difference) -> Iterator[Total]:
    for name in (*ALWAYS, *OTHERS):
        delta = difference.totals[name]
        plainly = name == "ops" and difference.after.convention.name == MACS.name
        if name in ALWAYS or (delta.old != delta.new and not plainly):
            yield _total(name, delta, difference)


def _total(name: str, delta: Delta, difference: Difference) -> Total:
    column = columns()[name]
    old, new = (_figure(value, column.unit) for value in delta)
    note = ""
    if name == "memory":
        was, now = (plain(str(row)) for row in difference.peaks)
        note = f"peak at {was}" if was == now else f"peak at {was}, now at {now}"
    same = delta.old == delta.new or (isinstance(delta.old, Field) and old == new)
    changed = "the same" if same else _difference(delta, column.unit)
    share = "" if name == "depth" else percent(delta)
    return Total(column.title, old, new, changed, share, note)


def _figure(value: Any, unit: str) -> str:  # noqa: ANN401 any column's value
    if isinstance(value, Field):
        return "all" if value.whole else str(value) if value.axes else "–"
    if unit == "bytes":
        return size(value)
    return exact(value) if isinstance(value, int) else str(value)


def _difference(delta: Delta, unit: str) -> str:
    if isinstance(delta.old, Field):
        return _field(delta.old, delta.new)
    if delta.difference is None:
        return ""
    sign = "+" if delta.difference > 0 else ""
    return sign + (size(delta.difference) if unit == "bytes" else exact(delta.difference))


def _field(old: Field, new: Field) -> str:
    """By how much a receptive field grew, where that is one number."""
    grown = {two - one for one, two in zip(old.size, new.size, strict=False)}
    known = old.exact and new.exact and len(old.size) == len(new.size)
    return _signed(grown.pop()) if known and len(grown) == 1 else ""


def _signed(value: int) -> str:
    return f"{'+' * (value > 0)}{fraction(value)}"


def effect(value: int) -> str:
    """An effect at a glance: `+231M`, `−512`, `0`."""
    return f"{'+' * (value > 0)}{short(value)}"


def percent(delta: Delta) -> str:
    """A difference in percent of the first, one decimal; what is there but tiny says so."""
    share = delta.percent
    if share is None or not delta.difference:
        return ""
    sign = "+" if share > 0 else "−"
    if abs(share) < 0.05:  # noqa: PLR2004 what one decimal does not show
        return f"{sign}<0.1 %"
    return f"{sign}{abs(share):,.1f} %"
