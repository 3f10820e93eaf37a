"""The processes of one training: this one alone, or all that torchrun has started.

Requirements met here: the processes meet by torch's own means (gloo on CPUs, NCCL on GPUs) and by
no engine of ours; what is decided by one is decided by all; the first one writes.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed

from netsheet.train.machine import best_device, cores

PATIENCE = timedelta(minutes=10)
"""How long a process waits for the others before it gives up."""


@dataclass(frozen=True)
class World:
    """This process among all: its number, how many there are, and how many on this machine."""

    device: torch.device
    rank: int = 0
    size: int = 1
    near: int = 1

    @property
    def first(self) -> bool:
        """Whether this process writes and speaks."""
        return self.rank == 0

    def total(self, values: Tensor) -> Tensor:
        """Values added up over all processes."""
        if self.size > 1:
            distributed.all_reduce(values)
        return values

    def any(self, flag: bool) -> bool:  # noqa: FBT001 a vote
        """Whether any process says so."""
        if self.size == 1:
            return flag
        return bool(self.total(torch.tensor([float(flag)], device=self.device)).item())

    def wait(self) -> None:
        """Go on when all have come here."""
        if self.size > 1:
            distributed.barrier()


def under_torchrun() -> bool:
    """Whether torchrun started this process as one of several."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and "RANK" in os.environ


@contextmanager
def join(device: str | None = None) -> Iterator[World]:
    """The world of this process while it trains; of several, all meet here and part at the end."""
    chosen = torch.device(device) if device else best_device()
    if not under_torchrun():
        yield World(chosen)
        return
    rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    local = int(os.environ.get("LOCAL_RANK", "0"))
    near = int(os.environ.get("LOCAL_WORLD_SIZE", str(size)))
    if chosen.type == "cuda":
        chosen = torch.device("cuda", local)
        torch.cuda.set_device(chosen)
    distributed.init_process_group("nccl" if chosen.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield World(chosen, rank, size, near)
        # The group's threads end when nothing holds it any more. One that outlives Python's end,
        # because a network in a cycle of references still holds it, would abort the process.
        gc.collect()
    finally:
        distributed.destroy_process_group()


@contextmanager
def threads(count: int | None, near: int) -> Iterator[int]:
    """Compute inside with so many threads: by default the cores that this process may use.

    Where OMP_NUM_THREADS is set, that is left as it is. Gives the number in use.
    """
    before = torch.get_num_threads()
    if count is None and "OMP_NUM_THREADS" not in os.environ:
        count = min(before, max(1, cores() // near))
    if count is not None:
        torch.set_num_threads(count)
    try:
        yield torch.get_num_threads()
    finally:
        torch.set_num_threads(before)
