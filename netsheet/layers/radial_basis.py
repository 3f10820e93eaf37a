"""Euclidean radial basis function units, as LeNet-5's output."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.numbers import product
from netsheet.core.shape import Shape
from netsheet.layers.absent import absent
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer, Weight, Whole


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RadialBasis(Layer):
    """Each output is the squared distance between the input and a fixed code of ±1.

    y_j = Σ(x_i − w_ij)². The codes are chosen by hand and not trained: stored as a buffer.
    """

    kind = "rbf"
    aliases = ("radial basis function", "euclidean rbf", "gaussian connections", "rbf units")
    family = "dense"
    source = "LeCun et al. 1998, Proc. IEEE 86(11), equation 7"
    argument = "out"
    examples = (({"out": 10}, ((84,),), (10,)), ({"out": 3}, ((2, 2, 2),), (3,)))

    out: int = attr("outputs, one for each class", symbol="out", at_least=1, headings=("units",))

    def output(self, x: Shape) -> Shape:  # noqa: ARG002 any input will do
        """A flat vector."""
        return Shape((self.out,))

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """One fixed code for each output."""
        return (Weight("codes", (self.out, x.values), "buffer"),)

    def macs(self, x: Shape, y: Shape) -> int:  # noqa: ARG002 every code value is used once
        """A difference squared and added for each input and output."""
        return product((x.values, self.out))

    def windows(self, x: Shape) -> tuple[Whole, ...]:
        """Everything."""
        return (Whole(),) * x.rank

    def keeps(self, x: Shape) -> Keeps:
        """The differences."""
        return Keeps(extra_bytes=VALUE_BYTES * x.values * self.out)

    def scratch_bytes(self, x: Shape) -> int:
        """The differences and their squares, in whose place the output comes."""
        return VALUE_BYTES * self.out * (2 * x.values - 1)

    def describe(self) -> str:
        """`rbf 10`."""
        return f"{self.kind} {self.out}"

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """Squared distances to random codes of ±1, as the paper allows."""
        return nn.RadialBasis(x.values, self.out)

    from_onnx = absent("it is read as the differences and products that it is written as")

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """Differences to each code, squared and added."""
        flat = onnx.Flatten(onnx.x, axis=1) if x.rank else onnx.x
        rows = onnx.Unsqueeze(flat, onnx.numbers([1]))
        apart = onnx.Sub(rows, onnx.tensor("codes"))
        return onnx.ReduceSum(onnx.Mul(apart, apart), onnx.numbers([2]), keepdims=0)
