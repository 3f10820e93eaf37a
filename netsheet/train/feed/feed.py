"""Batches of training pictures, by epoch and step.

Requirements met here: any batch can be made by itself, so that a run goes on in the middle of an
epoch; pictures that are decoded each time are fetched ahead, others are not copied more than once.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor

from netsheet.run.intake import Intake
from netsheet.train.data.pictures import Held, Pictures
from netsheet.train.feed.augmentation import Chosen
from netsheet.train.feed.chance import Draw, shuffled

AHEAD = 3
"""Batches that are fetched ahead."""

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Feed:
    """Training pictures in batches, of which this process (`rank` of `ranks`) has its share.

    batch: pictures of a step, over all processes. parts: how many portions each process computes
    one after the other. A batch is at most all pictures, and `ranks` times `parts` equal portions.
    """

    pictures: Pictures
    intake: Intake
    augmentations: Sequence[Chosen]
    batch: int
    seed: int
    device: torch.device
    parts: int = 1
    rank: int = 0
    ranks: int = 1

    @property
    def steps(self) -> int:
        """Steps of an epoch: whole batches; the pictures left over, others each time, wait."""
        return len(self.pictures) // self.batch

    @property
    def portion(self) -> int:
        """Pictures of one portion."""
        return self.batch // (self.parts * self.ranks)

    def epoch(self, epoch: int, first: int = 0) -> Iterator[list[Batch]]:
        """The batches of an epoch from step `first` on, each as this process's portions."""
        order = shuffled(len(self.pictures), self.seed, epoch)
        steps = range(first, self.steps)
        if isinstance(self.pictures.store, Held):
            for step in steps:
                yield [self._varied(epoch, step, *part) for part in self._taken(order, step)]
            return
        with ThreadPoolExecutor(1, thread_name_prefix="fetch") as pool:
            waiting: list[Future[list[tuple[int, Tensor, Tensor]]]] = []
            upcoming = iter(steps)
            for step in steps:
                while len(waiting) < AHEAD and (following := next(upcoming, None)) is not None:
                    waiting.append(pool.submit(self._taken, order, following))
                yield [self._varied(epoch, step, *part) for part in waiting.pop(0).result()]

    def _taken(self, order: Tensor, step: int) -> list[tuple[int, Tensor, Tensor]]:
        """Portions as stored: where each begins in the batch, pictures, labels."""
        found = []
        start = step * self.batch
        for part in range(self.parts):
            first = (part * self.ranks + self.rank) * self.portion
            indices = order[start + first : start + first + self.portion]
            found.append((first, self.pictures.raw(indices), self.pictures.labels[indices]))
        return found

    def _varied(self, epoch: int, step: int, first: int, raw: Tensor, labels: Tensor) -> Batch:
        """A portion varied by chance, as the network reads it, on the device."""
        x = raw.to(self.device, non_blocking=True)
        if self.augmentations:
            draw = Draw(self.seed, epoch, step, self.batch, first, first + len(raw))
            x = self.intake.place(x)
            for augmentation in self.augmentations:
                x = augmentation.apply(x, draw, self.intake.shape)
            x = self.intake.normalise(self.intake.trim(x))
        else:
            x = self.intake(x)
        return x, labels.to(self.device, non_blocking=True)


def in_order(
    pictures: Pictures,
    intake: Intake,
    batch: int,
    device: torch.device,
    rank: int = 0,
    ranks: int = 1,
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Indices, pictures as the network reads them, and labels, without any chance.

    Of several processes each gets its share, the first ones one picture more where they don't
    come out even.
    """
    mine = torch.arange(rank, len(pictures), ranks)
    for indices in torch.split(mine, batch):
        x = intake(pictures.raw(indices).to(device, non_blocking=True))
        yield indices, x, pictures.labels[indices].to(device, non_blocking=True)
