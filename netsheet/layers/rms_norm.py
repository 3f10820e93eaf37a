"""Root-mean-square normalisation."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.numbers import product
from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer, Weight, Whole
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import Constant, refuse, sample_axis

FLOAT_EPSILON = 2.0**-23
"""What torch adds where nothing is said: the step from 1 to the next 32-bit number."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RmsNorm(Layer):
    """Each sample is divided by the root of its mean square, then scaled; no mean is taken off.

    over "channels": at each position by itself, γ a channel; over "all": over the whole map, γ
    for each value.
    """

    kind = "rms norm"
    short = "rms"
    aliases = ("rmsnorm", "rmsnorm2d", "root mean square norm", "rms normalization")
    family = "norm"
    source = "Zhang & Sennrich 2019, arXiv:1910.07467, equation 4"
    torch_calls = ("rms_norm",)
    torch_reads = "turned"
    examples = (
        *SHAPES,
        ({"over": "all"}, ((3, 4, 5),), (3, 4, 5)),
        ({"affine": False}, ((3, 4),), (3, 4)),
    )

    over: str = attr(
        "what one mean is taken over: the channels of one position, or all values",
        default="channels",
        form="word",
        words={"channels": "channels", "all": "all", "channel": "channels", "map": "all"},
    )
    epsilon: float = attr(
        "ε, added to the mean square", default=1e-6, form="decimal", headings=("eps",)
    )
    affine: bool = attr("whether γ is learnt", default=True, form="yes/no")

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """γ: one a channel, or one a value."""
        shape = tuple(x) if self.over == "all" else (x.channels,)
        return (Weight("weight", shape),) if self.affine else ()

    def windows(self, x: Shape) -> tuple[Any, ...]:
        """Its own position, or everything."""
        return (Whole(),) * x.rank if self.over == "all" else Layer.windows(self, x)

    def keeps(self, x: Shape) -> Keeps:
        """The input, the root of each mean square, and before it is scaled the output."""
        return Keeps(input=True, extra_bytes=self.scratch_bytes(x))

    def scratch_bytes(self, x: Shape) -> int:
        """The root of each mean square; with γ also the output before it is scaled."""
        roots = 1 if self.over == "all" else product(x.size)
        return VALUE_BYTES * (roots + x.values if self.affine else roots)

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        normalized_shape: tuple[int, ...],
        weight: Operand | None = None,
        eps: float | None = None,
    ) -> Made:
        """`torch.nn.functional.rms_norm` over the channels, or over everything."""
        epsilon = FLOAT_EPSILON if eps is None else eps
        over = input.share(len(normalized_shape))
        layer = cls(over=over, epsilon=epsilon, affine=weight is not None)
        return Made(layer, (input,), {"weight": weight})

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.RMSNorm`, over the channels without turning the axes."""
        shape = tuple(x) if self.over == "all" else (x.channels,)
        return nn.RMSNorm(shape, eps=float(self.epsilon), elementwise_affine=self.affine)

    onnx_ops = ("RMSNormalization", "ChannelRMSNormalization")

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        weight: Constant,
        *,
        op: str,
        axis: int = -1,
        epsilon: float = 1e-5,
        stash_type: int = 1,  # noqa: ARG003 the numbers' precision
    ) -> Self:
        """`RMSNormalization` over all axes, or over the channels."""
        over = "channels" if op.startswith("Channel") or not x.rank else "all"
        if over == "all" and sample_axis(axis, x):
            refuse(f"it is over the axes from {axis} on, and not over all")
        if weight.shape != (tuple(x) if over == "all" else (x.channels,)):
            refuse(f"γ is {weight.shape}")
        return cls(over, epsilon)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """Step by step: the one operator for it is too new."""
        axes = list(range(1, 1 + len(x))) if self.over == "all" else [1]
        square = onnx.ReduceMean(onnx.Mul(onnx.x, onnx.x), axes=axes, keepdims=1)
        root = onnx.Sqrt(onnx.Add(square, onnx.reals([self.epsilon])))
        y = onnx.Div(onnx.x, root)
        if not self.affine:
            return y
        gamma = onnx.tensor("weight")
        if self.over == "channels" and x.rank:
            gamma = onnx.Unsqueeze(gamma, onnx.numbers(range(1, 1 + x.rank)))
        return onnx.Mul(y, gamma)
