"""Two sequences side by side, so that what resembles each other most stands in one line.

Needleman and Wunsch 1970, doi:10.1016/0022-2836(70)90057-4, without a price for gaps.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

MOST_CELLS = 1_000_000
"""Pairs of items that are compared."""


def aligned(
    one: Sequence[Item], other: Sequence[Item], likeness: Callable[[Item, Item], float]
) -> list[tuple[int, int]]:
    """Pairs of places, both rising, whose likenesses add up to the most; 0 is no pair.

    >>> aligned("kitten", "sitting", lambda a, b: float(a == b))
    [(1, 1), (2, 2), (3, 3), (5, 5)]
    """
    if not one or not other:
        return []
    alike = [[likeness(mine, theirs) for theirs in other] for mine in one]
    best = [[0.0] * (len(other) + 1)]
    for row in alike:
        above, line = best[-1], [0.0]
        for place, value in enumerate(row):
            most = max(above[place + 1], line[place])
            line.append(max(most, above[place] + value) if value else most)
        best.append(line)
    found = []
    mine, theirs = len(one), len(other)
    while mine and theirs:
        here, value = best[mine][theirs], alike[mine - 1][theirs - 1]
        if value and here == best[mine - 1][theirs - 1] + value:
            mine, theirs = mine - 1, theirs - 1
            found.append((mine, theirs))
        elif here == best[mine - 1][theirs]:
            mine -= 1
        else:
            theirs -= 1
    return found[::-1]
