"""Reduction: one number for all values along some axes."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Keeps, Layer, Whole, axes_of, mixed, over_axes
from netsheet.layers.operators import Constant, refuse, sample_axis

KEPT = {
    "mean": Keeps(),
    "sum": Keeps(),
    "max": Keeps(input=True, output=True),
    "min": Keeps(input=True, output=True),
    "norm": Keeps(input=True, output=True),
    "variance": Keeps(input=True),
}
"""What torch keeps for the backward pass, by what is computed."""


OPERATORS = {
    "ReduceMean": "mean",
    "ReduceSum": "sum",
    "ReduceMax": "max",
    "ReduceMin": "min",
    "ReduceL2": "norm",
}
"""ONNX's operators, and what they compute."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reduce(Layer):
    """All values along some axes become one: their mean, sum, largest, smallest, norm or variance.

    norm is √Σx²; variance is Σ(x − mean)²/n. A mean over all positions is a global average pool.
    """

    kind = "reduce"
    family = "reduce"
    source = "by definition, torch.mean and its kin"
    presets = {
        "mean": {"by": "mean"},
        "reduce mean": {"by": "mean"},
        "reduce sum": {"by": "sum"},
        "reduce max": {"by": "max"},
        "reduce min": {"by": "min"},
        "reduce l2": {"by": "norm"},
        "l2 norm": {"by": "norm"},
        "variance": {"by": "variance"},
    }
    argument = "over"
    examples = (
        ({"over": "HW"}, ((64, 7, 7),), (64, 1, 1)),
        ({"over": "HW", "keep": False}, ((64, 7, 7),), (64,)),
        ({"by": "max"}, ((64, 7, 7),), (1, 7, 7)),
        ({"by": "sum", "keep": False}, ((2, 16, 5, 5),), (16, 5, 5)),
        ({"by": "norm", "over": "L"}, ((4, 9),), (4, 1)),
        ({"by": "variance", "keep": False}, ((84,),), (1,)),
        ({"by": "min", "over": "H", "keep": False}, ((3, 4, 5),), (3, 5)),
    )

    by: str = attr(
        "what becomes of the values",
        default="mean",
        form="word",
        headings=("reduction",),
        words={
            "mean": "mean",
            "average": "mean",
            "sum": "sum",
            "max": "max",
            "maximum": "max",
            "min": "min",
            "minimum": "min",
            "norm": "norm",
            "l2": "norm",
            "variance": "variance",
            "var": "variance",
        },
    )
    over: str = attr(
        "the axes that are gone through, by their letters", default="C", form="letters"
    )
    keep: bool = attr(
        "whether these axes stay, with size 1",
        default=True,
        form="yes/no",
        headings=("keep dims", "keepdim"),
    )

    def output(self, x: Shape) -> Shape:
        """1 for each axis gone through, or without it; of all axes, one number."""
        places = axes_of(self.over, x, attribute="over")
        if self.keep:
            return Shape(1 if place in places else n for place, n in enumerate(x))
        left = [n for place, n in enumerate(x) if place not in places]
        return Shape(left or (1,))

    def windows(self, x: Shape) -> tuple[Any, ...]:
        """The axes that are gone through, whole; where others take their place, a bound."""
        if self.keep:
            return over_axes(x, self.over)
        gone = set(axes_of(self.over, x, attribute="over"))
        if gone >= set(range(1, len(x))):
            return (Whole(),) * x.rank
        return mixed(x)

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """By the formula of the derivative: nothing for sums."""
        return KEPT[self.by]

    def describe(self) -> str:
        """`mean over H×W`."""
        return f"{self.by} over {'×'.join(self.over)}"

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`torch.mean` and its kin."""
        return nn.Reduce(self.by, axes_of(self.over, x, attribute="over"), keep=self.keep)

    onnx_ops = tuple(OPERATORS)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        axes: Constant | None = None,
        *,
        op: str,
        keepdims: int = 1,
        noop_with_empty_axes: int = 0,
    ) -> Self:
        """`ReduceMean` and its kin."""
        given = () if axes is None else axes.numbers()
        if not given:
            refuse("it does nothing" if noop_with_empty_axes else "it goes over the batch as well")
        letters = ("C", *x.axes)
        places = sorted({sample_axis(int(axis), x) for axis in given})
        if not keepdims and len(places) == len(letters):
            refuse("of each sample a single number is left")
        return cls(OPERATORS[op], "".join(letters[place] for place in places), bool(keepdims))

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`ReduceMean` and its kin; a variance step by step."""
        axes = [1 + place for place in axes_of(self.over, x, attribute="over")]
        keep = {"keepdims": int(self.keep or len(axes) == len(x))}
        if self.by == "variance":
            apart = onnx.Sub(onnx.x, onnx.ReduceMean(onnx.x, axes=axes, keepdims=1))
            y = onnx.ReduceMean(onnx.Mul(apart, apart), axes=axes, **keep)
        elif self.by == "sum":
            y = onnx.ReduceSum(onnx.x, onnx.numbers(axes), **keep)
        else:
            op = next(name for name, by in OPERATORS.items() if by == self.by)
            y = getattr(onnx, op)(onnx.x, axes=axes, **keep)
        if self.keep or len(axes) < len(x):
            return y
        return onnx.Reshape(y, onnx.numbers([0, 1]))
