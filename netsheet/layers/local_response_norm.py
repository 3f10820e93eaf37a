"""Local response normalisation."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.numbers import product
from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import quotient, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LocalResponseNorm(Layer):
    """Each value is divided by the strength of its neighbours in the next channels.

    y = x/(k + α·Σx²)^β over n channels; no parameters. AlexNet has n = 5, k = 2, α = 10⁻⁴,
    β = 0.75. torch and Caffe divide α by n; `alpha` is the paper's, without that.
    """

    kind = "local response norm"
    short = "lrn"
    aliases = (
        "lrn",
        "localrespnorm",
        "local response normalization",
        "local response normalisation",
        "contrast normalisation",
        "contrast normalization",
        "contrast norm",
        "response norm",
        "rnorm",
    )
    family = "norm"
    source = "Krizhevsky, Sutskever & Hinton 2012, NIPS, section 3.3"
    torch_calls = ("local_response_norm",)
    argument = "neighbours"
    examples = (
        ({}, ((6, 28, 28),), (6, 28, 28)),
        ({"neighbours": 3}, ((4, 5, 5),), (4, 5, 5)),
        *SHAPES[2:],
    )

    neighbours: int = attr(
        "channels summed over, n", at_least=1, default=5, headings=("local size",)
    )
    alpha: float = attr("α, weight of the sum", default=1e-4, form="decimal")
    beta: float = attr("β, the power", default=0.75, form="decimal")
    constant: float = attr("k, added before the power", default=2.0, form="decimal")

    def output(self, x: Shape) -> Shape:
        """The input's shape."""
        return x

    def _padded(self, x: Shape) -> int:
        """Number of squares, with zeros for the neighbours that the outer channels lack."""
        return product((x.channels + self.neighbours - 1, *x.size))

    def keeps(self, x: Shape) -> Keeps:
        """The input and what torch composes it of: padded squares, k + α·Σx², and its power."""
        return Keeps(input=True, extra_bytes=VALUE_BYTES * (self._padded(x) + 2 * x.values))

    def scratch_bytes(self, x: Shape) -> int:
        """Two of these steps at a time, the padded one and a plain one or three plain ones."""
        return VALUE_BYTES * max(self._padded(x), 2 * x.values)

    @classmethod
    def from_torch(
        cls, input: Operand, size: int, alpha: float = 0.0001, beta: float = 0.75, k: float = 1.0
    ) -> Made:
        """`torch.nn.functional.local_response_norm`, whose alpha is n times the paper's."""
        layer = cls(neighbours=size, alpha=alpha / size, beta=beta, constant=float(k))
        return Made(layer, (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.LocalResponseNorm`, whose alpha is n times the paper's."""
        alpha = float(self.alpha) * self.neighbours
        return nn.LocalResponseNorm(self.neighbours, alpha, float(self.beta), float(self.constant))

    onnx_ops = ("LRN", "LeadingLRN")

    @classmethod
    def from_onnx(
        cls,
        x: Shape,  # noqa: ARG003 any input will do
        *,
        size: int,
        alpha: float = 1e-4,
        beta: float = 0.75,
        bias: float = 1.0,
        op: str = "LRN",
    ) -> Self:
        """`LRN`, whose alpha is n times the paper's; `LeadingLRN` is torch's, written out.

        They differ where n is even: torch looks at one channel more before, and ONNX behind.
        """
        if size % 2 == 0 and op == "LRN":
            refuse(f"it looks at {size} channels, of which none is in the middle")
        return cls(size, quotient(alpha, size), beta, bias)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`LRN` on a map with two axes; step by step where no channel is in the middle.

        Of an even number, torch looks at more channels before than behind.
        """
        alpha, n = float(self.alpha), int(self.neighbours)
        if n % 2:
            options = {"beta": float(self.beta), "bias": float(self.constant), "size": n}
            if x.rank == 2:  # noqa: PLR2004 what runtimes know
                return onnx.LRN(onnx.x, alpha=alpha * n, **options)
            plane = onnx.Reshape(onnx.x, onnx.numbers([0, x.channels, 1, product(x.size)]))
            y = onnx.LRN(plane, alpha=alpha * n, **options)
            return onnx.Reshape(y, onnx.numbers([0, *x]))
        column = onnx.numbers([0, 1, x.channels, product(x.size)])
        squares = onnx.Reshape(onnx.Mul(onnx.x, onnx.x), column)
        wider = onnx.Pad(squares, onnx.numbers([0, 0, n // 2, 0, 0, 0, (n - 1) // 2, 0]))
        mean = onnx.AveragePool(wider, kernel_shape=[n, 1])
        strength = onnx.Add(onnx.Mul(mean, onnx.reals([alpha * n])), onnx.reals([self.constant]))
        power = onnx.Reshape(onnx.Pow(strength, onnx.reals([self.beta])), onnx.numbers([0, *x]))
        return onnx.Div(onnx.x, power)
