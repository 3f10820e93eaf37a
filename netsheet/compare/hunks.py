"""Differences as a reviewer tells them: a change that many blocks share is told once.

Requirements met here: every row that differs is in one item, and every item in one hunk, or among
those that are only called otherwise or only follow, so that their effects add up to those on the
totals; a whole block that one network lacks is one item.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netsheet.compare.difference import ADDED, FOLLOWS, REMOVED, Difference
from netsheet.compare.items import Item, items

OF_SIZE = frozenset({"out", "groups", "sizes", "shape", "drop"})
"""Attributes that grow from stage to stage, and may do so within one hunk."""


class Hunk(NamedTuple):
    """Items that are told together: those of one block, in all blocks in which they are the same.

    words: what the blocks are called before and now; empty outside any block. places: the blocks
    by name, or outside any block the lines. of: how many such blocks there are. items: for each
    thing told, one item a place.
    """

    words: tuple[str, str]
    places: tuple[str, ...]
    of: int
    items: tuple[tuple[Item, ...], ...]

    def effect(self, column: str) -> int:
        """What all of it does to a total that rows add up to."""
        return sum(item.effect(column) for same in self.items for item in same)


class Review(NamedTuple):
    """A comparison as it is told: hunks in order, what is only called otherwise, what follows."""

    hunks: tuple[Hunk, ...]
    renamed: tuple[Item, ...]
    follow: tuple[Item, ...]


def review(difference: Difference) -> Review:
    """A comparison as it is told."""
    told, renamed, follow = [], [], []
    for item in items(difference):
        if item.status == FOLLOWS:
            follow.append(item)
        elif item.only_renamed:
            renamed.append(item)
        else:
            told.append(item)
    uses = [lines.uses for lines in difference.lines]
    return Review(tuple(_hunks(told, uses)), tuple(renamed), tuple(follow))


def _hunks(told: Sequence[Item], uses: Sequence[dict[str, int]]) -> Iterator[Hunk]:
    """Items by block, and blocks by what became of them."""
    blocks: dict[str, list[Item]] = {}
    for number, item in enumerate(told):
        blocks.setdefault(item.block or f"\0{number}", []).append(item)
    alike: dict[tuple[object, ...], list[list[Item]]] = {}
    for own in blocks.values():
        key: tuple[object, ...] = (own[0].words, *((item.label, *_sense(item)) for item in own))
        if not own[0].block:
            what = own[0].what if own[0].status in {ADDED, REMOVED} else ""
            key = ("", own[0].parent, what, *_sense(own[0]))
        alike.setdefault(key, []).append(own)
    for same in alike.values():
        first = same[0][0]
        places = tuple(own[0].block or own[0].label for own in same)
        of = uses[first.status != REMOVED].get(first.words[first.status != REMOVED], 0)
        turned = tuple(tuple(own[place] for own in same) for place in range(len(same[0])))
        yield Hunk(first.words, places, of, turned)


def _sense(item: Item) -> tuple[object, ...]:
    """What makes two items one: all but where they stand, and sizes that grow on the way."""
    what = (item.kind, *item.then) if item.status in {ADDED, REMOVED} else ()
    changes = tuple(
        (each.what, *(() if each.what in OF_SIZE else (repr(each.old), repr(each.new))))
        for each in item.changes
    )
    return (item.status, what, changes, bool(item.moved))
