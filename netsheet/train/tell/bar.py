"""A live bar on a terminal or in a notebook, with a line left behind for each epoch."""

import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
)
from rich.text import Text

from netsheet.train.loop.epoch import Epoch
from netsheet.train.tell.teller import Moment, Teller, clock, epoch_line, percent

REFRESH = 0.1
"""Seconds between two pictures of the bar: drawing it must cost the training nothing."""


class Figures(ProgressColumn):
    """Loss, accuracy, rate and time left."""

    def render(self, task: Task) -> Text:
        """The figures that the task carries."""
        return Text(str(task.fields.get("figures", "")), no_wrap=True, overflow="ellipsis")


class Bar(Teller):
    """A bar over all steps."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self.progress: Progress | None = None
        self.task: TaskID | None = None
        self.drawn = 0.0

    def _bar(self, what: str, total: int) -> tuple[Progress, TaskID]:
        if self.progress is None:
            self.progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=20),
                Figures(),
                console=self.console,
                transient=True,
                auto_refresh=False,
            )
            self.progress.start()
        if self.task is None:
            self.task = self.progress.add_task(what, total=total, figures="")
        return self.progress, self.task

    def _draw(self, what: str, done: int, total: int, figures: str) -> None:
        now = time.monotonic()
        if now - self.drawn < REFRESH and done < total:
            return
        self.drawn = now
        progress, task = self._bar(what, total)
        progress.update(task, completed=done, total=total, description=what, figures=figures)
        progress.refresh()

    def begin(self, words: str) -> None:
        """All of it."""
        self._stop()
        self.console.print(words, markup=False, soft_wrap=False)

    def looking(self, done: int, total: int) -> None:
        """A bar of its own."""
        self._draw("looking at pictures", done, total, f"{done:,}/{total:,}")

    def step(self, moment: Moment) -> None:
        """The bar a little longer."""
        figures = (
            f"loss {moment.loss:.4f}  {percent(moment.accuracy)}  "
            f"{moment.rate:,.0f}/s  {clock(moment.left)} left"
        )
        what = f"epoch {moment.epoch}/{moment.epochs}"
        self._draw(what, moment.step, moment.total, figures)

    def epoch(self, epoch: Epoch, epochs: int, *, best: bool, left: float) -> None:
        """A line that stays, above the bar."""
        line = epoch_line(epoch, epochs, best=best, left=left)
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def say(self, words: str) -> None:
        """Above the bar."""
        self.console.print(words, markup=False, highlight=False, soft_wrap=True)

    def _stop(self) -> None:
        if self.progress is not None:
            self.progress.stop()
        self.progress = self.task = None

    def end(self) -> None:
        """Take the bar away."""
        self._stop()
