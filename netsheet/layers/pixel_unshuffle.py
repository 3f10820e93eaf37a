"""Pixel unshuffle: positions become channels."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import exact, product
from netsheet.core.shape import AXIS_WORDS, Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer, Window, needs_rank
from netsheet.layers.operand import Made, Operand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PixelUnshuffle(Layer):
    """A patch of f×f positions becomes f·f channels at one position: pixel shuffle backwards.

    H_out = H/f and C_out = f·f·C for pictures; f for each axis elsewhere. No parameters.
    """

    kind = "pixel unshuffle"
    aliases = ("space to depth", "pixelunshuffle", "reorg", "focus")
    family = "shape"
    source = "Shi et al. 2016, arXiv:1609.05158, equation 4, backwards"
    torch_calls = ("pixel_unshuffle",)
    argument = "factor"
    examples = (
        ({"factor": 2}, ((3, 8, 6),), (12, 4, 3)),
        ({"factor": 3}, ((2, 9),), (6, 3)),
        ({"factor": 2}, ((1, 2, 4, 6),), (8, 1, 2, 3)),
    )

    factor: int = attr(
        "how many times smaller each axis becomes", symbol="f", at_least=1, default=2
    )

    def output(self, x: Shape) -> Shape:
        """Each axis over the factor; refuses axes that patches don't cover."""
        needs_rank(x, self.kind)
        for letter, n in zip(x.axes, x.size, strict=True):
            if n % self.factor:
                what = f"patches of {int(self.factor)} don't cover the input's {AXIS_WORDS[letter]}"
                hint = f"{letter} = {int(n)} must be a multiple of {int(self.factor)}"
                raise RuleError(what, hint=hint, attribute="factor")
        patch = product((self.factor,) * x.rank)
        return Shape((product((patch, x.channels)), *(exact(n, self.factor) for n in x.size)))

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Output i reads inputs f·i to f·i + f − 1."""
        return (Window(self.factor, self.factor),) * x.rank

    def describe(self) -> str:
        """`pixel unshuffle 2`."""
        return f"{self.kind} {int(self.factor)}"

    @classmethod
    def from_torch(cls, input: Operand, downscale_factor: int) -> Made:
        """`torch.nn.functional.pixel_unshuffle`."""
        return Made(cls(factor=downscale_factor), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.PixelUnshuffle`, for any number of axes."""
        return nn.PixelUnshuffle(self.factor)

    onnx_ops = ("PixelUnshuffle",)

    @classmethod
    def from_onnx(cls, x: Shape, *, factor: int) -> Self:  # noqa: ARG003 the output will tell
        """Axes cut into patches, whose places are turned to the channels."""
        return cls(factor)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """Axes cut, turned and joined: `SpaceToDepth` has the channels in another order."""
        f, rank = int(self.factor), x.rank
        halves = [side for n in x.size for side in (n // f, f)]
        cut = onnx.Reshape(onnx.x, onnx.numbers([0, x.channels, *halves]))
        inside = [3 + 2 * axis for axis in range(rank)]
        outside = [2 + 2 * axis for axis in range(rank)]
        turned = onnx.Transpose(cut, perm=[0, 1, *inside, *outside])
        sizes = [0, x.channels * f**rank, *(n // f for n in x.size)]
        return onnx.Reshape(turned, onnx.numbers(sizes))
