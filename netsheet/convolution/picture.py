"""Filters on pictures: rows of pixels, colours by themselves, transparency left alone.

Requirements met here: a picture comes out as it went in, of 8 or 16 bits, with its transparency,
and what was clipped is counted; beside the picture that goes in and the one that comes out, memory
does not grow with the picture's height.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netsheet.convolution import fourier, opencv
from netsheet.convolution.blocks import Plan, alike, carry_out, cores, in_blocks, lay
from netsheet.convolution.border import Border
from netsheet.convolution.choice import Choice, choose
from netsheet.convolution.finish import Clipped, round_into
from netsheet.convolution.kernel import Kernel, find_kernel
from netsheet.convolution.named import SHOWS
from netsheet.convolution.task import Task, make_task
from netsheet.core.errors import ChoiceError, RuleError
from netsheet.core.shape import Shape
from netsheet.layers.registry import suggestion

Values = NDArray[Any]

ALPHA = frozenset({2, 4})
"""Numbers of channels of which the last is transparency."""


class Filtered(NamedTuple):
    """What came of a picture: H×W×C, what each pass clipped, and how it was computed.

    tasks and choices: one for each plane of the kernel, of the first pass.
    """

    values: Values
    clipped: tuple[Clipped, ...]
    tasks: tuple[Task, ...]
    choices: tuple[Choice, ...]


def filter(  # noqa: A001 the word that people use
    picture: str | Path | ArrayLike,
    kernel: str | Sequence[Sequence[float]] | Values,
    *,
    stride: int | tuple[int, int] = 1,
    padding: int | str | tuple[Any, ...] = "same",
    border: str = "reflect",
    value: float = 0.0,
    dilation: int | tuple[int, int] = 1,
    repeat: int = 1,
    show: str | None = None,
    flip: bool = False,
    grey: bool = False,
    algorithm: str = "auto",
    threads: int | None = None,
) -> Values:
    """Lay a kernel on a picture.

    picture: a file's path, or an array H×W or H×W×C of uint8, uint16 or floats; of 2 and of 4
    channels the last is transparency, which is left alone. kernel: a name (`"outline"`,
    `"gaussian:9"`), numbers as text (`"0 -1 0; -1 5 -1; 0 -1 0"`), a file's path, or rows. It is
    laid on as it stands; flip turns it round first, which makes it a convolution. padding, border
    and value: as for `correlate`; padding "same" keeps the size. repeat: how often, each time on
    what came out. show: how values below 0 are made visible: clip, middle (half the range is added)
    or absolute; the kernel's own way if left out. grey: colours are turned to grey before.

    Gives an array of the same type and as many axes; of whole numbers, rounded and clipped. Each is
    within half a unit, and the algorithm's bound, of what the definition gives.

    PictureError, RuleError, ChoiceError and FileError say what can't be.

        >>> import numpy as np
        >>> filter(np.array([[10, 10, 30, 30]] * 4, np.uint8), "box")[0].tolist()
        [10, 17, 23, 30]
    """
    if isinstance(picture, str | Path):
        from netsheet.picture.pixels import read_pixels

        given = read_pixels(picture).values
    else:
        given = np.asarray(picture)
    values = check_picture(given)
    filtered = apply(
        to_grey(values) if grey else values,
        find_kernel(kernel),
        stride=stride,
        padding=padding,
        border=Border.of(border, value),
        dilation=dilation,
        repeat=repeat,
        show=show,
        flip=flip,
        algorithm=algorithm,
        threads=threads,
    ).values
    return filtered[..., 0] if given.ndim == 2 else filtered  # noqa: PLR2004 no channels


def apply(
    values: Values,
    kernel: Kernel,
    *,
    stride: int | tuple[int, int] = 1,
    padding: int | str | tuple[Any, ...] = "same",
    border: Border | None = None,
    dilation: int | tuple[int, int] = 1,
    repeat: int = 1,
    show: str | None = None,
    flip: bool = False,
    algorithm: str = "auto",
    threads: int | None = None,
    counted: bool = False,
) -> Filtered:
    """Lay a kernel on a picture's values, H×W×C, as `filter` does; clipped values are counted."""
    if type(repeat) is not int or repeat < 1:
        raise RuleError(f"{repeat} times can't be done", hint="repeat is a whole number from 1")
    options = {
        "stride": stride,
        "padding": padding,
        "border": border or Border("reflect"),
        "dilation": dilation,
    }
    asked = _Asked(kernel, _way(kernel, show), flip, options, algorithm, threads, counted)
    clipped: list[Clipped] = []
    first: Filtered | None = None
    for _ in range(repeat):
        done = _once(values, asked)
        values, first = done.values, first or done
        clipped += done.clipped
    assert first is not None  # noqa: S101 it is done at least once
    return first._replace(values=values, clipped=tuple(clipped))


