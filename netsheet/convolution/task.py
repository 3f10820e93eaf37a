"""One convolution, checked: what is convolved with what, and how.

Requirements met here: sizes, groups and what can't be follow the rules of the layer `conv`, whose
refusals are given as they are; weights are finite numbers; the filter is laid on as it stands, so
that whoever wants it turned round has turned it before.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution.border import Border
from netsheet.convolution.separate import Parts, separate, single
from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.axis import Pads, pads, span
from netsheet.layers.base import per_axis
from netsheet.layers.conv import Conv

Values = NDArray[Any]

RANKS = (1, 2, 3)
"""How many axes a map may have behind its channels."""


@dataclass(frozen=True, eq=False)
class Task:
    """A cross-correlation of a map of shape `x` with filters, whatever computes it.

    weight: C_out × C/groups × k…, float64. source: the type of the map's numbers. dtype: what is
    computed in, float32 or float64. result: the type of what comes out: `dtype`, or for pictures
    uint8 or uint16, to which values are rounded and clipped. finite: the map holds no NaN and no
    infinity, and neither does the border. counted: what is clipped is to be counted.
    """

    layer: Conv
    x: Shape
    weight: NDArray[np.float64]
    bias: NDArray[np.float64] | None
    border: Border
    source: np.dtype[Any]
    dtype: np.dtype[Any]
    result: np.dtype[Any]
    finite: bool = True
    counted: bool = False

    @cached_property
    def y(self) -> Shape:
        """The output's shape, C_out and the number of window positions."""
        return self.layer.output(self.x)

    @cached_property
    def pads(self) -> Pads:
        """Padding before and after each axis."""
        layer = self.layer
        return pads(layer.padding, self.x, layer.kernel, layer.stride, layer.dilation)

    @property
    def rank(self) -> int:
        """Axes behind the channels."""
        return self.x.rank

    @property
    def groups(self) -> int:
        """Parts into which the channels are split."""
        return self.layer.groups

    @cached_property
    def kernel(self) -> tuple[int, ...]:
        """Sides of the window."""
        return self.weight.shape[2:]

    @cached_property
    def stride(self) -> tuple[int, ...]:
        """Steps of the window."""
        return per_axis(self.layer.stride, self.rank, attribute="stride")

    @cached_property
    def dilation(self) -> tuple[int, ...]:
        """Distances between neighbouring taps."""
        return per_axis(self.layer.dilation, self.rank, attribute="dilation")

    @cached_property
    def spans(self) -> tuple[int, ...]:
        """How far the window reaches along each axis."""
        return tuple(span(k, d) for k, d in zip(self.kernel, self.dilation, strict=True))

    @cached_property
    def plane(self) -> NDArray[np.float64] | None:
        """The kernel, if one and the same filters every channel by itself, as with pictures."""
        if not self.groups == self.x.channels == self.y.channels:
            return None
        first = self.weight[0, 0]
        return first if (self.weight == first).all() else None

    @cached_property
    def parts(self) -> Parts | None:
        """The plane taken apart into one-axis kernels; None where there is no way."""
        if self.plane is None or self.rank == 1 or not self.plane.any():
            return None
        return separate(self.plane) if self.rank == 2 else single(self.plane)  # noqa: PLR2004 a matrix

    @property
    def macs(self) -> int:
        """Multiply-adds by the definition."""
        return self.layer.macs(self.x, self.y)

    @property
    def made(self) -> np.dtype[Any]:
        """What an algorithm may give: sums that are not rounded yet, where more is done to them."""
        return self.dtype if self.counted or self.bias is not None else self.result

    def taps(self) -> int:
        """How many products an output adds up."""
        return int(np.prod(self.weight.shape[1:]))


