"""Stochastic depth: a branch that is left out by chance."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.absent import absent
from netsheet.layers.activation import SHAPES
from netsheet.layers.attribute import attr
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StochasticDepth(Layer):
    """In training all values of a sample become 0 by chance; in use it does nothing.

    At the end of a residual branch that leaves the branch out. What is kept is divided by how
    often it is kept, so that the mean stays.
    """

    kind = "stochastic depth"
    short = "drop_path"
    aliases = ("drop path", "droppath", "stochasticdepth")
    family = "dropout"
    source = "Huang et al. 2016, arXiv:1603.09382, section 3"
    argument = "drop"
    examples = (
        *(({"drop": 0.2}, inputs, output) for _, inputs, output in SHAPES),
        ({"drop": 0}, ((96, 56, 56),), (96, 56, 56)),
    )

    drop: float = attr(
        "share of the samples whose values become 0, from 0 to 1",
        form="decimal",
        headings=("drop rate", "drop path rate"),
    )

    @property
    def shares_storage(self) -> str:
        """In use nothing happens, and a share of 0 does nothing in training either."""
        return "in use" if self.drop else "always"

    def output(self, x: Shape) -> Shape:
        """The input's shape; refuses a share outside 0 to 1."""
        if not 0 <= self.drop < 1:
            what = f"a share of {float(self.drop):g} can't be dropped"
            hint = "give a number from 0 to below 1, or a percentage: 0.2 or 20%"
            raise RuleError(what, hint=hint, attribute="drop")
        return x

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """The factor that the sample was multiplied by."""
        return Keeps(extra_bytes=VALUE_BYTES if self.drop else 0)

    def drawn(self) -> Layer:
        """As others of its kind: the share grows from block to block, and they are alike else."""
        return StochasticDepth(drop=0)

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`nn.StochasticDepth`."""
        return nn.StochasticDepth(float(self.drop))

    from_onnx = absent("in use it does nothing, and nothing is left of it")

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Identity`: in use it does nothing."""
        return onnx.Identity(onnx.x)
