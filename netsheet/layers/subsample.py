"""Subsampling with a learnt coefficient, as in LeNet-5."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.numbers import product
from netsheet.core.shape import Shape
from netsheet.layers.absent import absent
from netsheet.layers.attribute import attr
from netsheet.layers.base import Axes, Keeps, Layer, Weight, Window, per_axis
from netsheet.layers.conv import window_text, windows
from netsheet.layers.pooling import POOL_FORMS, pooled


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Subsample(Layer):
    """Add the values in each window, multiply by the channel's coefficient, add its bias.

    Two parameters a channel; each unit has k·k connections and one to its bias.
    """

    kind = "subsample"
    aliases = ("subsampling", "sub-sampling", "trainable average pool")
    family = "conv"
    source = "LeCun et al. 1998, Proc. IEEE 86(11), section II.B (layer S2)"
    examples = (
        ({"kernel": 2}, ((6, 28, 28),), (6, 14, 14)),
        ({"kernel": 2, "stride": 1}, ((3, 5),), (3, 4)),
    )

    kernel: Axes = attr(**POOL_FORMS["kernel"])
    stride: Axes | None = attr(**POOL_FORMS["stride"])

    @property
    def step(self) -> Axes:
        """The stride; where none is written, windows lie side by side."""
        return self.kernel if self.stride is None else self.stride

    def output(self, x: Shape) -> Shape:
        """The same channels, and the number of window positions on each axis."""
        return pooled(self.kind, x, self.kernel, self.step, 0, 1, up=False)

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """A coefficient and a bias for each channel."""
        return (Weight("weight", (x.channels,)), Weight("bias", (x.channels,), "bias"))

    def macs(self, x: Shape, y: Shape) -> int:
        """One for each value in each window: the coefficient meets all of them."""
        return product((*y.size, *per_axis(self.kernel, x.rank, attribute="kernel"), x.channels))

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Kernel and stride of each axis."""
        return windows(x, self.kernel, self.step, 0)

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The gradient of the coefficients needs the input."""
        return Keeps(input=True)

    def describe(self) -> str:
        """`subsample 2×2/2`."""
        return f"{self.kind} {window_text(self.kernel, self.step)}"

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """A grouped convolution whose weights of a channel are all one."""
        return nn.Subsample(
            x.rank,
            x.channels,
            kernel=per_axis(self.kernel, x.rank, attribute="kernel"),
            stride=per_axis(self.step, x.rank, attribute="stride"),
        )

    from_onnx = absent("it is read as the pool and the products that it is written as")

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`AveragePool` times the window's size, then the channel's coefficient and bias."""
        kernel = per_axis(self.kernel, x.rank, attribute="kernel")
        steps = per_axis(self.step, x.rank, attribute="stride")
        mean = onnx.AveragePool(onnx.x, kernel_shape=kernel, strides=steps)
        axes = onnx.numbers(range(1, 1 + x.rank))
        weight, bias = (onnx.Unsqueeze(onnx.tensor(name), axes) for name in ("weight", "bias"))
        summed = onnx.Mul(mean, onnx.reals([product(kernel)]))
        return onnx.Add(onnx.Mul(summed, weight), bias)
