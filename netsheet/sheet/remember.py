"""A row's layer and shapes made of numbers that remember, for the rules to explain themselves."""

from typing import TYPE_CHECKING, Any, NamedTuple

from netsheet.core.numbers import Number
from netsheet.core.shape import Shape
from netsheet.layers.base import Weight
from netsheet.sheet.infer import own_weights

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


class Remembered(NamedTuple):
    """A layer whose attributes, inputs and output carry their symbols; `own` are its weights.

    Weights that it shares are another row's, and not among them.
    """

    layer: Any
    inputs: tuple[Shape, ...]
    output: Shape
    own: tuple[Weight, ...]


def remember(sheet: "Accounts", place: int) -> Remembered:
    """The row at a place, named: C, H, W for its input (C_1, C_2 … for several), C_out, H_out."""
    row = sheet.graph.rows[place]
    output = sheet.facts[place].output
    several = len(row.reads) > 1
    inputs = tuple(
        sheet.facts[read].output.named(f"_{order}" if several else "")
        for order, read in enumerate(row.reads, start=1)
    )
    letters = [f"{letter}_out" for letter in ("C", *output.axes)] if output.rank else ["out"]
    named = Shape(
        Number.symbol(letter, value) for letter, value in zip(letters, output, strict=True)
    )
    layer = row.layer.remembering()
    kept = {weight.name for weight in own_weights(sheet.graph, row, sheet.facts)}
    own = tuple(weight for weight in layer.weights(*inputs) if weight.name in kept)
    return Remembered(layer, inputs, named, own)
