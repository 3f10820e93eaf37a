"""A module that is run and left as it was.

Requirements met here: mode, attributes, what they hold, and the random state are afterwards
exactly as before, also where the run raised an error.
"""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def untouched(module: Any, *, training: bool) -> Iterator[None]:
    """The module in one mode, and afterwards exactly as before: mode, attributes, random state."""
    import torch

    parts = [part for _, part in module.named_modules()]
    kept = [(part, dict(vars(part)), _contents(vars(part))) for part in parts]
    chance = random.getstate()
    try:
        with torch.random.fork_rng(devices=[]):
            for part in parts:
                part.__dict__["training"] = training
            yield
    finally:
        random.setstate(chance)
        for part, attributes, contents in kept:
            vars(part).clear()
            vars(part).update(attributes)
            for holder, content in contents:
                _refill(holder, content)


def _contents(attributes: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """What a module's lists, dicts and sets hold, among them torch's own."""
    plain = {list, dict, set}
    return [
        (value, value.copy())
        for value in attributes.values()
        if type(value) in plain or type(value).__name__ == "OrderedDict"
    ]


def _refill(holder: Any, content: Any) -> None:
    """Give a list, dict or set what it held, unless it still does."""
    if type(holder) is list:
        if len(holder) != len(content) or any(
            one is not other for one, other in zip(holder, content, strict=True)
        ):
            holder[:] = content
        return
    holder.clear()
    holder.update(content)
