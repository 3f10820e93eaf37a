"""The grid: which choices are tried with each other, and what each trial is called."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import product
from typing import Any, NamedTuple

from netsheet.core.errors import ChoiceError
from netsheet.train.recipe import Recipe

WIDTH = "width"
"""Not of the recipe, but of the network: by what its channels are multiplied."""

TYPES = {field.name: field.type for field in fields(Recipe)}

WIDEST = 64
"""Most that channels are multiplied by."""

MOST = 10_000
"""Most trials of a sweep."""


class Trial(NamedTuple):
    """One training of the sweep: its choices and its seed."""

    choices: tuple[tuple[str, Any], ...]
    seed: int

    @property
    def setting(self) -> str:
        """The choices alone: `lr=0.001 width=2`; what trials with other seeds share."""
        return " ".join(f"{name}={_shown(value)}" for name, value in self.choices) or "as it is"

    @property
    def name(self) -> str:
        """What its folder is called."""
        parts = [f"{name}-{_shown(value)}" for name, value in self.choices]
        return "_".join([*parts, f"seed-{self.seed}"])


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "+".join(value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def parse(texts: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """What `--over` says: `lr=0.001,0.003,width=1,2`; a part with a = begins the next choice.

    Several augmentations of one value are joined by +. ChoiceError for what can't be varied.

        >>> parse(["lr=1e-3,3e-3,width=1,2", "augment=none,shift+flip"])
        {'lr': (0.001, 0.003), 'width': (1.0, 2.0), 'augment': ((), ('shift', 'flip'))}
    """
    found: dict[str, list[Any]] = {}
    name = ""
    for piece in ",".join(texts).split(","):
        head, equals, value = piece.partition("=")
        if equals:
            name = head.strip().replace("-", "_")
            if name in found:
                raise ChoiceError(f"{name} is varied twice\n  give all of its values together")
            if name != WIDTH and (name not in TYPES or name == "seed"):
                known = ", ".join(sorted({*TYPES, WIDTH} - {"seed"}))
                hint = "--seeds says how many seeds" if name == "seed" else f"it is {known}"
                raise ChoiceError(f'"{name}" can\'t be varied\n  {hint}')
            found[name] = []
        else:
            value = head
        if not name:
            raise ChoiceError(f'"{piece}" names nothing to vary\n  write lr=0.001,0.003')
        found[name].append(_value(name, value.strip()))
    return {each: tuple(values) for each, values in found.items()}


def _value(name: str, text: str) -> Any:
    """One value in the type that the recipe has it in."""
    if name == "augment":
        return () if text == "none" else tuple(text.split("+"))
    asked = TYPES.get(name, float)
    kind: Any = asked if asked in {int, float} else str
    try:
        value = kind(text)
    except ValueError as error:
        raise ChoiceError(f'{name} can\'t be "{text}"\n  it is a number') from error
    if name == WIDTH:
        if not 0 < value <= WIDEST:
            raise ChoiceError(f"width can't be {text}\n  it is above 0, and at most {WIDEST}")
        return value
    Recipe.of(**{name: value})  # says what can't be
    return value


def trials(over: Mapping[str, Sequence[Any]], seeds: int) -> list[Trial]:
    """Every choice with every other, each with the seeds 0 to seeds − 1."""
    names = list(over)
    found = [
        Trial(tuple(zip(names, values, strict=True)), seed)
        for values in product(*over.values())
        for seed in range(seeds)
    ]
    if not 1 <= len(found) <= MOST:
        raise ChoiceError(f"{len(found):,} trials can't be run\n  1 to {MOST:,} can")
    return found
