"""Pixel shuffle: channels become positions."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import exact, product
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer, Window, needs_rank
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PixelShuffle(Layer):
    """The values of f·f channels at one position become a patch of f×f positions.

    H_out = f·H and C_out = C/(f·f) for pictures; f for each axis elsewhere. No parameters.
    """

    kind = "pixel shuffle"
    aliases = ("depth to space", "sub-pixel convolution", "pixelshuffle")
    family = "upsample"
    source = "Shi et al. 2016, arXiv:1609.05158, equation 4"
    torch_calls = ("pixel_shuffle",)
    argument = "factor"
    examples = (
        ({"factor": 2}, ((64, 7, 7),), (16, 14, 14)),
        ({"factor": 3}, ((6, 5),), (2, 15)),
        ({"factor": 2}, ((8, 1, 2, 3),), (1, 2, 4, 6)),
    )

    factor: int = attr("how many times larger each axis becomes", symbol="f", at_least=1, default=2)

    def output(self, x: Shape) -> Shape:
        """Each axis times the factor; refuses channels that don't fill the patches."""
        needs_rank(x, self.kind)
        patch = product((self.factor,) * x.rank)
        if x.channels % patch:
            sides = "×".join([str(int(self.factor))] * x.rank)
            what = f"{int(x.channels)} channels don't fill patches of {sides}"
            hint = f"the channels must be a multiple of {int(patch)}"
            raise RuleError(what, hint=hint, attribute="factor")
        return Shape((exact(x.channels, patch), *(self.factor * n for n in x.size)))

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Output i reads input ⌊i/f⌋."""
        f = self.factor
        return (Window(1) if f == 1 else Window(f, 1, 1 - f, 1, up=f),) * x.rank

    def describe(self) -> str:
        """`pixel shuffle 2`."""
        return f"{self.kind} {int(self.factor)}"

    @classmethod
    def from_torch(cls, input: Operand, upscale_factor: int) -> Made:
        """`torch.nn.functional.pixel_shuffle`."""
        return Made(cls(factor=upscale_factor), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.PixelShuffle`, for any number of axes."""
        return nn.PixelShuffle(self.factor)

    onnx_ops = ("DepthToSpace",)

    @classmethod
    def from_onnx(cls, x: Shape, *, blocksize: int, mode: str = "DCR") -> Self:  # noqa: ARG003 the output will tell
        """`DepthToSpace` whose channels hold their patches side by side."""
        if mode != "CRD":
            refuse(f'its patches take every so-manieth channel (mode "{mode}")')
        return cls(blocksize)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`DepthToSpace` of a picture; else axes cut, turned and joined."""
        f, rank = int(self.factor), x.rank
        if rank == 2:  # noqa: PLR2004 what the operator knows
            return onnx.DepthToSpace(onnx.x, blocksize=f, mode="CRD")
        out = int(x.channels) // f**rank
        cut = onnx.Reshape(onnx.x, onnx.numbers([0, out, *(f,) * rank, *x.size]))
        order = [place for axis in range(rank) for place in (2 + rank + axis, 2 + axis)]
        turned = onnx.Transpose(cut, perm=[0, 1, *order])
        return onnx.Reshape(turned, onnx.numbers([0, out, *(f * n for n in x.size)]))
