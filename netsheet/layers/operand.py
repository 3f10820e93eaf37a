"""What a call of torch hands a layer kind: maps and stored tensors, told by their shapes.

Requirements met here: a kind's `from_torch` has the arguments of torch's own function, by their
names and with their defaults, so that what it doesn't know is refused by construction; it gives
the layer, and which stored tensors are its weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from netsheet.core.errors import UnsupportedError
from netsheet.layers.base import Layer


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """A tensor among a call's arguments.

    shape: of a map without its batch; of what is stored, all of it. letters: for each axis of a
    map the letter of the row's axis that it is; axes may stand in another order than the row's.
    batch: the dimension that is the batch, -1 where there is none. source: the importer's own.
    """

    shape: tuple[int, ...]
    letters: str = ""
    batch: int = 0
    source: Any = None

    def over(self, dims: int | Sequence[int] | None) -> str:
        """The letters of axes that torch names by number; None stands for all of them.

        UnsupportedError where one is the batch, whose samples a sheet never mixes.
        """
        if dims is None and self.batch < 0:
            return self.letters
        numbers = (dims,) if isinstance(dims, int) else tuple(dims or (self.batch,))
        count = len(self.shape) + (self.batch >= 0)
        places = [number % count for number in numbers]
        if self.batch in places:
            raise UnsupportedError("it goes over the batch, and a sheet is of one sample")
        if len(self.letters) != len(self.shape):
            raise UnsupportedError(f"its map has {len(self.shape)} axes")
        return "".join(self.letters[place - (0 <= self.batch < place)] for place in places)

    def share(self, count: int) -> str:
        """What the last axes are: the "channels" of a position, or "all" of a map.

        UnsupportedError where they are anything else.
        """
        last = self.letters[len(self.letters) - count :]
        if last == "C":
            return "channels"
        if last == self.letters and last.startswith("C"):
            return "all"
        raise UnsupportedError(f"it goes over {'×'.join(last)}, not over the channels")


class Made(NamedTuple):
    """A layer, the maps it reads, and the stored tensors that are its weights, by their names."""

    layer: Layer
    reads: tuple[Operand, ...]
    weights: Mapping[str, Operand | None] = {}


def axes(value: Any) -> Any:
    """Numbers as torch gives them, one or one an axis, as a layer has them: one where all agree."""
    if isinstance(value, int):
        return value
    numbers = tuple(int(item) for item in value)
    return numbers[0] if len(set(numbers)) == 1 else numbers


def output_sizes(sizes: Any, x: Operand) -> Any:
    """The sizes that an output is to have, as a layer has them; None leaves an axis as it is."""
    given = (sizes,) if isinstance(sizes, int) else tuple(sizes)
    given = given * (len(x.shape) - 1) if len(given) == 1 else given
    return axes([n if want is None else want for want, n in zip(given, x.shape[1:], strict=True)])


def only(**given: tuple[Any, Any]) -> None:
    """Refuse arguments that are not what they must be: name=(value, expected)."""
    for name, (value, expected) in given.items():
        if value != expected:
            raise UnsupportedError(f"{name}={value!r} has no place in a sheet")
