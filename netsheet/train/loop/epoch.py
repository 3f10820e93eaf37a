"""What one epoch gave, and where a run stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self


class Measured(NamedTuple):
    """Loss and accuracy over some pictures."""

    loss: float
    accuracy: float
    pictures: int


class Epoch(NamedTuple):
    """An epoch, counted from 1: the step at its end, the last learning rate, and what was measured.

    train is measured while learning, on varied pictures; val afterwards, on pictures as they are.
    seconds: of the whole epoch; rate: training pictures a second, validation left out.
    """

    epoch: int
    step: int
    lr: float
    train: Measured
    val: Measured | None
    seconds: float
    rate: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        made = self._asdict()
        made["train"] = list(self.train)
        made["val"] = None if self.val is None else list(self.val)
        return made

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> Self:
        """An epoch from plain values."""
        val = made["val"]
        measured = {
            "train": Measured(*made["train"]),
            "val": None if val is None else Measured(*val),
        }
        return cls(**{**made, **measured})


def better(new: Epoch, old: Epoch | None) -> bool:
    """Whether an epoch's model is kept instead of another's.

    It is if more is right, or as much with less loss; without validation the later one is.
    """
    if old is None or new.val is None or old.val is None:
        return True
    return (new.val.accuracy, -new.val.loss) > (old.val.accuracy, -old.val.loss)


@dataclass
class Standing:
    """Where a run stands: steps done, epochs done, and sums over the epoch in hand.

    sums: loss times pictures, pictures that were right, pictures; of this process. stale: epochs
    since the best one. seconds: spent in the epoch in hand.
    """

    step: int = 0
    history: list[Epoch] = field(default_factory=list)
    best: int = -1
    stale: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    seconds: float = 0.0

    @property
    def best_epoch(self) -> Epoch | None:
        """The epoch whose model is kept."""
        return self.history[self.best] if self.best >= 0 else None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "step": self.step,
            "history": [epoch.to_json() for epoch in self.history],
            "best": self.best,
            "stale": self.stale,
            "sums": self.sums,
            "seconds": self.seconds,
        }

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> Self:
        """A standing from plain values."""
        history = [Epoch.from_json(each) for each in made["history"]]
        return cls(**{**made, "history": history})
