"""Channel shuffle."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChannelShuffle(Layer):
    """Channels of g groups are dealt out in turn, so that groups exchange what they know."""

    kind = "channel shuffle"
    short = "shuffle"
    aliases = ("shuffle",)
    family = "shape"
    source = "Zhang et al. 2017, arXiv:1707.01083, figure 1"
    torch_calls = ("channel_shuffle",)
    argument = "groups"
    examples = (({"groups": 3}, ((12, 5, 5),), (12, 5, 5)), ({"groups": 2}, ((4, 9),), (4, 9)))

    groups: int = attr("groups that exchange channels", symbol="g", at_least=1)

    def output(self, x: Shape) -> Shape:
        """The input's shape; refuses channels that can't be dealt evenly."""
        if x.channels % self.groups:
            what = f"{int(x.channels)} channels can't be dealt into {int(self.groups)} groups"
            raise RuleError(
                what,
                hint=f"the channels must be a multiple of {int(self.groups)}",
                attribute="groups",
            )
        return x

    @classmethod
    def from_torch(cls, input: Operand, groups: int) -> Made:
        """`torch.nn.functional.channel_shuffle`."""
        return Made(cls(groups=groups), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.ChannelShuffle`."""
        return nn.ChannelShuffle(self.groups)

    onnx_ops = ("ChannelShuffle",)

    @classmethod
    def from_onnx(cls, x: Shape, *, groups: int) -> Self:  # noqa: ARG003 any input will do
        """Channels laid out in rows, a row a group, and read column by column."""
        return cls(groups)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Reshape`, `Transpose`, `Reshape`."""
        groups, behind = int(self.groups), range(3, 3 + x.rank)
        rows = onnx.Reshape(onnx.x, onnx.numbers([0, groups, x.channels // groups, *x.size]))
        columns = onnx.Transpose(rows, perm=[0, 2, 1, *behind])
        return onnx.Reshape(columns, onnx.numbers([0, *x]))