def make_task(
    x: Values,
    weight: Values,
    *,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
    border: Border | str = "zero",
    value: float = 0.0,
    dtype: np.dtype[Any] | None = None,
    result: np.dtype[Any] | None = None,
    counted: bool = False,
) -> Task:
    """Check what is asked for and put it together.

    x: C×L, C×H×W or C×D×H×W of real numbers. weight: C_out × C/groups × k…. RuleError says what
    can't be: shapes that don't fit, an empty kernel, weights that aren't numbers.
    """
    shape = _shape(x)
    filters = real(weight, "a kernel")
    if filters.ndim != x.ndim + 1:
        what = f"a kernel of {filters.ndim} axes does not fit a map of {x.ndim}, {shape}"
        raise RuleError(what, hint="filters are C_out × C/groups × k…, one k for each axis")
    reads = shape.channels // groups if groups and shape.channels % groups == 0 else 0
    layer = Conv(
        out=filters.shape[0],
        kernel=filters.shape[2:],
        stride=_whole(stride),
        padding=_whole(padding),
        dilation=_whole(dilation),
        groups=_whole(groups),
        bias=bias is not None,
    )
    layer.output(shape)
    if filters.shape[1] != reads:
        what = f"a filter that reads {filters.shape[1]} channels does not fit {shape}"
        split = f" in {groups} groups" if groups != 1 else ""
        raise RuleError(what, hint=f"with {shape.channels} channels{split} it reads {reads}")
    biases = None if bias is None else np.asarray(real(np.atleast_1d(bias), "a bias"))
    if biases is not None and biases.shape != (filters.shape[0],):
        what = f"{'×'.join(map(str, biases.shape))} biases do not fit {filters.shape[0]} filters"
        raise RuleError(what, hint="each filter has one", attribute="bias")
    around = Border.of(border, value) if isinstance(border, str) else border
    computed = dtype or computing(x.dtype)
    task = Task(
        layer,
        shape,
        filters,
        biases,
        around,
        x.dtype,
        computed,
        result or computed,
        is_finite(x) and bool(np.isfinite(around.value)),
        counted,
    )
    around.check(shape, task.pads)
    return task


def computing(source: np.dtype[Any]) -> np.dtype[Any]:
    """What is computed in for numbers of a type: float32 for float32 and float16, else float64."""
    small = source in {np.dtype(np.float32), np.dtype(np.float16)}
    return np.dtype(np.float32 if small else np.float64)


def real(values: Any, what: str) -> NDArray[np.float64]:
    """Values as float64; RuleError where they are none, or no finite real numbers."""
    given = np.asarray(values)
    if given.dtype.kind not in "biuf":
        wrong = f"{what} of {given.dtype.name} can't be used"
        raise RuleError(wrong, hint="it takes real numbers", attribute="kernel")
    if not given.size:
        raise RuleError(f"{what} without numbers can't be used", attribute="kernel")
    numbers = given.astype(np.float64)
    if not np.isfinite(numbers).all():
        odd = numbers[~np.isfinite(numbers)].flat[0]
        raise RuleError(f"{what} can't hold {odd}", hint="its numbers are finite")
    return numbers


def is_finite(x: Values) -> bool:
    """Whether a map holds neither NaN nor infinity; a sum alone shows it, and costs little."""
    if x.dtype.kind != "f":
        return True
    with np.errstate(all="ignore"):
        return bool(np.isfinite(x.sum(dtype=np.float64))) or bool(np.isfinite(x).all())


def _shape(x: Values) -> Shape:
    """The map's shape, checked."""
    sizes = "×".join(map(str, x.shape)) or "a single number"
    if x.dtype.kind not in "biuf":
        what = f"a map of {x.dtype.name} can't be convolved"
        raise RuleError(what, hint="it takes real numbers")
    if x.ndim - 1 not in RANKS:
        what = f"a map of {x.ndim} axes can't be convolved, {sizes}"
        raise RuleError(what, hint="C×L, C×H×W and C×D×H×W can; the batch is to be left off")
    if not x.size:
        raise RuleError(f"a map without values can't be convolved, {sizes}")
    return Shape(x.shape)


def _whole(value: Any) -> Any:
    """Python's whole numbers for numpy's, and tuples for lists, all the way down."""
    if isinstance(value, list | tuple):
        return tuple(_whole(item) for item in value)
    return int(value) if isinstance(value, np.integer) else value
