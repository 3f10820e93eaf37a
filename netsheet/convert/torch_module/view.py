"""The same values read otherwise, step by step, and what a chain of such steps comes to.

Requirements met here: reshapes and permutations are collected until somebody needs the values in
their new order; what undoes itself leaves nothing, and a channel shuffle is seen as one.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

from netsheet.core.shape import AXES

Sizes = tuple[int, ...]


class Step(NamedTuple):
    """One step: the sizes that it gives, and how it ordered the axes; empty of a reshape."""

    sizes: Sizes
    order: Sizes = ()


class View(NamedTuple):
    """A row's values, read through steps; sizes leave out the batch."""

    row: int
    base: Sizes
    steps: tuple[Step, ...] = ()

    @property
    def sizes(self) -> Sizes:
        """As it is read now."""
        return self.steps[-1].sizes if self.steps else self.base

    def reshaped(self, sizes: Sizes) -> "View":
        """The same, cut into other axes; the last axis runs fastest."""
        steps = self.steps
        if sizes == self.sizes:
            return self
        if steps and not steps[-1].order:
            steps = steps[:-1]
        before = steps[-1].sizes if steps else self.base
        if sizes == before:
            return self._replace(steps=steps)
        return self._replace(steps=(*steps, Step(sizes)))

    def permuted(self, order: Sequence[int]) -> "View":
        """The same, with the axes in another order."""
        order = tuple(order)
        sizes = tuple(self.sizes[place] for place in order)
        wide = [place for place in order if self.sizes[place] != 1]
        if wide == sorted(wide):
            return self.reshaped(sizes)
        steps = self.steps
        if steps:
            before = self._replace(steps=steps[:-1])
            inner = steps[-1].order or _ones_moved(before.sizes, steps[-1].sizes)
            if inner is not None:
                return before.permuted(tuple(inner[place] for place in order))
        return self._replace(steps=(*steps, Step(sizes, order)))

    @property
    def order(self) -> Sizes | None:
        """The order in which the row's axes are read; None where they are cut otherwise."""
        if not self.steps:
            return tuple(range(len(self.base)))
        if len(self.steps) > 1:
            return None
        (sizes, order) = self.steps[0]
        return order or _ones_moved(self.base, sizes)

    @property
    def letters(self) -> str:
        """The letter of the row's axis for each axis as it is read; empty where cut otherwise."""
        order = self.order
        if order is None or len(self.base) > len(AXES):
            return ""
        names = ("C", *AXES[len(self.base) - 1])
        return "".join(names[place] for place in order)


def _ones_moved(before: Sizes, after: Sizes) -> Sizes | None:
    """The order that a reshape comes to which only moves axes of 1; None if it does more.

    Which of them is which makes no difference.
    """
    wide = [axis for axis, n in enumerate(before) if n != 1]
    if len(before) != len(after) or [before[axis] for axis in wide] != [n for n in after if n != 1]:
        return None
    others, ones = iter(wide), iter([axis for axis, n in enumerate(before) if n == 1])
    return tuple(next(ones if n == 1 else others) for n in after)


def plain(row: int, sizes: Sequence[int]) -> View:
    """A row as it is."""
    return View(row, tuple(sizes))


class Shuffle(NamedTuple):
    """A chain of steps that has a name: `kind` and the number that goes with it."""

    kind: str
    number: int


def shuffle(view: View) -> Shuffle | None:
    """The channel shuffle, pixel shuffle or pixel unshuffle that a chain comes to, if it is one."""
    turns = [bool(step.order) for step in view.steps]
    if turns != [False, True, False]:
        return None
    cut, (_, order), (out, _) = view.steps
    axes = tuple(range(1, len(view.base)))
    return (
        _of_channels(view.base, cut.sizes, order, out, axes)
        or _to_pixels(view.base, cut.sizes, order, out, axes)
        or _from_pixels(view.base, cut.sizes, order, out, axes)
    )


def _of_channels(base: Sizes, cut: Sizes, order: Sizes, out: Sizes, axes: Sizes) -> Shuffle | None:
    """C as g×C/g, these two swapped, and joined again."""
    if out != base or cut[2:] != base[1:] or order != (1, 0, *(place + 1 for place in axes)):
        return None
    return Shuffle("channel shuffle", cut[0])


def _to_pixels(base: Sizes, cut: Sizes, order: Sizes, out: Sizes, axes: Sizes) -> Shuffle | None:
    """C as C_out×f×f, each factor brought behind its axis."""
    rank = len(axes)
    pairs = [place for axis in axes for place in (axis + rank, axis)]
    if not rank or order != (0, *pairs) or len(set(cut[1 : rank + 1])) != 1:
        return None
    factor = cut[1]
    larger = (cut[0], *(factor * base[axis] for axis in axes))
    fits = cut[rank + 1 :] == base[1:] and out == larger
    return Shuffle("pixel shuffle", factor) if fits else None


def _from_pixels(base: Sizes, cut: Sizes, order: Sizes, out: Sizes, axes: Sizes) -> Shuffle | None:
    """H as H/f×f and so on, the factors brought to the channels."""
    rank = len(axes)
    inside = [2 * axis for axis in axes]
    wanted = (0, *inside, *(2 * axis - 1 for axis in axes))
    if not rank or order != wanted or len({cut[place] for place in inside}) != 1:
        return None
    factor = cut[2]
    smaller = (base[0] * factor**rank, *(base[axis] // factor for axis in axes))
    return Shuffle("pixel unshuffle", factor) if cut[0] == base[0] and out == smaller else None


MOST = max(AXES) + 1
"""Axes that a map has at most, with its channels."""


def in_few_axes(sizes: Sizes, order: Sizes) -> Iterator[Step]:
    """A permutation of many axes as reshapes and permutations of few.

    Two neighbouring blocks of axes are swapped at a time, all before and all behind them taken
    as one axis each: four axes at most.
    """
    now = list(range(len(sizes)))
    for place, wanted in enumerate(order):
        at = now.index(wanted)
        if at == place:
            continue
        before, first, second, behind = (
            prod(sizes[axis] for axis in part)
            for part in (now[:place], now[place:at], now[at : at + 1], now[at + 1 :])
        )
        now[place : at + 1] = [wanted, *now[place:at]]
        cut = (before, first, second, behind)
        kept = [n for n in range(4) if cut[n] != 1 or n in {1, 2}]
        few = tuple(cut[n] for n in kept)
        turned = [{1: 2, 2: 1}.get(n, n) for n in kept]
        yield Step(few)
        yield Step(tuple(cut[n] for n in turned), tuple(kept.index(n) for n in turned))
