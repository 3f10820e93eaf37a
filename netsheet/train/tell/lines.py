"""Plain lines: for logs, and for terminals that are none."""

import time
from typing import TextIO

from netsheet.train.loop.epoch import Epoch
from netsheet.train.tell.teller import Moment, Teller, clock, epoch_line, percent

EVERY = 60.0
"""Seconds after which a long epoch says where it is."""


class Lines(Teller):
    """One line an epoch, and one a minute within long ones."""

    def __init__(self, out: TextIO, every: float = EVERY) -> None:
        self.out, self.every = out, every
        self.spoke = time.monotonic()

    def _put(self, line: str) -> None:
        self.out.write(line + "\n")
        self.out.flush()
        self.spoke = time.monotonic()

    def begin(self, words: str) -> None:
        """All of it."""
        self._put(words)

    def looking(self, done: int, total: int) -> None:
        """Now and then."""
        if time.monotonic() - self.spoke >= self.every:
            self._put(f"looked at {done:,} of {total:,} pictures")

    def step(self, moment: Moment) -> None:
        """Now and then."""
        if time.monotonic() - self.spoke >= self.every:
            where = f"epoch {moment.epoch}/{moment.epochs}, step {moment.within:,}/{moment.steps:,}"
            figures = f"train {moment.loss:.4f} {percent(moment.accuracy)}"
            left = f"{moment.rate:,.0f}/s  {clock(moment.left)} left"
            self._put(f"{where}  {figures}  {left}")

    def epoch(self, epoch: Epoch, epochs: int, *, best: bool, left: float) -> None:
        """A line."""
        self._put(epoch_line(epoch, epochs, best=best, left=left))

    def say(self, words: str) -> None:
        """As it is."""
        self._put(words)
