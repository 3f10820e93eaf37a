"""Dropout."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer
from netsheet.layers.operand import Made, Operand
from netsheet.layers.operators import Constant, refuse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dropout(Layer):
    """In training a share of the values becomes 0 by chance; in use it does nothing."""

    kind = "dropout"
    aliases = ("drop",)
    family = "dropout"
    source = "Hinton et al. 2012, arXiv:1207.0580"
    torch_calls = (
        "dropout",
        "dropout1d",
        "dropout2d",
        "dropout3d",
        "feature_dropout",
        "alpha_dropout",
    )
    torch_reads = "any"
    argument = "drop"
    examples = (*SHAPES, ({"drop": 0.4}, ((1024,),), (1024,)))

    drop: float = attr(
        "share of the values that is dropped, from 0 to 1",
        default=0.5,
        form="decimal",
        headings=("dropout", "drop rate"),
    )

    @property
    def shares_storage(self) -> str:
        """In use nothing happens, and a share of 0 does nothing in training either."""
        return "in use" if self.drop else "always"

    def output(self, x: Shape) -> Shape:
        """The input's shape; refuses a share outside 0 to 1."""
        if not 0 <= self.drop < 1:
            what = f"a dropout of {float(self.drop):g} is no share"
            hint = "give a number from 0 to below 1, or a percentage: 0.5 or 50%"
            raise RuleError(what, hint=hint, attribute="drop")
        return x

    def keeps(self, x: Shape) -> Keeps:
        """The noise that the values were multiplied by; on a GPU, a byte each instead of four."""
        return Keeps(extra_bytes=VALUE_BYTES * x.values if self.drop else 0)

    def describe(self) -> str:
        """`dropout 40%`."""
        return f"{self.kind} {float(self.drop):.0%}"

    @classmethod
    def from_torch(
        cls, input: Operand, p: float = 0.5, training: bool = True, inplace: bool = False
    ) -> Made:
        """`torch.nn.functional.dropout` and its kin, which differ in training only."""
        del training, inplace
        return Made(cls(drop=float(p)), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.Dropout`."""
        return nn.Dropout(float(self.drop))

    onnx_ops = ("Dropout",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,  # noqa: ARG003 any input will do
        ratio: Constant | float = 0.5,
        training_mode: Constant | None = None,
        *,
        seed: int = 0,  # noqa: ARG003 nothing is drawn in use
    ) -> Self:
        """`Dropout` in use, or in training if the file asks for it."""
        if training_mode is not None and any(training_mode.numbers()):
            refuse("it is in training, and drops values as it runs")
        share = ratio if isinstance(ratio, int | float) else ratio.numbers()[0]
        return cls(share)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Dropout`, which does nothing in use."""
        return onnx.Dropout(onnx.x, onnx.reals([self.drop]))
