"""Who is told what: the steps, the epochs and the end of a training.

Requirements met here: whoever listens never changes what is learned; the same training can be told
to a terminal, a log and a notebook at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

from netsheet.train.loop.epoch import Epoch


class Moment(NamedTuple):
    """A training in the middle of an epoch: steps done of all, and the epoch's figures so far.

    epoch: counted from 1. within, steps: done of this epoch's. rate: pictures a second. left:
    seconds that remain, as far as can be told. recent: loss since the moment before.
    """

    step: int
    total: int
    epoch: int
    epochs: int
    within: int
    steps: int
    loss: float
    accuracy: float
    lr: float
    rate: float
    left: float
    recent: float


class Teller:
    """Hears of everything and says nothing: those that speak override what they speak of."""

    def begin(self, words: str) -> None:
        """All that was settled, before the first step."""

    def looking(self, done: int, total: int) -> None:
        """Pictures of files that have been looked at."""

    def step(self, moment: Moment) -> None:
        """A step was done."""

    def epoch(self, epoch: Epoch, epochs: int, *, best: bool, left: float) -> None:
        """An epoch was done; `best`: its model is the one kept."""

    def say(self, words: str) -> None:
        """Something a person should know."""

    def end(self) -> None:
        """Nothing more will be told."""


class Tellers(Teller):
    """Several at once, in order."""

    def __init__(self, all_: Sequence[Teller]) -> None:
        self.all = tuple(all_)

    def begin(self, words: str) -> None:
        """To each."""
        for each in self.all:
            each.begin(words)

    def looking(self, done: int, total: int) -> None:
        """To each."""
        for each in self.all:
            each.looking(done, total)

    def step(self, moment: Moment) -> None:
        """To each."""
        for each in self.all:
            each.step(moment)

    def epoch(self, epoch: Epoch, epochs: int, *, best: bool, left: float) -> None:
        """To each."""
        for each in self.all:
            each.epoch(epoch, epochs, best=best, left=left)

    def say(self, words: str) -> None:
        """To each."""
        for each in self.all:
            each.say(words)

    def end(self) -> None:
        """To each."""
        for each in self.all:
            each.end()


def epoch_line(epoch: Epoch, epochs: int, *, best: bool, left: float) -> str:
    """An epoch in one line, the same in every log; a star says that it is the best so far."""
    width = len(str(epochs))
    parts = [
        f"epoch {epoch.epoch:>{width}}/{epochs}",
        f"train {epoch.train.loss:.4f} {percent(epoch.train.accuracy)}",
    ]
    if epoch.val is not None:
        star = "*" if best else " "
        parts.append(f"val {epoch.val.loss:.4f} {percent(epoch.val.accuracy)} {star}")
    parts.append(f"{epoch.rate:,.0f}/s")
    parts.append(f"{clock(left)} left" if epoch.epoch < epochs else "done")
    return "  ".join(parts)


def percent(part: float) -> str:
    """`92.31 %`."""
    return f"{100 * part:.2f} %"


def clock(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any.

    >>> clock(75), clock(7384)
    ('1:15', '2:03:04')
    """
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, last = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{last:02d}" if hours else f"{minutes}:{last:02d}"
