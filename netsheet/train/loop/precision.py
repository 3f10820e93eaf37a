"""Mixed precision: layers in 16 bits where the device is faster so, weights and loss in 32.

Source: Micikevicius et al. 2017, arXiv:1710.03740.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch

from netsheet.core.errors import FitError
from netsheet.train.machine import has_bfloat16
from netsheet.train.recipe import Precision

TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


class Numbers(NamedTuple):
    """What layers compute in: its name, and the scaler of the loss where 16 bits run out."""

    name: str
    scaler: torch.amp.GradScaler

    @contextmanager
    def cast(self, device: torch.device) -> Iterator[None]:
        """Compute inside in these numbers."""
        if self.name == "float32":
            yield
            return
        with torch.autocast(device.type, dtype=TYPES[self.name]):
            yield


def numbers(asked: Precision, device: torch.device) -> Numbers:
    """The numbers asked for; "auto" is 16 bits on a GPU, and 32 elsewhere.

    On a GPU bfloat16 is preferred where it has that, as it needs no scaling. FitError for what
    the device can't do.
    """
    name: str = asked
    if asked == "auto":
        name = "float32"
        if device.type == "cuda":
            name = "bfloat16" if has_bfloat16(device) else "float16"
    if name == "float16" and device.type == "cpu":
        raise FitError("float16 is not trained on a CPU\n  bfloat16 is, or float32")
    scaled = name == "float16" and device.type == "cuda"
    return Numbers(name, torch.amp.GradScaler(device.type, enabled=scaled))
