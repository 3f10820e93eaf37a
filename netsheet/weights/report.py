"""What did fit and what didn't, in words, before a value is changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from netsheet.core.span import printable, shorten
from netsheet.weights.fit import Change
from netsheet.weights.slots import Slot
from netsheet.weights.table import Entry, shown

WIDTH = 80
SHOWN = 6
"""Names of one sort that a report lists."""

LONGEST_NAME = 60


class Match(NamedTuple):
    """A tensor in its place: how it was found, and what is done to it so that it fits."""

    slot: Slot
    entry: Entry
    how: str
    change: Change = Change.NONE


class Given(NamedTuple):
    """A place that needs no tensor of the file: what it is filled with changes nothing."""

    slot: Slot
    value: float


class Different(NamedTuple):
    """A tensor that can't be taken for its place, and why."""

    slot: Slot
    entry: Entry
    why: str

    def __str__(self) -> str:
        return f"{_name(self.slot.name)} is {self.why}"


@dataclass(frozen=True)
class Report:
    """The match of a file and a network.

    doubts: why tensors that are there could not be matched. odd: what is worth knowing of the
    values, such as NaN; known once they were read.
    """

    path: Path
    network: str
    matches: tuple[Match, ...]
    given: tuple[Given, ...]
    missing: tuple[Slot, ...]
    left: tuple[Entry, ...]
    different: tuple[Different, ...]
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    odd: tuple[str, ...] = field(default=())

    @property
    def fits(self) -> bool:
        """Whether every place has what it needs."""
        return not (self.missing or self.different or self.doubts)

    @property
    def values(self) -> int:
        """How many values are taken."""
        return sum(match.slot.size for match in self.matches)

    def words(self) -> str:
        """In short: `25,610,205 values from resnet50.pth, 320 tensors by order`."""
        hows = " and ".join(dict.fromkeys(match.how for match in self.matches))
        count = _counted(len(self.matches), "tensor")
        return f"{self.values:,} values from {self.path}, {count} {hows}"

    def text(self, width: int = WIDTH) -> str:
        """All of it, in lines of so many columns."""
        every = len(self.matches) + len(self.left) + len(self.different)
        verdict = "fits" if self.fits else "does not fit"
        lines = [f"{self.path} {verdict} {self.network}: it holds {_counted(every, 'tensor')}"]
        for words, names in self._parts():
            lines += _paragraph(words, names, width)
        return "\n".join(printable(line) for line in lines) + "\n"

    def _parts(self) -> Iterator[tuple[str, Sequence[str]]]:
        """What there is to say, in the order in which one asks."""
        yield from ((note, ()) for note in self.notes)
        yield from self._taken()
        if self.missing:
            names = [f"{_name(slot.name)} {shown(slot.shape)}" for slot in self.missing]
            yield f"{_counted(len(self.missing), 'tensor')} missing", names
        yield from ((str(different), ()) for different in self.different[:SHOWN])
        if len(self.different) > SHOWN:
            yield f"and {len(self.different) - SHOWN} more differ", ()
        yield from ((doubt, ()) for doubt in self.doubts)
        if self.left:
            names = [f"{_name(entry.name)} {shown(entry.shape)}" for entry in self.left]
            yield f"{_counted(len(self.left), 'tensor')} left over", names
        yield from ((odd, ()) for odd in self.odd)

    def _taken(self) -> Iterator[tuple[str, Sequence[str]]]:
        """What fits: how it was found, what is done to it, and what was not needed."""
        for how in dict.fromkeys(match.how for match in self.matches):
            some = [match for match in self.matches if match.how == how]
            values = sum(match.slot.size for match in some)
            pairs = dict.fromkeys((match.slot.row, match.entry.told_module) for match in some)
            names = [f"{_name(row)} from {_name(own)}" for row, own in pairs if row != own]
            yield f"{_counted(len(some), 'tensor')}, {values:,} values, {how}", names
        weights = [match for match in self.matches if not match.slot.is_counter]
        for made in dict.fromkeys(match.change for match in weights if match.change):
            changed = [match for match in weights if match.change is made]
            names = [f"{_name(m.slot.name)} {shown(m.entry.shape)}" for m in changed]
            yield str(made), names
        for value in dict.fromkeys(given.value for given in self.given):
            given = [each.slot for each in self.given if each.value == value]
            names = [_name(slot.name) for slot in given if not slot.is_counter]
            if names:
                yield f"not in the file, and {value:g} says the same", names


def _name(name: str) -> str:
    return shorten(name, LONGEST_NAME)


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' * (count != 1)}"


def _paragraph(words: str, names: Sequence[str], width: int) -> Iterable[str]:
    """Words and names, indented, the first few of many names."""
    some = list(names[:SHOWN]) + (["…"] if len(names) > SHOWN else [])
    text = f"{words}: {', '.join(some)}" if some else words
    return wrap(
        text,
        width,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
