"""Functions of each value by itself that have no name of their own in networks: exp, log, sin."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer

KEPT = {
    "exp": Keeps(output=True),
    "log": Keeps(input=True),
    "abs": Keeps(input=True),
    "sin": Keeps(input=True),
    "cos": Keeps(input=True),
    "erf": Keeps(input=True),
    "sign": Keeps(),
    "floor": Keeps(),
    "ceil": Keeps(),
    "round": Keeps(),
}
"""What torch keeps for the backward pass, by function."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Function(Layer):
    """A function of each value by itself: exp, log, abs, sin, cos, erf, sign, floor, ceil, round.

    y = f(x); no parameters.
    """

    kind = "function"
    family = "activation"
    source = "by definition"
    torch_calls = ("exp", "log", "abs", "sin", "cos", "erf", "sign", "floor", "ceil", "round")
    torch_reads = "any"
    presets = {
        "exp": {"of": "exp"},
        "exponential": {"of": "exp"},
        "log": {"of": "log"},
        "logarithm": {"of": "log"},
        "absolute value": {"of": "abs"},
        "error function": {"of": "erf"},
    }
    argument = "of"
    examples = (
        ({"of": "exp"}, ((84,),), (84,)),
        *(({"of": name}, ((3, 4, 5),), (3, 4, 5)) for name in KEPT),
    )

    of: str = attr("which function", form="word", words={name: name for name in KEPT})

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """Input or output, by the formula of the derivative; nothing where that is 0."""
        return KEPT[self.of]

    def describe(self) -> str:
        """`exp`."""
        return self.of

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """Torch's function of the same name."""
        return nn.Function(self.of)

    onnx_ops = tuple(name.capitalize() for name in KEPT)

    @classmethod
    def from_onnx(cls, x: Shape, *, op: str) -> Self:  # noqa: ARG003 any input will do
        """The operator of the same name."""
        return cls(op.casefold())

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """The operator of the same name."""
        return getattr(onnx, self.of.capitalize())(onnx.x)
