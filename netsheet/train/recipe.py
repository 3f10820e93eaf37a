"""How a network is trained: every choice that, with sheet, data and machine, settles the weights.

Requirements met here: a recipe is complete and checked when it is made; it is plain values, which
are kept with a run and compared when it goes on. Nothing here needs torch.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from typing import Any, Literal, Self, get_args

from netsheet.core.errors import ChoiceError

Optimiser = Literal["adamw", "sgd"]
Schedule = Literal["cosine", "one-cycle", "constant"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Layout = Literal["channels-last", "channels-first"]

RATES = {"adamw": 0.002, "sgd": 0.1}
"""Learning rate unless told otherwise."""

DECAYS = {"adamw": 0.02, "sgd": 5e-4}
"""Weight decay unless told otherwise: AdamW's is apart from the gradient, SGD's within."""

ONE_CYCLE = 0.3
"""Part of the steps up to the top of one cycle. Source: Smith and Topin 2017, arXiv:1708.07120."""

AUTO = ("auto",)
"""The augmentations that suit the data."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The choices of a training.

    epochs: passes over the training pictures. batch: pictures of a step, over all processes.
    lr: the highest learning rate. decay: weight decay, of weights alone (no biases, no norms).
    warmup: part of all steps over which the rate rises from 0 (one-cycle: to its top).
    smoothing: part of each target spread over all classes. clip: longest gradient, 0 for any.
    accumulate: portions of a batch that are computed one after the other. patience: epochs
    without a better validation after which training ends, 0 for never. augment: names of
    augmentations.
    """

    epochs: int = 10
    batch: int = 128
    optimiser: Optimiser = "adamw"
    lr: float = RATES["adamw"]
    momentum: float = 0.9
    decay: float = DECAYS["adamw"]
    schedule: Schedule = "cosine"
    warmup: float = 0.05
    smoothing: float = 0.0
    augment: tuple[str, ...] = AUTO
    precision: Precision = "auto"
    layout: Layout = "channels-last"
    accumulate: int = 1
    clip: float = 0.0
    patience: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every choice; ChoiceError says which can't be, and what can."""
        for name, least in (("epochs", 1), ("batch", 1), ("accumulate", 1), ("patience", 0)):
            value = getattr(self, name)
            if type(value) is not int or value < least:
                raise ChoiceError(
                    f"{name} can't be {value!r}\n  it is a whole number from {least} on"
                )
        if type(self.seed) is not int:
            raise ChoiceError(f"seed can't be {self.seed!r}\n  it is a whole number")
        for name, low, high in BOUNDS:
            value = getattr(self, name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if (
                not number
                or not isfinite(value)
                or not low <= value <= high
                or value in EXCLUDED[name]
            ):
                raise ChoiceError(f"{name} can't be {value!r}\n  {_between(name, low, high)}")
        for name, allowed in WORDS.items():
            value = getattr(self, name)
            if value not in allowed:
                raise ChoiceError(f"{name} can't be {value!r}\n  it is {', '.join(allowed)}")

    @classmethod
    def of(cls, **given: Any) -> Self:
        """A recipe with these choices, None for what is left to the default of the others.

        Learning rate and weight decay follow the optimiser unless they are given, and the warm-up
        the schedule. ChoiceError.

            >>> Recipe.of(optimiser="sgd", lr=None).lr
            0.1
        """
        known = {field.name for field in fields(cls)}
        for name in given:
            if name not in known:
                raise ChoiceError(f'a recipe has no "{name}"\n  it has {", ".join(sorted(known))}')
        chosen = {name: value for name, value in given.items() if value is not None}
        optimiser = chosen.get("optimiser", "adamw")
        settled = {"lr": RATES.get(optimiser), "decay": DECAYS.get(optimiser)}
        if chosen.get("schedule") == "one-cycle":
            settled["warmup"] = ONE_CYCLE
        defaults = {name: value for name, value in settled.items() if value is not None}
        return cls(**{**defaults, **chosen})

    def changed(self, **given: Any) -> Self:
        """The same with other choices."""
        return replace(self, **given)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "augment": list(self.augment)}

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> Self:
        """A recipe from plain values."""
        return cls.of(**{**made, "augment": tuple(made.get("augment", AUTO))})

    def words(self) -> str:
        """The choices, in a line or two."""
        rate = f"{self.optimiser}, lr {self.lr:g}, decay {self.decay:g}"
        shape = {
            "cosine": f"warm-up {self.warmup:.0%}, then cosine",
            "one-cycle": f"one cycle, top at {self.warmup:.0%}",
            "constant": f"warm-up {self.warmup:.0%}, then constant",
        }[self.schedule]
        more = [
            f"momentum {self.momentum:g}" if self.optimiser == "sgd" else "",
            f"label smoothing {self.smoothing:g}" if self.smoothing else "",
            f"in {self.accumulate} portions" if self.accumulate > 1 else "",
            f"gradient clipped at {self.clip:g}" if self.clip else "",
            f"ends after {self.patience} epochs without a better one" if self.patience else "",
        ]
        first = f"{self.epochs} epochs, batch {self.batch}, {rate}; {shape}"
        return "; ".join([first, *filter(None, more), f"seed {self.seed}"])


BOUNDS = (
    ("lr", 0.0, 1e3),
    ("momentum", 0.0, 1.0),
    ("decay", 0.0, 1e3),
    ("warmup", 0.0, 1.0),
    ("smoothing", 0.0, 1.0),
    ("clip", 0.0, 1e9),
)

EXCLUDED: dict[str, tuple[float, ...]] = {
    "lr": (0.0,),
    "momentum": (1.0,),
    "decay": (),
    "warmup": (1.0,),
    "smoothing": (1.0,),
    "clip": (),
}
"""Bounds that are themselves left out."""

WORDS: dict[str, tuple[str, ...]] = {
    "optimiser": get_args(Optimiser),
    "schedule": get_args(Schedule),
    "precision": get_args(Precision),
    "layout": get_args(Layout),
}


def _between(name: str, low: float, high: float) -> str:
    above = "above" if low in EXCLUDED[name] else "from"
    below = "below" if high in EXCLUDED[name] else "to"
    return f"it is a number {above} {low:g} {below} {high:g}"
