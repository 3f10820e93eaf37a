"""How much memory a training takes, computed from the sheet before anything is run.

Requirements met here: every part is told with its sum; a batch that can't fit is refused with the
largest that does, before the first picture is read into it.

While one sample goes back through the network, what a row's rule keeps is let go row by row, and
gradients are alive where values were: at a row they are at most what the sheet's `memory` column
says is held there. So a sample takes, at its worst row, what the rows up to it keep plus what is
held at it.
"""

from itertools import accumulate
from typing import NamedTuple

from netsheet.core.convention import MemoryModel
from netsheet.core.errors import FitError
from netsheet.core.graph import Graph
from netsheet.render.units import size
from netsheet.sheet.sheet import Sheet
from netsheet.train.recipe import Optimiser, Recipe

STATES: dict[Optimiser, int] = {"adamw": 2, "sgd": 1}
"""Values that an optimiser remembers for each parameter: two moments; one momentum."""

HALF = {"bfloat16": 0.5, "float16": 0.5}
"""Part of the memory that kept values take in mixed precision, where layers compute in 16 bits."""

RESERVE = 0.1
"""Part of what is free that is left to everything else: libraries' scratch space, the system."""


class Need(NamedTuple):
    """Bytes that a training takes: fixed ones, and those of each picture of a portion.

    weights, gradients, states: of the network and its optimiser. data: pictures held in memory.
    sample: kept for the backward pass and alive in it, for one picture.
    """

    weights: int
    gradients: int
    states: int
    data: int
    sample: int

    @property
    def fixed(self) -> int:
        """What doesn't depend on the batch."""
        return self.weights + self.gradients + self.states + self.data

    def total(self, portion: int) -> int:
        """With a portion of so many pictures."""
        return self.fixed + portion * self.sample

    def largest(self, free: int) -> int:
        """The largest portion that fits into what is free; 0 if not even one picture does."""
        usable = int(free * (1 - RESERVE)) - (self.fixed - self.data)
        return max(0, usable // self.sample)

    def words(self, portion: int) -> str:
        """The sum, with its terms."""
        terms = [
            f"weights {size(self.weights)}",
            f"gradients {size(self.gradients)}",
            f"optimiser {size(self.states)}",
        ]
        if self.data:
            terms.append(f"pictures {size(self.data)}")
        terms.append(f"{portion} × {size(self.sample)} for a picture on its way")
        return f"{size(self.total(portion))}: {', '.join(terms)}"


def need(graph: Graph, recipe: Recipe, precision: str, data_bytes: int = 0) -> Need:
    """What training a network takes, in bytes."""
    sheet = Sheet(graph, memory=MemoryModel("run", scratch=True))
    total = sheet.total
    kept = accumulate(sheet.column("kept"))
    part = HALF.get(precision, 1.0)
    worst = max(
        before * part + held for before, held in zip(kept, sheet.column("memory"), strict=True)
    )
    params = 4 * int(total.params)
    states = STATES[recipe.optimiser] if recipe.optimiser == "adamw" or recipe.momentum else 0
    return Need(params + 4 * int(total.buffers), params, states * params, data_bytes, int(worst))


def check(found: Need, recipe: Recipe, free: int | None, ranks: int = 1) -> None:
    """Refuse a batch that can't fit into what is free, with the largest that does; FitError.

    free: bytes still to be had, the pictures being held already; None where nobody knows.
    """
    if free is None:
        return
    portion = recipe.batch // (recipe.accumulate * ranks)
    largest = found.largest(free)
    if portion <= largest:
        return
    what = f"a batch of {recipe.batch} does not fit into memory: it takes {found.words(portion)}"
    lines = [what, f"  {size(free)} are free, of which {RESERVE:.0%} are left to other things"]
    if not largest:
        lines.append("  not even one picture fits: a smaller network or input is needed")
    else:
        fits = largest * recipe.accumulate * ranks
        lines.append(f"  the largest that fits is --batch {fits}")
        portions = -(-recipe.batch // (largest * ranks))
        while recipe.batch % (portions * ranks):
            portions += 1
        lines.append(f"  or the same batch in portions: --accumulate {portions}")
    raise FitError("\n".join(lines))
