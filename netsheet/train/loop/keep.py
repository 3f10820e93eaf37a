"""Where a training keeps what it gives: in a run's folder, or in memory alone.

Requirements met here: the best model is on disk before the checkpoint that speaks of it; what goes
wrong in writing is told with what there is to go on from.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from netsheet.core.errors import FileError, TrainingError
from netsheet.core.files import write_whole
from netsheet.train.loop.checkpoint import steps, write
from netsheet.train.loop.epoch import Standing
from netsheet.train.loop.rundir import CHECKPOINTS, LOG
from netsheet.train.tell.csv_log import csv_text

if TYPE_CHECKING:
    from netsheet.train.loop.trainer import Trainer

EVERY = 600.0
"""Seconds after which a long epoch is saved in its middle."""


class InMemory:
    """Keeps the best weights and nothing else: such a run can't go on after its process."""

    def __init__(self) -> None:
        self.best: dict[str, Tensor] = {}

    def save(self, trainer: "Trainer") -> None:
        """Nothing: there is nowhere to."""

    def keep_best(self, trainer: "Trainer") -> None:
        """A copy of the weights."""
        state = trainer.network.state_dict()
        self.best = {name: value.detach().cpu().clone() for name, value in state.items()}

    def logged(self, standing: Standing) -> None:
        """Nothing: the history is handed back."""

    def due(self) -> bool:
        """Never."""
        return False

    def left(self) -> str:
        """Nothing."""
        return "nothing was kept: give the run a folder to go on from"


class InFolder(InMemory):
    """Keeps checkpoints, the best model and the history in a folder.

    write_best: writes the model from its weights. every: seconds between two saves.
    """

    def __init__(
        self,
        folder: Path,
        write_best: Callable[[dict[str, Tensor], Standing], None],
        every: float = EVERY,
    ) -> None:
        super().__init__()
        self.folder, self.write_best, self.every = folder, write_best, every
        self.saved = time.monotonic()

    def save(self, trainer: "Trainer") -> None:
        """A checkpoint of this step."""
        step = trainer.standing.step
        try:
            write(self.folder / CHECKPOINTS, step, trainer.tensors(), trainer.state())
        except FileError as error:
            raise TrainingError(f"{error}\n  {self.left()}") from error
        self.saved = time.monotonic()

    def left(self) -> str:
        """The last checkpoint."""
        whole = steps(self.folder / CHECKPOINTS)
        if not whole:
            return "there is no checkpoint to go on from"
        go_on = f"netsheet train --resume {self.folder}"
        return f"the checkpoint of step {whole[-1]:,} is whole; to go on: {go_on}"

    def keep_best(self, trainer: "Trainer") -> None:
        """The model, on disk as well."""
        super().keep_best(trainer)
        try:
            self.write_best(self.best, trainer.standing)
        except FileError as error:
            raise TrainingError(f"{error}\n  {self.left()}") from error

    def logged(self, standing: Standing) -> None:
        """The history as CSV."""
        write_whole(self.folder / LOG, csv_text(standing.history))

    def due(self) -> bool:
        """Every ten minutes."""
        return time.monotonic() - self.saved >= self.every
