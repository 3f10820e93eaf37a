"""Batch normalisation."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer, Weight
from netsheet.layers.operand import Made, Operand, only
from netsheet.layers.operators import Constant, complement, plain, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BatchNorm(Layer):
    """Each channel is brought to mean 0 and variance 1 over the batch, then scaled and shifted.

    y = γ·(x − mean)/√(var + ε) + β: two parameters a channel. Running mean and variance are
    buffers: stored with the network, never changed by the gradient.
    """

    kind = "batch norm"
    short = "bn"
    aliases = (
        "bn",
        "batchnorm",
        "batch normalization",
        "batch normalisation",
        "batchnorm1d",
        "batchnorm2d",
        "batchnorm3d",
    )
    family = "norm"
    source = "Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 1"
    torch_calls = ("batch_norm",)
    examples = SHAPES

    epsilon: float = attr(
        "ε, added to the variance", default=1e-5, form="decimal", headings=("eps",)
    )
    momentum: float = attr(
        "share of the newest batch in the running mean and variance", default=0.1, form="decimal"
    )
    affine: bool = attr("whether γ and β are learnt", default=True, form="yes/no")

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """γ and β; running mean, running variance and a count of batches as buffers."""
        learnt = (Weight("weight", (x.channels,)), Weight("bias", (x.channels,), "bias"))
        return (
            *(learnt if self.affine else ()),
            Weight("running_mean", (x.channels,), "buffer"),
            Weight("running_var", (x.channels,), "buffer"),
            Weight("num_batches_tracked", (), "buffer"),
        )

    def keeps(self, x: Shape) -> Keeps:
        """The input, and the batch's mean and deviation of each channel."""
        return Keeps(input=True, extra_bytes=2 * VALUE_BYTES * x.channels)

    def scratch_bytes(self, x: Shape) -> int:
        """Room for mean and deviation of each channel, though torch's CPU kernel has none."""
        return 2 * VALUE_BYTES * x.channels

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        running_mean: Operand | None,
        running_var: Operand | None,
        weight: Operand | None = None,
        bias: Operand | None = None,
        training: bool = False,
        momentum: float = 0.1,
        eps: float = 1e-05,
    ) -> Made:
        """`torch.nn.functional.batch_norm`."""
        del training
        only(running_mean=(running_mean is None, False), bias=(bias is None, weight is None))
        layer = cls(epsilon=eps, momentum=momentum, affine=weight is not None)
        learnt = {"weight": weight, "bias": bias}
        return Made(
            layer, (input,), {**learnt, "running_mean": running_mean, "running_var": running_var}
        )

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.BatchNorm1d`, `2d` or `3d`."""
        kind = getattr(nn, f"BatchNorm{max(1, x.rank)}d")
        return kind(
            x.channels, eps=float(self.epsilon), momentum=float(self.momentum), affine=self.affine
        )

    onnx_ops = ("BatchNormalization",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        weight: Constant,
        bias: Constant,
        running_mean: Constant,
        running_var: Constant,
        *,
        epsilon: float = 1e-5,
        momentum: float = 0.9,
        spatial: int = 1,
        training_mode: int = 0,
    ) -> Self:
        """`BatchNormalization` in use; its momentum is the share of what was there before."""
        if training_mode:
            refuse("it is in training, and changes its statistics as it runs")
        if not spatial and x.rank:
            refuse("it has a mean for each position (spatial = 0)")
        if {c.shape for c in (weight, bias, running_mean, running_var)} != {(x.channels,)}:
            refuse(f"its tensors must have {x.channels} values, one for each channel")
        return cls(epsilon, complement(momentum), affine=not plain(weight, bias))

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`BatchNormalization`; where γ and β are not learnt they are 1 and 0."""
        ones, zeros = ((value,) * x.channels for value in (1.0, 0.0))
        return onnx.BatchNormalization(
            onnx.x,
            onnx.tensor("weight") if self.affine else onnx.reals(ones, (x.channels,)),
            onnx.tensor("bias") if self.affine else onnx.reals(zeros, (x.channels,)),
            onnx.tensor("running_mean"),
            onnx.tensor("running_var"),
            epsilon=float(self.epsilon),
            momentum=complement(self.momentum),
        )
