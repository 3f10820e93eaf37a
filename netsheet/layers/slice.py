"""Some of a map's channels, or some of its positions."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import AXIS_WORDS, Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import POINT, Layer, Window, axes_of
from netsheet.layers.operators import Constant, refuse, sample_axis


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Slice(Layer):
    """Channels `start` to start + out − 1 are kept, counted from 0; the others go elsewhere.

    It is a view: no value is copied. ShuffleNet V2 splits its channels so, half for each branch.
    Over another axis, positions are kept so; with a step, every so many.
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
        ({"out": 4, "over": "W", "step": 2, "start": 1}, ((3, 5, 8),), (3, 5, 4)),
    )

    out: int = attr("channels that are kept", symbol="C_out", at_least=1)
    start: int = attr(
        "the first channel that is kept, counted from 0",
        at_least=0,
        default=0,
        headings=("offset",),
    )
    over: str = attr("the axis that is sliced, by its letter", default="C", form="axis")
    step: int = attr("from one that is kept to the next", at_least=1, default=1)

    @property
    def shares_storage(self) -> str:
        """It is the same values, some of them left out."""
        return "always"

    @property
    def _last(self) -> int:
        return self.start + (self.out - 1) * self.step

    def output(self, x: Shape) -> Shape:
        """So many channels of the same size; refuses channels that are not there."""
        (place,) = axes_of(self.over, x, attribute="over")
        there, last = int(x[place]), int(self._last)
        if last >= there:
            word = "channel" if self.over == "C" else f"{AXIS_WORDS[self.over]} position"
            what = f"there is no {word} {last}: the input has {there}, counted from 0"
            left = there - int(self.start)
            fits = (
                f"from {word} {int(self.start)} on there {'is' if left == 1 else 'are'} {left}"
                if left > 0
                else f"the last one is {word} {there - 1}"
            )
            raise RuleError(what, hint=fits, attribute="start" if self.start else "out")
        return Shape((*x[:place], self.out, *x[place + 1 :]))

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Its own position; of a sliced axis, the one that was kept."""
        sliced = Window(1, self.step, self.start)
        return tuple(sliced if letter == self.over else POINT for letter in x.axes)

    def describe(self) -> str:
        """`slice 58–115`, or `slice W 0–26 by 2`."""
        axis = "" if self.over == "C" else f" {self.over}"
        by = f" by {int(self.step)}" if self.step > 1 else ""
        return f"{self.kind}{axis} {int(self.start)}–{int(self._last)}{by}"

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """Indexing of the axis."""
        (place,) = axes_of(self.over, x, attribute="over")
        return nn.Slice(self.start, self.out, axis=place, step=self.step)

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
        """`Slice` of one axis, forwards; `Split` is several of these."""
        chosen = range(len(starts.numbers())) if axes is None else axes.numbers()
        by = steps.numbers() if steps is not None else (1,) * len(starts.numbers())
        if len(chosen) != 1 or by[0] < 1:
            refuse("it is of several axes at once, or backwards")
        place = sample_axis(int(chosen[0]), x)
        (start,), (end,) = starts.numbers(), ends.numbers()
        kept = range(*slice(int(start), int(end), int(by[0])).indices(int(x[place])))
        return cls(len(kept), kept.start, ("C", *x.axes)[place], kept.step)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Slice`."""
        (place,) = axes_of(self.over, x, attribute="over")
        edges = (self.start, self._last + 1, 1 + place, self.step)
        return onnx.Slice(onnx.x, *(onnx.numbers([n]) for n in edges))
