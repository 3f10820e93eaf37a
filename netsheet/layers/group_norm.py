"""Group normalisation."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer, Weight, Whole
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import Constant, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupNorm(Layer):
    """Each group of channels is brought to mean 0 and variance 1, then scaled and shifted.

    Two parameters a channel, and no statistics to keep.
    """

    kind = "group norm"
    short = "gn"
    aliases = ("gn", "groupnorm", "group normalization", "group normalisation")
    family = "norm"
    source = "Wu & He 2018, arXiv:1803.08494"
    torch_calls = ("group_norm",)
    argument = "groups"
    examples = (
        ({"groups": 2}, ((4, 5, 6),), (4, 5, 6)),
        ({"groups": 4}, ((4, 7),), (4, 7)),
        ({"groups": 1}, ((3, 2, 3, 4),), (3, 2, 3, 4)),
    )

    groups: int = attr(
        "groups of channels, each with a mean of its own", symbol="g", at_least=1, default=32
    )
    epsilon: float = attr(
        "ε, added to the variance", default=1e-5, form="decimal", headings=("eps",)
    )
    affine: bool = attr("whether γ is learnt", default=True, form="yes/no")
    bias: bool = attr("whether β is learnt too", default=True, form="yes/no")

    def output(self, x: Shape) -> Shape:
        """The input's shape; refuses channels that can't be split evenly."""
        if x.channels % self.groups:
            what = f"{int(x.channels)} channels can't be split into {int(self.groups)} groups"
            hint = f"the input's channels must be a multiple of groups, {int(self.groups)}"
            raise RuleError(what, hint=hint, attribute="groups")
        return x

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """γ and β, one a channel."""
        learnt = (Weight("weight", (x.channels,)), Weight("bias", (x.channels,), "bias"))
        return learnt[: self.affine + (self.affine and self.bias)]

    def windows(self, x: Shape) -> tuple[Whole, ...]:
        """The mean reads everything."""
        return (Whole(),) * x.rank

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The input, and mean and deviation of each group."""
        return Keeps(input=True, extra_bytes=2 * VALUE_BYTES * self.groups)

    def scratch_bytes(self, x: Shape) -> int:  # noqa: ARG002 the same whatever the input
        """Mean and deviation of each group."""
        return 2 * VALUE_BYTES * self.groups

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        num_groups: int,
        weight: Operand | None = None,
        bias: Operand | None = None,
        eps: float = 1e-05,
    ) -> Made:
        """`torch.nn.functional.group_norm`."""
        biased = bias is not None or weight is None
        layer = cls(groups=num_groups, epsilon=eps, affine=weight is not None, bias=biased)
        return Made(layer, (input,), {"weight": weight, "bias": bias})

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.GroupNorm`."""
        return nn.GroupNorm(
            self.groups,
            x.channels,
            eps=float(self.epsilon),
            affine=self.affine,
            bias=self.bias,
        )

    onnx_ops = ("GroupNormalization",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        weight: Constant | None = None,
        bias: Constant | None = None,
        *,
        num_groups: int,
        epsilon: float = 1e-5,
        stash_type: int = 1,  # noqa: ARG003 the numbers' precision
    ) -> Self:
        """`GroupNormalization` with γ and β for each channel, and the operators that say it."""
        given = {each.shape for each in (weight, bias) if each is not None}
        if given and (given != {(x.channels,)} or weight is None or bias is None):
            refuse(f"γ and β are {sorted(given)}, and not one each for every channel")
        return cls(num_groups, epsilon, affine=bool(given))

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """Groups laid out as channels, `InstanceNormalization`, and γ and β: the one is too new."""
        groups = int(self.groups)
        rows = onnx.Reshape(onnx.x, onnx.numbers([0, groups, -1]))
        ones, zeros = (onnx.reals((value,) * groups, (groups,)) for value in (1.0, 0.0))
        even = onnx.InstanceNormalization(rows, ones, zeros, epsilon=float(self.epsilon))
        back = onnx.Reshape(even, onnx.numbers([0, *x]))
        if not self.affine:
            return back
        axes = onnx.numbers(range(1, 1 + x.rank)) if x.rank else None
        gamma = onnx.tensor("weight")
        back = onnx.Mul(back, gamma if axes is None else onnx.Unsqueeze(gamma, axes))
        if not self.bias:
            return back
        beta = onnx.tensor("bias")
        return onnx.Add(back, beta if axes is None else onnx.Unsqueeze(beta, axes))
