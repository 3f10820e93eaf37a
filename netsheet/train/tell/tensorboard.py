"""Scalars for TensorBoard, through torch's own writer."""

from pathlib import Path
from typing import Any

from netsheet.train.loop.epoch import Epoch
from netsheet.train.tell.teller import Moment, Teller

EVERY = 10
"""Steps between two points of the curves within an epoch."""


class TensorBoard(Teller):
    """Writes curves into a folder; going on, it begins at the step from which the run goes on."""

    def __init__(self, folder: Path, step: int = 0) -> None:
        from torch.utils.tensorboard import SummaryWriter

        make: Any = SummaryWriter
        self.writer = make(str(folder), purge_step=step + 1)

    def step(self, moment: Moment) -> None:
        """Every tenth step."""
        if moment.step % EVERY == 0:
            self.writer.add_scalar("step/loss", moment.recent, moment.step)
            self.writer.add_scalar("step/accuracy", moment.accuracy, moment.step)
            self.writer.add_scalar("step/lr", moment.lr, moment.step)

    def epoch(self, epoch: Epoch, epochs: int, *, best: bool, left: float) -> None:  # noqa: ARG002 a teller's signature
        """Training and validation."""
        for part, measured in (("train", epoch.train), ("val", epoch.val)):
            if measured is not None:
                self.writer.add_scalar(f"{part}/loss", measured.loss, epoch.step)
                self.writer.add_scalar(f"{part}/accuracy", measured.accuracy, epoch.step)
        self.writer.add_scalar("rate", epoch.rate, epoch.step)
        self.writer.flush()

    def end(self) -> None:
        """Close the file."""
        self.writer.close()
