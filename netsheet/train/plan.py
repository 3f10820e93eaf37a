"""Everything that is settled before the first step, and told.

Requirements met here: what can be refused is refused here, before anything is written; what is
chosen for a person (augmentations, numbers, batch) is chosen here, once, and said.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

import torch

from netsheet.core.errors import FitError
from netsheet.core.graph import Graph
from netsheet.core.shape import Shape
from netsheet.render.units import size
from netsheet.run.intake import Intake, Rule
from netsheet.train.adapt import Change, fit
from netsheet.train.data.find import find_data
from netsheet.train.data.folder import Damaged, Listed
from netsheet.train.data.pictures import Data, Held
from netsheet.train.feed.augmentation import every
from netsheet.train.feed.normal import measured
from netsheet.train.head import Head, head_of
from netsheet.train.loop.precision import numbers
from netsheet.train.loop.world import World
from netsheet.train.machine import available_bytes, has_bfloat16
from netsheet.train.memory import Need, check, need
from netsheet.train.recipe import AUTO, Recipe

MARGIN = 8 / 7
"""How much larger pictures from files are stored than the input: 256 for 224, as is usual."""

LARGE = 64
"""Inputs from this side on get that margin."""

WIDE = 79
"""Columns within which a plan is told."""

SAMPLED = 5_000
"""Pictures over which normalisation is computed where they are decoded each time."""


@dataclass(frozen=True)
class Source:
    """What was asked of data: a name, path or value, and how parts are split off it."""

    what: Any
    val: float = 0.1
    test: float = 0.1
    seed: int = 0
    damaged: Damaged = "refuse"
    fit: Rule | None = None
    hold: bool | None = None


@dataclass(frozen=True)
class Plan:
    """A training, settled.

    graph: the network as it will be used; head: as it is trained. recipe: without any "auto".
    changes: of the sheet, to fit the data. notes: what else a person should know.
    """

    graph: Graph
    head: Head
    data: Data
    intake: Intake
    recipe: Recipe
    need: Need
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    source: Source = field(default_factory=lambda: Source(None))

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return len(self.data.train) // self.recipe.batch

    @property
    def total(self) -> int:
        """Steps of all epochs."""
        return self.steps * self.recipe.epochs

    def words(self, world: World, threads: int) -> str:
        """All that was settled, in lines."""
        recipe = self.recipe
        portion = recipe.batch // (recipe.accumulate * world.size)
        varied = [f"{each.augmentation.name}: {each}" for each in every(recipe.augment)]
        many = f"process {world.rank + 1} of {world.size}, " * (world.size > 1)
        machine = f"{many}{world.device}, {threads} threads, {recipe.precision}, {recipe.layout}"
        lines = [
            ("data", [self.data.summary(), *self.data.story]),
            ("input", self.intake.words()),
            ("varied", varied or ["nothing: no augmentation"]),
            ("recipe", [recipe.words()]),
            ("memory", [self.need.words(portion)]),
            ("machine", [machine]),
            ("sheet", [str(change) for change in self.changes]),
            ("note", list(self.notes)),
        ]
        told = [f"{self.graph.name} on {self.data.name}"]
        for title, words in lines:
            for place, line in enumerate(words):
                head = f"  {title if not place else '':<8} "
                told += wrap(line, WIDE, initial_indent=head, subsequent_indent=" " * len(head))
        return "\n".join(told) + "\n"


def settle(
    graph: Graph,
    source: Source,
    recipe: Recipe,
    world: World,
    *,
    adapt: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Settle a training; FitError, DataError or ChoiceError say what is in the way."""
    found = find_data(source.what, val=source.val, test=source.test, seed=source.seed)
    classes = len(found.classes)
    shape = found.shape
    fitted = fit(graph, shape, classes, adapt=adapt, rule=source.fit)
    head = head_of(fitted.graph)
    own = fitted.graph.input_shape
    if isinstance(found, Listed):
        data = found.load(
            _stored(own, shape),
            damaged=source.damaged,
            hold=source.hold,
            progress=progress,
        )
    else:
        data = found
    augment = data.augment if recipe.augment == AUTO else recipe.augment
    every(augment)
    numbers_name = numbers(recipe.precision, world.device).name
    batch, notes = _batch(recipe, len(data.train), world)
    settled = recipe.changed(augment=augment, precision=numbers_name, batch=batch)
    held = [part.store for part in data.parts.values() if isinstance(part.store, Held)]
    stores = {id(store): store.values.numel() * store.values.element_size() for store in held}
    taken = need(head.graph, settled, numbers_name, sum(stores.values()))
    free = available_bytes(world.device)
    check(taken, settled, None if free is None else free // world.near, world.size)
    most = None if held else SAMPLED
    normal = measured(data.train, most)
    intake = Intake(data.shape, own, fitted.rule, data.train.store.scale, normal)
    if numbers_name == "float32" and world.device.type == "cpu" and has_bfloat16(world.device):
        notes.append("this CPU multiplies 16-bit floats: --precision bfloat16 may be faster")
    if free is not None:
        notes.append(f"{size(free)} of memory are free")
    return Plan(
        fitted.graph, head, data, intake, settled, taken, fitted.changes, tuple(notes), source
    )


def _stored(own: Shape, shape: Shape | None) -> Shape:
    """The size to which pictures from files are decoded."""
    if shape is not None:
        return shape
    margin = MARGIN if min(own.size) >= LARGE else 1.0
    return Shape((own.channels, *(round(side * margin) for side in own.size)))


def _batch(recipe: Recipe, pictures: int, world: World) -> tuple[int, list[str]]:
    """The batch that is used: no larger than the data, and in equal portions."""
    shares = recipe.accumulate * world.size
    if recipe.batch % shares:
        near = max(shares, recipe.batch // shares * shares)
        what = f"a batch of {recipe.batch} can't be shared by {world.size} processes"
        portions = f" in {recipe.accumulate} portions each" if recipe.accumulate > 1 else ""
        raise FitError(f"{what}{portions}\n  {near} or {near + shares} can")
    if recipe.batch <= pictures:
        return recipe.batch, []
    batch = pictures // shares * shares
    if not batch:
        raise FitError(f"{pictures} training pictures can't be shared by {shares} portions")
    return batch, [f"a batch is {batch}: there are no more than {pictures} training pictures"]


def on_cpu() -> World:
    """A world of one process on the CPU."""
    return World(torch.device("cpu"))
