"""Chance that depends on nothing but its seed and what it is for.

Requirements met here: no random state is carried from step to step, and none is global; each part
of a batch draws what it would draw in the whole.
"""

from dataclasses import dataclass
from zlib import crc32

import torch
from torch import Tensor


def seeded(*what: object) -> torch.Generator:
    """A generator for one purpose: the same words give the same numbers, on every machine."""
    # torch's generator takes 32 bits of a seed and drops the others
    return torch.Generator().manual_seed(crc32("/".join(map(str, what)).encode()))


@dataclass(frozen=True, slots=True)
class Draw:
    """Numbers for some of a batch's pictures: rows `first` to `end` (excluded) of `whole`."""

    seed: int
    epoch: int
    step: int
    whole: int
    first: int
    end: int

    def uniform(self, name: str, count: int) -> Tensor:
        """`count` numbers in [0, 1) for each picture: N×count, on the CPU."""
        generator = seeded(self.seed, name, self.epoch, self.step)
        return torch.rand(self.whole, count, generator=generator)[self.first : self.end]


def shuffled(count: int, seed: int, epoch: int) -> Tensor:
    """All places from 0 to count − 1 in the order of an epoch."""
    return torch.randperm(count, generator=seeded(seed, "order", epoch))
