"""Convolution whose filters are another row's values."""

from dataclasses import dataclass
from typing import Any, NoReturn

from netsheet.core.errors import RuleError
from netsheet.core.numbers import product
from netsheet.core.shape import AXES, Shape
from netsheet.layers.absent import absent
from netsheet.layers.attribute import attr
from netsheet.layers.axis import PADDING_WORDS, Padding, bordered, pads, slide, uneven
from netsheet.layers.base import VALUE_BYTES, Axes, Keeps, Layer, Window, needs_rank, per_axis
from netsheet.layers.conv import windows


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DynamicConv(Layer):
    """A convolution that reads its filters: of each sample's own, or made of what is stored.

    The second row it reads holds C_out×C/g×k×k values; it has no parameters of its own.
    """

    kind = "dynamic conv"
    short = "conv"
    aliases = ("conv with given filters", "conditional conv", "condconv")
    family = "conv"
    source = "Yang et al. 2019, arXiv:1904.04971, equation 1"
    inputs = (2, 2)
    examples = (
        ({}, ((4, 9, 9), (8, 4, 3, 3)), (8, 7, 7)),
        ({"groups": 2, "padding": 1, "stride": 2}, ((4, 9, 9), (6, 2, 3, 3)), (6, 5, 5)),
        ({"dilation": 2}, ((2, 9), (3, 2, 3)), (3, 5)),
    )

    stride: Axes = attr(
        "step of the window, in pixels", symbol="s", at_least=1, default=1, form="axes"
    )
    padding: Padding = attr(
        "zeros around the input: a number, one an axis, before/after, same, half or valid",
        symbol="p",
        at_least=0,
        default=0,
        form="padding",
        words=PADDING_WORDS,
    )
    dilation: Axes = attr(
        "distance between neighbouring window positions, in pixels",
        symbol="d",
        at_least=1,
        default=1,
        form="axes",
    )
    groups: int = attr("parts into which the channels are split", symbol="g", at_least=1, default=1)

    def output(self, x: Shape, filters: Shape) -> Shape:
        """C_out and the number of window positions; refuses filters that don't fit the map."""
        needs_rank(x, self.kind)
        if filters.rank != x.rank + 1 or x.rank + 1 not in AXES:
            _refuse(x, filters, "an axis more than the map, as C_out×C×k×k for a picture")
        if filters[1] * self.groups != x.channels or filters[0] % self.groups:
            own = f"{int(filters[1])} channels in {int(self.groups)} groups"
            need = f"filters for the map's channels: these are for {own}"
            _refuse(x, filters, need, attribute="groups")
        size = slide(x, tuple(filters[2:]), self.stride, self.padding, self.dilation)
        return Shape((filters[0], *size))

    def macs(self, x: Shape, filters: Shape, y: Shape) -> int:  # noqa: ARG002 the filters say it all
        """Every filter's value once at each output position."""
        return product((*y.size, *reversed(filters)))

    def windows(self, x: Shape, filters: Shape) -> tuple[Window, ...]:
        """Kernel, stride, leading padding and dilation of each axis."""
        return windows(x, tuple(filters[2:]), self.stride, self.padding, self.dilation)

    def _copied(self, x: Shape, filters: Shape) -> int:
        """Bytes of the copy with its padding, where that is uneven."""
        given = pads(self.padding, x, tuple(filters[2:]), self.stride, self.dilation)
        return VALUE_BYTES * bordered(x, given).values if uneven(given) else 0

    def keeps(self, x: Shape, filters: Shape) -> Keeps:
        """Map and filters are needed for each other's gradient."""
        copied = self._copied(x, filters)
        extra = copied + VALUE_BYTES * filters.values if copied else 0
        return Keeps(input=not copied, extra_bytes=extra)

    def scratch_bytes(self, x: Shape, filters: Shape) -> int:
        """The input with uneven padding laid on."""
        return self._copied(x, filters)

    def to_torch(self, nn: Any, x: Shape, filters: Shape) -> Any:
        """A grouped convolution, each sample with its own filters."""
        return nn.DynamicConv(
            stride=per_axis(self.stride, x.rank, attribute="stride"),
            padding=pads(self.padding, x, tuple(filters[2:]), self.stride, self.dilation),
            dilation=per_axis(self.dilation, x.rank, attribute="dilation"),
            groups=self.groups,
        )

    to_onnx = absent("a sample has filters of its own, and those of a Conv are for all samples")


def _refuse(x: Shape, filters: Shape, need: str, attribute: str = "from") -> NoReturn:
    what = f"{filters} are no filters for {x}: it needs {need}"
    raise RuleError(what, hint="name the map first, and then the filters", attribute=attribute)
