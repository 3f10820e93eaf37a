"""Layer normalisation."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.numbers import product
from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer, Weight, Whole
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import Constant, refuse, sample_axis


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LayerNorm(Layer):
    """Each sample is brought to mean 0 and variance 1, then scaled and shifted.

    over "channels": at each position by itself, γ and β a channel (as ConvNeXt does); over
    "all": over the whole map, γ and β for each value (as the paper does).
    """

    kind = "layer norm"
    short = "ln"
    aliases = ("ln", "layernorm", "layer normalization", "layer normalisation", "layernorm2d")
    family = "norm"
    source = (
        "Ba, Kiros & Hinton 2016, arXiv:1607.06450; channels: Liu et al. 2022, arXiv:2201.03545"
    )
    torch_calls = ("layer_norm",)
    torch_reads = "turned"
    examples = (
        *SHAPES,
        ({"over": "all"}, ((3, 4, 5),), (3, 4, 5)),
        ({"bias": False}, ((3, 4, 5),), (3, 4, 5)),
        ({"affine": False}, ((3, 4),), (3, 4)),
    )

    over: str = attr(
        "what one mean is taken over: the channels of one position, or all values",
        default="channels",
        form="word",
        words={"channels": "channels", "all": "all", "channel": "channels", "map": "all"},
    )
    epsilon: float = attr(
        "ε, added to the variance", default=1e-5, form="decimal", headings=("eps",)
    )

    affine: bool = attr("whether γ is learnt", default=True, form="yes/no")
    bias: bool = attr("whether β is learnt too", default=True, form="yes/no")

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """γ and β: one a channel, or one a value."""
        shape = tuple(x) if self.over == "all" else (x.channels,)
        learnt = (Weight("weight", shape), Weight("bias", shape, "bias"))
        return learnt[: self.affine + (self.affine and self.bias)]

    def windows(self, x: Shape) -> tuple[Any, ...]:
        """Its own position, or everything."""
        return (Whole(),) * x.rank if self.over == "all" else Layer.windows(self, x)

    def _statistics(self, x: Shape) -> int:
        """Bytes of mean and deviation of each group of values."""
        return 2 * VALUE_BYTES * (1 if self.over == "all" else product(x.size))

    def keeps(self, x: Shape) -> Keeps:
        """The input, and mean and deviation of each group of values."""
        return Keeps(input=True, extra_bytes=self._statistics(x))

    def scratch_bytes(self, x: Shape) -> int:
        """Mean and deviation; over channels also the output before its axes are turned back."""
        turned = self.over == "channels" and x.channels > 1 and product(x.size) > 1
        return VALUE_BYTES * x.values if turned else self._statistics(x)

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        normalized_shape: tuple[int, ...],
        weight: Operand | None = None,
        bias: Operand | None = None,
        eps: float = 1e-05,
    ) -> Made:
        """`torch.nn.functional.layer_norm` over the channels, or over everything."""
        layer = cls(
            over=input.share(len(normalized_shape)),
            epsilon=eps,
            affine=weight is not None,
            bias=bias is not None or weight is None,
        )
        return Made(layer, (input,), {"weight": weight, "bias": bias})

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.LayerNorm`, over the channels with the axes turned there and back."""
        options = {"eps": float(self.epsilon), "elementwise_affine": self.affine, "bias": self.bias}
        if self.over == "all" or x.rank == 0:
            return nn.LayerNorm(tuple(x), **options)
        return nn.ChannelLayerNorm(x.channels, **options)

    onnx_ops = ("LayerNormalization", "ChannelNormalization")

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        weight: Constant | None = None,
        bias: Constant | None = None,
        *,
        op: str,
        axis: int = -1,
        epsilon: float = 1e-5,
        stash_type: int = 1,  # noqa: ARG003 the numbers' precision
    ) -> Self:
        """`LayerNormalization` over all axes, or over the channels."""
        over = "channels" if op.startswith("Channel") or not x.rank else "all"
        if over == "all" and sample_axis(axis, x):
            refuse(f"it is over the axes from {axis} on, and not over all")
        wanted = tuple(x) if over == "all" else (x.channels,)
        given = {each.shape for each in (weight, bias) if each is not None}
        if given - {wanted} or (weight is None and bias is not None):
            refuse("γ and β are not one for each value that a mean is taken over")
        if weight is None:
            return cls(over, epsilon, affine=False)
        if not weight.stored and bias is None and {1.0} == set(weight.numbers()):
            return cls(over, epsilon, affine=False)
        return cls(over, epsilon, bias=bias is not None)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`LayerNormalization`; over channels they are brought to the end, and back."""
        whole = self.over == "all" or x.rank == 0
        shape = tuple(x) if whole else (x.channels,)
        given = [onnx.tensor(weight.name) for weight in self.weights(x)]
        given = given or [onnx.reals((1.0,) * product(shape), shape)]
        epsilon = float(self.epsilon)
        if whole:
            return onnx.LayerNormalization(onnx.x, *given, axis=1, epsilon=epsilon)
        last = len(x)
        turned = onnx.Transpose(onnx.x, perm=[0, *range(2, last + 1), 1])
        y = onnx.LayerNormalization(turned, *given, axis=-1, epsilon=epsilon)
        return onnx.Transpose(y, perm=[0, last, *range(1, last)])
