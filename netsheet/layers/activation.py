"""What the activations share: one value in, one value out, at every position alike."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import POINT, VALUE_BYTES, Keeps, Layer, Window
from netsheet.layers.operand import Made, Operand

SHAPES: tuple[tuple[dict[str, Any], tuple[tuple[int, ...], ...], tuple[int, ...]], ...] = (
    ({}, ((6, 28, 28),), (6, 28, 28)),
    ({}, ((84,),), (84,)),
    ({}, ((2, 9),), (2, 9)),
    ({}, ((2, 3, 4, 5),), (2, 3, 4, 5)),
)
"""Examples that hold for every layer that leaves the shape alone."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Activation(Layer, ABC):
    """A function of each value by itself; it has no parameters and keeps the shape."""

    family: ClassVar[str] = "activation"
    examples: ClassVar[Any] = SHAPES
    torch_reads: ClassVar[str] = "any"
    kept: ClassVar[str] = "input"
    """What torch keeps for the backward pass: the layer's input or its output."""

    inplace: bool = attr(
        "whether the output overwrites the input, as torch's inplace=True",
        default=False,
        form="yes/no",
        headings=("in place",),
    )

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Its own position."""
        return (POINT,) * x.rank

    def keeps(self, x: Shape) -> Keeps:
        """Input or output, by the formula of the derivative.

        In place, torch copies an input that is about to be overwritten.
        """
        if self.kept == "input" and self.in_place:
            return Keeps(extra_bytes=VALUE_BYTES * x.values)
        return Keeps(input=self.kept == "input", output=self.kept == "output")

    @property
    def in_place(self) -> bool:
        """As written."""
        return self.inplace

    @classmethod
    def from_torch(cls, input: Operand, inplace: bool = False) -> Any:
        """Torch's function of the kind's name."""
        return Made(cls(inplace=inplace), (input,))

    @abstractmethod
    def to_torch(self, nn: Any, x: Shape) -> Any:
        """The torch module."""