def _way(kernel: Kernel, show: str | None) -> str:
    """How values are made visible."""
    if show is None:
        return kernel.show
    if show not in SHOWS:
        hint = suggestion(show, SHOWS) or f"; there are {', '.join(SHOWS)}"
        raise ChoiceError(f'values can\'t be shown as "{show}"{hint}')
    return show


class _Asked(NamedTuple):
    """What is asked of each pass: `apply`'s own options, with how values are made visible."""

    kernel: Kernel
    way: str
    flip: bool
    options: dict[str, Any]
    algorithm: str
    threads: int | None
    counted: bool

    @property
    def several(self) -> bool:
        """Whether the results of several planes are joined."""
        return len(self.kernel.planes) > 1


def _once(values: Values, asked: _Asked) -> Filtered:
    """One pass."""
    colours = values.shape[-1] - (values.shape[-1] in ALPHA)
    x = values[..., :colours].transpose(2, 0, 1)
    _check_size(asked.kernel, x.shape, asked.options)
    _check_border(x, asked.options["border"])
    tasks, choices, plans = _prepare(x, asked)
    if not asked.several and asked.way != "absolute":
        y, clipped = carry_out(tasks[0], x, plans[0], threads=asked.threads)
    else:
        y = alike(x, tasks[0].y, values.dtype)

        def block(box: tuple[slice, ...]) -> Clipped:
            made = [plan.run(lay(task, x, box)) for plan, task in zip(plans, tasks, strict=True)]
            joined = np.abs(made[0]) if len(made) == 1 else np.hypot(*made)
            if y.dtype.kind == "u":
                return round_into(joined, y[:, *box], counting=asked.counted)
            y[:, *box] = joined
            return Clipped()

        clipped = Clipped.total(in_blocks(tasks[0], block, plans[0], asked.threads))
    made = y.transpose(1, 2, 0)
    if colours < values.shape[-1]:
        made = np.concatenate([made, _seen_through(values[..., colours:], tasks[0])], -1)
    return Filtered(made, (clipped,), tasks, choices)


class _Prepared(NamedTuple):
    """What is known before a value is looked at: for each plane the task, the choice, the plan."""

    tasks: tuple[Task, ...]
    choices: tuple[Choice, ...]
    plans: tuple[Plan, ...]


class _Preparation:
    """How something is prepared, by a key; two are equal if their keys are."""

    def __init__(self, key: tuple[Any, ...], prepare: Callable[[], _Prepared]) -> None:
        self.key, self.prepare = key, prepare

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Preparation) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=32)
def _remembered(preparation: _Preparation) -> _Prepared:
    return preparation.prepare()


def _prepare(x: Values, asked: _Asked) -> _Prepared:
    """Tasks, choices and plans, remembered for pictures of whole numbers: none of them is infinite.

    A folder of pictures of one size is thus thought about once.
    """
    every = planes(asked.kernel)
    blank = np.broadcast_to(np.zeros((), x.dtype), x.shape)  # what is remembered holds no picture
    seen = blank if x.dtype.kind == "u" else x

    def prepare() -> _Prepared:
        tasks = tuple(_task(seen, plane, asked) for plane in every)
        choices = tuple(choose(task, asked.algorithm, asked.threads) for task in tasks)
        chosen = zip(choices, tasks, strict=True)
        return _Prepared(tasks, choices, tuple(one.algorithm.plan(task) for one, task in chosen))

    if seen is x:
        return prepare()
    numbers = tuple((plane.shape, plane.tobytes()) for plane in every)
    others = asked._replace(kernel=None, options=repr(asked.options))  # type: ignore[arg-type]
    there = opencv.opencv() is None, fourier.scipy_fft() is None, cores()
    return _remembered(_Preparation((numbers, x.shape, x.dtype.str, others, there), prepare))


def planes(kernel: Kernel) -> list[NDArray[np.float64]]:
    """The kernel's rows as arrays."""
    return [np.array([[float(each) for each in row] for row in rows]) for rows in kernel.planes]


