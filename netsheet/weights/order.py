"""Which module of a file is which row of a network, where their names are others.

Requirements met here: order and shapes must determine the match; where two matches would fit,
neither is taken, and that is said.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from netsheet.weights.fit import Turning
from netsheet.weights.modules import Module, Place, fits
from netsheet.weights.registering import registered

MOST_DROPPED = 3
"""Parts of a file, such as side classifiers, that may be left out together."""

MOST_HEADS = 24
"""A file whose names begin in more ways has none left out."""


class Told(NamedTuple):
    """A match: a module for each row, and how it was found; or why there is none."""

    pairs: tuple[tuple[Place, Module], ...] = ()
    how: str = ""
    why: str = ""


Way = Callable[[Sequence[Place], Sequence[Module], Turning], Told]


def match(
    places: Sequence[Place], modules: Sequence[Module], turning: Turning, *, ordered: bool
) -> Told:
    """The one match of rows and modules; `why` says what keeps there from being one."""
    ways: list[Way] = [_in_order, _in_order_of_kinds, _by_names] if ordered else [_by_names]
    whys: dict[str, None] = {}
    for way in ways:
        told = way(places, modules, turning)
        if told.pairs:
            return told
        whys[told.why] = None
    for way in ways:
        found = list(_dropping(way, places, modules, turning))
        if len(found) > 1:
            return Told(why="parts of it could be left out in several ways")
        if found:
            return found[0]
    return Told(why="; ".join(whys))


def _in_order(places: Sequence[Place], modules: Sequence[Module], turning: Turning) -> Told:
    """All in one order."""
    if len(places) != len(modules):
        count = f"it has {len(modules)} layers with weights, and the network {len(places)}"
        return Told(why=count)
    pairs = tuple(zip(places, modules, strict=True))
    wrong = next((pair for pair in pairs if not fits(*pair, turning)), None)
    if wrong is None:
        return Told(pairs, "by order")
    place, module = wrong
    return Told(why=f"in its order {module.name} would be {place.name}, and does not fit")


def _in_order_of_kinds(
    places: Sequence[Place], modules: Sequence[Module], turning: Turning
) -> Told:
    """Convolutions in one order, norms in one order, and so on."""
    kinds = list(dict.fromkeys(place.kind for place in places))
    some = {kind: [place for place in places if place.kind == kind] for kind in kinds}
    own: dict[str, list[Module]] = {kind: [] for kind in kinds}
    for module in modules:
        may_be = [k for k in kinds if any(fits(place, module, turning) for place in some[k])]
        if len(may_be) != 1:
            return Told(why=f"{module.name} fits {'rows of several kinds' if may_be else 'no row'}")
        own[may_be[0]].append(module)
    found: dict[Place, Module] = {}
    for kind in kinds:
        told = _in_order(some[kind], own[kind], turning)
        if not told.pairs:
            return told
        found |= dict(told.pairs)
    return Told(tuple((place, found[place]) for place in places), "by order of each kind")


def _by_names(places: Sequence[Place], modules: Sequence[Module], turning: Turning) -> Told:
    """In the one order that numbers in names, and shapes, allow."""
    if len(places) != len(modules):
        return _in_order(places, modules, turning)
    found = registered(places, modules, lambda place, module: fits(place, module, turning))
    if found is None:
        return Told(why="no order that its names allow fits, or too many do")
    if not found.sure:
        one, other = found.doubt
        return Told(why=f"{one} and {other} could be taken for each other")
    how = "by shape and by " + ("what names tell" if found.by_parts else "numbers in names")
    return Told(tuple(zip(places, found.modules, strict=True)), how)


def _dropping(
    way: Way, places: Sequence[Place], modules: Sequence[Module], turning: Turning
) -> Iterator[Told]:
    """The matches that leave out parts of a file, by the first parts of their names."""
    heads: dict[str, int] = {}
    for module in modules:
        head = module.name.partition(".")[0]
        heads[head] = heads.get(head, 0) + 1
    surplus = len(modules) - len(places)
    if surplus <= 0 or len(heads) > MOST_HEADS:
        return
    for count in range(1, MOST_DROPPED + 1):
        found = False
        for dropped in combinations(heads, count):
            if sum(heads[head] for head in dropped) != surplus:
                continue
            kept = [m for m in modules if m.name.partition(".")[0] not in dropped]
            told = way(places, kept, turning)
            if told.pairs:
                found = True
                yield told
        if found:
            return
