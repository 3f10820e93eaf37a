"""What a file of weights holds: tensors by name and shape, read only when they are wanted.

Requirements met here: nothing of a tensor is read before its shape is known to fit, so that a
file can't make us hold more than the network it is read for; what a tensor is for is told by its
name, in the words of torch, Keras and ONNX.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

ROLES = {
    "weight": ("weight", "kernel", "filters", "gamma", "scale", "w"),
    "bias": ("bias", "beta", "b"),
    "running_mean": ("running_mean", "moving_mean", "mean"),
    "running_var": ("running_var", "moving_variance", "moving_var", "var", "variance"),
    "num_batches_tracked": ("num_batches_tracked",),
}
"""What a tensor is for, in torch's words, and the last parts of names that say so."""

_ROLE = {word: role for role, words in ROLES.items() for word in words}


class Entry(NamedTuple):
    """One tensor of a file.

    sort: float, int, bool, or another that can't be a weight. load: gives it, as numpy's array.
    role and module: what it is for, and of what, where the file tells; its name may tell too.
    turned: whether a matrix is kept as inputs × outputs; None where that isn't known.
    """

    name: str
    shape: tuple[int, ...]
    sort: str
    dtype: str
    load: Callable[[], Any]
    role: str = ""
    module: str = ""
    turned: bool | None = None

    @property
    def size(self) -> int:
        """How many values it has."""
        return prod(self.shape)

    @property
    def last(self) -> str:
        """The last part of its name, in small letters."""
        return self.name.replace("/", ".").rpartition(".")[2].partition(":")[0].casefold()

    @property
    def told_role(self) -> str:
        """What it is for; empty where nothing tells."""
        return self.role or _ROLE.get(self.last, "")

    @property
    def told_module(self) -> str:
        """Of what it is a part: what stands before the last part of its name."""
        return self.module or self.name.replace("/", ".").rpartition(".")[0]


@dataclass(frozen=True)
class Table:
    """The tensors of a file, in its order.

    ordered: whether the order is that in which the network has them, and not the alphabet's.
    notes: what was found on the way to them.
    """

    path: Path
    entries: tuple[Entry, ...]
    ordered: bool = True
    notes: tuple[str, ...] = field(default=())


def shown(shape: Iterable[int]) -> str:
    """A shape as messages show it: `64×3×7×7`."""
    return "×".join(map(str, shape)) or "one number"