def _task(x: Values, plane: Values, asked: _Asked) -> Task:
    """One plane laid on every colour; computed in float32, of float64 pictures in float64."""
    way = asked.way
    turned = plane[::-1, ::-1] if asked.flip else plane
    whole = x.dtype.kind == "u"
    half = (np.iinfo(x.dtype).max + 1) // 2 if whole else 0
    computed = np.dtype(np.float64 if x.dtype == np.float64 else np.float32)
    joined = way == "absolute" or asked.several
    low, high = np.minimum(plane, 0).sum(), np.maximum(plane, 0).sum()
    clips = way == "middle" or low < 0 or high > 1 + 1e-9
    return make_task(
        x,
        np.broadcast_to(turned, (len(x), 1, *turned.shape)),
        groups=len(x),
        bias=[half] * len(x) if way == "middle" and whole else None,
        dtype=computed,
        result=x.dtype if whole and not joined else computed,
        counted=asked.counted and whole and bool(clips),
        **asked.options,
    )


def _check_size(kernel: Kernel, shape: tuple[int, ...], options: dict[str, Any]) -> None:
    """Refuse a kernel larger than the picture, and one without a middle where it is to have one."""
    (rows, columns), (_, high, wide) = kernel.size, shape
    if rows > high or columns > wide:
        what = f"the kernel, {columns}×{rows}, is larger than the picture, {wide}×{high}"
        raise RuleError(
            what, hint="both are width×height; take a smaller kernel", attribute="kernel"
        )
    if options["padding"] == "same" and not (rows % 2 and columns % 2):
        what = f"a kernel of {columns}×{rows} has no middle, so that the picture would be shifted"
        hint = "add a row or column of zeros, or say how much padding there is: valid, or a number"
        raise RuleError(what, hint=hint, attribute="kernel")


def _check_border(x: Values, border: Border) -> None:
    """Refuse a border that pictures of whole numbers can't hold."""
    if x.dtype.kind == "u" and border.value not in range(np.iinfo(x.dtype).max + 1):
        what = f"a border of {border.value:g} does not fit the picture"
        hint = f"its values are whole numbers from 0 to {np.iinfo(x.dtype).max:,}"
        raise RuleError(what, hint=hint, attribute="border")


def check_picture(values: Values) -> Values:
    """A picture's values as H×W×C; RuleError where they can't be a picture's."""
    sizes = "×".join(map(str, values.shape))
    if values.ndim not in {2, 3} or not values.size:
        raise RuleError(
            f"an array of {sizes or 'one number'} is no picture", hint="H×W or H×W×C is"
        )
    if values.dtype.name not in {"uint8", "uint16", "float32", "float64"}:
        what = f"a picture of {values.dtype.name} can't be filtered"
        raise RuleError(what, hint="of uint8, uint16, float32 and float64 it can")
    return values[..., None] if values.ndim == 2 else values  # noqa: PLR2004 no channels


def to_grey(values: Values) -> Values:
    """Colours as grey, 0.299 red + 0.587 green + 0.114 blue; transparency is kept.

    Source: ITU-R BT.601, luma; whole numbers are rounded, as Pillow does it.
    """
    channels = values.shape[-1]
    if channels < 3:  # noqa: PLR2004 grey already
        return values
    made = alike(values, (*values.shape[:2], channels - 2), values.dtype)
    made[..., 1:] = values[..., 3:]
    for top in range(0, len(values), 256):
        red, green, blue = np.moveaxis(values[top : top + 256, :, :3], -1, 0)
        if values.dtype.kind == "u":
            wide = red.astype(np.uint32) * 19595 + green.astype(np.uint32) * 38470
            made[top : top + 256, :, 0] = (wide + blue.astype(np.uint32) * 7471 + 0x8000) >> 16
        else:
            made[top : top + 256, :, 0] = 0.299 * red + 0.587 * green + 0.114 * blue
    return made


def _seen_through(alpha: Values, task: Task) -> Values:
    """Transparency where each window has its middle."""
    places = [
        np.clip(np.arange(count) * s - before + (reach - 1) // 2, 0, n - 1)
        for count, s, (before, _), reach, n in zip(
            task.y.size, task.stride, task.pads, task.spans, task.x.size, strict=True
        )
    ]
    if Shape(alpha.shape[:2]) == task.y.size and set(task.stride) == {1}:
        return alpha
    return alpha[np.ix_(*places)]
