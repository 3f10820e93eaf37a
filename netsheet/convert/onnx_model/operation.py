"""What the reader works on: operators whose inputs are known, and the values between them.

Requirements met here: a value knows its shape as the file has it, the batch first, and what made
it, so that an idiom of several operators can be recognised from its last one, looking back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from netsheet.convert.onnx_model.model import Node
from netsheet.convert.onnx_model.tensors import Tensor, of_array
from netsheet.core.shape import AXES, Shape


@dataclass(slots=True, eq=False)
class Value:
    """What flows from one operator to others: a constant, or something made for each sample.

    shape: as the file has it, with the batch first; None where nobody knows it. readers: how many
    operators of the file read it. mixed: its first axis is no longer the batch.
    """

    name: str
    shape: tuple[int, ...] | None
    tensor: Tensor | None = None
    maker: "Operation | None" = None
    readers: int = 0
    mixed: bool = False

    @property
    def sample(self) -> Shape | None:
        """The shape of one sample, as a layer has it; None where it is no map, or not known."""
        if self.shape is None or self.mixed or not 1 < len(self.shape) <= 1 + len(AXES):
            return None
        return Shape(self.shape[1:])

    @property
    def rank(self) -> int:
        """Number of axes, the batch one of them; 0 where the shape is not known."""
        return len(self.shape or ())

    @property
    def op(self) -> str:
        """The operator that made it."""
        return self.maker.op if self.maker is not None else ""

    def back(self, op: str, place: int = 0) -> "Value | None":
        """What an operator of this name read to make it, if one did; for looking back."""
        if self.maker is None or self.maker.op != op or place >= len(self.maker.inputs):
            return None
        return self.maker.inputs[place]

    def single(self) -> float | None:
        """Its one number, if it is a constant with one value."""
        if self.tensor is None or self.tensor.count != 1:
            return None
        (number,) = self.tensor.numbers()
        return float(number)


@dataclass(slots=True, eq=False)
class Operation:
    """An operator with what it reads, in the spelling of the newest opset.

    layer: the layer that it is, if a kind reads it; why: if none does, the reason. stored: the
    constants that are the layer's weights, by the layer's names. reads: the maps it reads.
    """

    op: str
    inputs: tuple[Value | None, ...]
    attributes: dict[str, Any]
    node: Node
    output: Value = field(default_factory=lambda: Value("", None))
    layer: Any = None
    why: str = ""
    reads: tuple[Value, ...] = ()
    stored: dict[str, Tensor] = field(default_factory=dict)

    @property
    def x(self) -> Value:
        """Its first input; a file's operators were checked to have it."""
        first = self.inputs[0]
        assert first is not None  # noqa: S101 looked at by those who know that it is there
        return first

    def maps(self) -> Iterator[Value]:
        """Its inputs that are no constants."""
        return (value for value in self.inputs if value is not None and value.tensor is None)


def constant(given: Tensor | float | Sequence[int]) -> Value:
    """A value that a rewriting makes up: a tensor, a decimal, or whole numbers."""
    import numpy as np

    if isinstance(given, Tensor):
        return Value(given.name, given.shape, given)
    dtype = np.float32 if isinstance(given, float) else np.int64
    tensor = of_array(np.array(given, dtype))
    return Value("", tensor.shape, tensor)


def per_channel(tensor: Tensor | None, rank: int, channels: int) -> Tensor | None:
    """A constant that meets a map of this rank, batch and all, as one number a channel, if so.

    A single number for all is none; a vector of values has one for each.
    """
    if tensor is None or tensor.count != channels:
        return None
    sizes = (1,) * (rank - len(tensor.shape)) + tensor.shape
    if sizes != (1, channels, *(1,) * (rank - 2)) or (channels == 1 and not tensor.shape):
        return None
    return tensor.reshaped((channels,))
