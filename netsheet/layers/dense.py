"""Dense (fully connected) layer."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.numbers import product
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer, Weight, Whole
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import Constant, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dense(Layer):
    """Every output is a weighted sum of every input value; a map is read as one flat vector.

    C·H·W·out weights, each used once: nothing is shared, which is why the parameters of
    classic networks sit here.
    """

    kind = "dense"
    aliases = (
        "fully connected",
        "fully-connected",
        "fc",
        "linear",
        "full",
        "full connection",
        "inner product",
        "affine",
        "fullyconnected layer",
        "dense layer",
        "fc layer",
    )
    family = "dense"
    source = "LeCun et al. 1998, Proc. IEEE 86(11), section II"
    torch_calls = ("linear",)
    shorthand = (r"fc-?(?P<out>\d+)", r"(?P<out>\d+)-d (fc|fully[- ]connected|dense)")
    argument = "out"
    examples = (
        ({"out": 4096}, ((256, 6, 6),), (4096,)),
        ({"out": 10}, ((84,),), (10,)),
        ({"out": 5, "bias": False}, ((3, 4),), (5,)),
        ({"out": 2}, ((2, 2, 2, 2),), (2,)),
    )

    out: int = attr(
        "outputs",
        symbol="out",
        at_least=1,
        headings=("units", "neurons out", "outputs", "out features"),
    )
    bias: bool = attr("whether each output adds a number of its own", default=True, form="yes/no")

    def output(self, x: Shape) -> Shape:  # noqa: ARG002 any input will do
        """A flat vector."""
        return Shape((self.out,))

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """One weight for every pair of an input value and an output."""
        weight = Weight("weight", (self.out, x.values))
        return (weight, Weight("bias", (self.out,), "bias")) if self.bias else (weight,)

    def macs(self, x: Shape, y: Shape) -> int:  # noqa: ARG002 every weight is used once
        """Every weight once."""
        return product((x.values, self.out))

    def windows(self, x: Shape) -> tuple[Whole, ...]:
        """Everything."""
        return (Whole(),) * x.rank

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The gradient of the weights needs the input."""
        return Keeps(input=True)

    def describe(self) -> str:
        """`dense 4096`."""
        return f"{self.kind} {self.out}"

    @classmethod
    def from_torch(cls, input: Operand, weight: Operand, bias: Operand | None = None) -> Made:
        """`torch.nn.functional.linear` on a flat vector; on a map it is a convolution of 1×1."""
        layer = cls(out=weight.shape[0], bias=bias is not None)
        return Made(layer, (input,), {"weight": weight, "bias": bias})

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.Linear`, with the map laid flat before it where there is one."""
        return (
            nn.Linear(x.values, self.out, bias=self.bias)
            if x.rank == 0
            else nn.FlatLinear(x.values, self.out, bias=self.bias)
        )

    onnx_ops = ("Gemm",)

    @classmethod
    def from_onnx(cls, x: Shape, weight: Constant, bias: Constant | None = None) -> Self:
        """`Gemm` with its weights as torch has them; see the rewrites for its other spellings."""
        if len(weight.shape) != 2 or weight.shape[1] != x.values:  # noqa: PLR2004 a matrix
            refuse(f"its weights are {weight.shape}, and it reads {x}")
        return cls(weight.shape[0], bias is not None)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Gemm`, with `Flatten` before it where there is a map."""
        return onnx.Gemm(
            onnx.Flatten(onnx.x, axis=1) if x.rank else onnx.x,
            onnx.tensor("weight"),
            onnx.tensor("bias") if self.bias else "",
            transB=1,
        )
