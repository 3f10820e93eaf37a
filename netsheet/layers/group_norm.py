"""Group normalisation."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer, Weight, Whole
from netsheet.layers.operand import Made, Operand, only


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
    affine: bool = attr("whether γ and β are learnt", default=True, form="yes/no")

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
        return learnt if self.affine else ()

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
        only(bias=(bias is None, weight is None))
        layer = cls(groups=num_groups, epsilon=eps, affine=weight is not None)
        return Made(layer, (input,), {"weight": weight, "bias": bias})

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.GroupNorm`."""
        return nn.GroupNorm(self.groups, x.channels, eps=float(self.epsilon), affine=self.affine)
