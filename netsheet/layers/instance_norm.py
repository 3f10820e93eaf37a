"""Instance normalisation."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer, Weight, Whole, needs_rank
from netsheet.layers.operand import Made, Operand, only
from netsheet.layers.operators import Constant, plain, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class InstanceNorm(Layer):
    """Each channel of each sample is brought to mean 0 and variance 1 by itself.

    Then it is scaled and shifted: two parameters a channel, and no statistics to keep.
    """

    kind = "instance norm"
    aliases = (
        "instancenorm",
        "instance normalization",
        "instance normalisation",
        "instancenorm1d",
        "instancenorm2d",
        "instancenorm3d",
        "contrast normalization layer",
    )
    family = "norm"
    source = "Ulyanov, Vedaldi & Lempitsky 2016, arXiv:1607.08022, equation 4"
    torch_calls = ("instance_norm",)
    examples = (*SHAPES[:1], *SHAPES[2:], ({"affine": False}, ((3, 4, 5),), (3, 4, 5)))

    epsilon: float = attr(
        "ε, added to the variance", default=1e-5, form="decimal", headings=("eps",)
    )
    affine: bool = attr("whether γ and β are learnt", default=True, form="yes/no")

    def output(self, x: Shape) -> Shape:
        """The input's shape; refuses a flat vector, whose channels have one value each."""
        needs_rank(x, self.kind)
        return x

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """γ and β, one a channel."""
        learnt = (Weight("weight", (x.channels,)), Weight("bias", (x.channels,), "bias"))
        return learnt if self.affine else ()

    def windows(self, x: Shape) -> tuple[Whole, ...]:
        """The mean reads everything."""
        return (Whole(),) * x.rank

    def keeps(self, x: Shape) -> Keeps:
        """The input, and mean and deviation of each channel."""
        return Keeps(input=True, extra_bytes=self.scratch_bytes(x))

    def scratch_bytes(self, x: Shape) -> int:
        """Mean and deviation of each channel."""
        return 2 * VALUE_BYTES * x.channels

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        running_mean: Operand | None = None,
        running_var: Operand | None = None,
        weight: Operand | None = None,
        bias: Operand | None = None,
        use_input_stats: bool = True,
        momentum: float = 0.1,
        eps: float = 1e-05,
    ) -> Made:
        """`torch.nn.functional.instance_norm`, which goes by its input's own statistics."""
        del running_mean, running_var, momentum
        only(use_input_stats=(use_input_stats, True), bias=(bias is None, weight is None))
        layer = cls(epsilon=eps, affine=weight is not None)
        return Made(layer, (input,), {"weight": weight, "bias": bias})

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.GroupNorm` with a group for each channel, which is the same."""
        return nn.GroupNorm(
            int(x.channels), x.channels, eps=float(self.epsilon), affine=self.affine
        )

    onnx_ops = ("InstanceNormalization",)

    @classmethod
    def from_onnx(
        cls, x: Shape, weight: Constant, bias: Constant, *, epsilon: float = 1e-5
    ) -> Self:
        """`InstanceNormalization`; with an operator's own 1 and 0 nothing is learnt."""
        if {weight.shape, bias.shape} != {(x.channels,)}:
            refuse(f"γ and β are {weight.shape} and {bias.shape}, and not one for each channel")
        return cls(epsilon, affine=not plain(weight, bias))

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`InstanceNormalization`; where γ and β are not learnt they are 1 and 0."""
        ones, zeros = ((value,) * x.channels for value in (1.0, 0.0))
        weight = onnx.tensor("weight") if self.affine else onnx.reals(ones, (x.channels,))
        bias = onnx.tensor("bias") if self.affine else onnx.reals(zeros, (x.channels,))
        return onnx.InstanceNormalization(onnx.x, weight, bias, epsilon=float(self.epsilon))
