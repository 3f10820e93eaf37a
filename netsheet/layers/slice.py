"""Some of a map's channels."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer
from netsheet.layers.operators import Constant, refuse, sample_axis


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Slice(Layer):
    """Channels `start` to start + out − 1 are kept, counted from 0; the others go elsewhere.

    It is a view: no value is copied. ShuffleNet V2 splits its channels so, half for each branch.
    """

    kind = "slice"
    aliases = ("channel slice", "channel split", "split", "chunk", "narrow")
    family = "shape"
    source = "Ma et al. 2018, arXiv:1807.11164, figure 3c"
    examples = (
        ({"out": 58}, ((116, 28, 28),), (58, 28, 28)),
        ({"out": 58, "start": 58}, ((116, 28, 28),), (58, 28, 28)),
        ({"out": 1, "start": 2}, ((4, 9),), (1, 9)),
        ({"out": 3}, ((3,),), (3,)),
    )

    out: int = attr("channels that are kept", symbol="C_out", at_least=1)
    start: int = attr(
        "the first channel that is kept, counted from 0",
        at_least=0,
        default=0,
        headings=("offset",),
    )

    @property
    def shares_storage(self) -> str:
        """It is the same values, some of them left out."""
        return "always"

    def output(self, x: Shape) -> Shape:
        """So many channels of the same size; refuses channels that are not there."""
        if self.start + self.out > x.channels:
            last = int(self.start) + int(self.out) - 1
            what = f"there is no channel {last}: the input has {int(x.channels)}, counted from 0"
            left = int(x.channels) - int(self.start)
            fits = (
                f"from channel {int(self.start)} on there are {left}"
                if left > 0
                else f"the last one is channel {int(x.channels) - 1}"
            )
            raise RuleError(what, hint=fits, attribute="start" if self.start else "out")
        return Shape((self.out, *x.size))

    def describe(self) -> str:
        """`slice 58–115`."""
        return f"{self.kind} {int(self.start)}–{int(self.start) + int(self.out) - 1}"

    def to_torch(self, nn: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """Indexing of the channels."""
        return nn.Slice(self.start, self.out)

    onnx_ops = ("Slice",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        starts: Constant,
        ends: Constant,
        axes: Constant | None = None,
        steps: Constant | None = None,
    ) -> Self:
        """`Slice` of the channels, one after the other; `Split` is several of these."""
        chosen = range(len(starts.numbers())) if axes is None else axes.numbers()
        by = steps.numbers() if steps is not None else (1,) * len(starts.numbers())
        if [sample_axis(int(axis), x) for axis in chosen] != [0] or set(by) != {1}:
            refuse("it is not of the channels, one after the other")
        (start,), (end,) = starts.numbers(), ends.numbers()
        first, stop, _ = slice(int(start), int(end)).indices(int(x.channels))
        return cls(stop - first, first)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:  # noqa: ARG002 the same whatever the input
        """`Slice`."""
        stop = self.start + self.out
        return onnx.Slice(onnx.x, *(onnx.numbers([n]) for n in (self.start, stop, 1)))
