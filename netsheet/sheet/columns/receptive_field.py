"""Receptive field: the part of the input that one output value can see."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from netsheet.core.graph import PARAMETER, Node
from netsheet.core.numbers import Number, explained
from netsheet.core.shape import AXES, AXIS_WORDS
from netsheet.layers.base import Whole, Window
from netsheet.sheet.column import Column, Explanation, last

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts

Exactly = int | Fraction


class AxisField(NamedTuple):
    """On one axis, output i sees the input from i·stride + first to i·stride + last, both in.

    exact: everything between is seen, and nothing outside; otherwise the ends are a bound.
    """

    stride: Exactly
    first: Exactly
    last: Exactly
    exact: bool

    @property
    def size(self) -> int:
        """Number of input pixels from the first to the last seen."""
        return int(self.last - self.first) + 1


class Field(NamedTuple):
    """The receptive field on every axis, and the input's size to compare it with."""

    axes: tuple[AxisField, ...]
    of: tuple[int, ...]

    @property
    def size(self) -> tuple[int, ...]:
        """Size on each axis, in pixels of the input."""
        return tuple(axis.size for axis in self.axes)

    @property
    def stride(self) -> tuple[Exactly, ...]:
        """Step of the field from one output to the next, in pixels of the input."""
        return tuple(axis.stride for axis in self.axes)

    @property
    def offset(self) -> tuple[Exactly, ...]:
        """Where the first output's field begins; below 0 it begins in the padding."""
        return tuple(axis.first for axis in self.axes)

    @property
    def exact(self) -> bool:
        """Whether the ends are exact, or a bound."""
        return all(axis.exact for axis in self.axes)

    @property
    def whole(self) -> bool:
        """Whether every output sees the whole input."""
        return bool(self.axes) and all(
            axis.stride == 0 and axis.first <= 0 and axis.last >= n - 1
            for axis, n in zip(self.axes, self.of, strict=True)
        )

    @property
    def relative(self) -> tuple[float, ...]:
        """Size against the input's, 1.0 for all of it."""
        return tuple(axis.size / n for axis, n in zip(self.axes, self.of, strict=True))

    def __str__(self) -> str:
        """`51`, or `51×35` where the axes differ; `≤` before a bound."""
        size = self.size
        text = str(size[0]) if len(set(size)) == 1 else "×".join(map(str, size))
        return ("" if self.exact else "≤ ") + (text if size else "1")


_START = AxisField(1, 0, 0, exact=True)
_NONE = Field((), ())
"""What a parameter sees: nothing of the input."""


def values(sheet: "Accounts") -> Sequence[Field]:
    """The field of every row, over all ways from the input."""
    fields: list[Field] = []
    facts = sheet.facts
    for place, (_, layer, reads, *_) in enumerate(sheet.graph.rows):
        own = facts[place]
        if len(reads) == 1:
            above = fields[reads[0]]
            if own.pointwise:
                fields.append(above)
            else:
                size = facts[reads[0]].output.size
                fields.append(Field(_through(above.axes, own.windows, size), above.of))
        elif reads:
            over = own.output.size
            sizes = [facts[read].output.size for read in reads]
            see = _stretched if own.pointwise else _mixed
            seen = [see(fields[read], n, over) for read, n in zip(reads, sizes, strict=True)]
            if not own.pointwise:  # the first is read through the row's own windows
                first = fields[reads[0]]
                seen[0] = Field(_through(first.axes, own.windows, sizes[0]), first.of)
            fields.append(_joined(seen, over))
        elif layer.kind == PARAMETER:
            fields.append(_NONE)
        else:
            size = own.output.size
            fields.append(Field((_START,) * len(size), size))
    return fields


def _through(
    axes: tuple[AxisField, ...], windows: tuple[Window | Whole, ...], size: tuple[int, ...]
) -> tuple[AxisField, ...]:
    """The field on each axis after a layer with these windows on a map of this size."""
    if not windows or not axes:
        return axes
    first = _axis(axes[0], windows[0], size[0])
    pair = len(axes) == len(windows) == 2  # noqa: PLR2004 the square case, computed once
    if pair and axes[0] == axes[1] and windows[0] == windows[1] and size[0] == size[1]:
        return (first, first)
    return (first, *map(_axis, axes[1:], windows[1:], size[1:]), *axes[len(windows) :])


def _axis(axis: AxisField, window: Window | Whole, n: int) -> AxisField:
    """One axis: the window's ends, each as far as the field of what it reads there."""
    stride, first, end, exact = axis
    if isinstance(window, Whole):
        covers = stride <= end - first + 1
        return AxisField(0, first, end + stride * (n - 1), exact and covers and window.exact)
    if window.up != 1:
        step = Fraction(stride) / window.up
        return AxisField(
            step * window.stride, first + step * window.first, end + step * window.last, exact=False
        )
    gapless = window.reads == 1 or stride * window.gap <= end - first + 1
    even = window.stride != 0 or window.reads == 1 or stride == 0
    return AxisField(
        stride * window.stride,
        first + stride * window.first,
        end + stride * window.last,
        exact and gapless and even,
    )


def _stretched(field: Field, size: tuple[int, ...], over: tuple[int, ...]) -> Field:
    """The field of a map as it is read by a join: a single position is read at every place."""
    if size == over or not field.axes:
        return field
    axes = [
        axis._replace(stride=0) if n == 1 and wide > 1 else axis
        for axis, n, wide in zip(field.axes, size, over, strict=False)
    ]
    return Field((*axes, *field.axes[len(axes) :]), field.of)


def _mixed(field: Field, size: tuple[int, ...], over: tuple[int, ...]) -> Field:  # noqa: ARG001 as _stretched
    """The field of a map every position of which may be read at every place, as in a product."""
    sizes = (*size, *(1,) * len(field.axes))
    axes = [_axis(axis, Whole(exact=False), n) for axis, n in zip(field.axes, sizes, strict=False)]
    return Field(tuple(axes), field.of)


def _joined(fields: list[Field], size: tuple[int, ...]) -> Field:
    """The field of a row that reads several: whatever any of them sees."""
    most = max(fields, key=lambda field: len(field.axes))
    of = most.of
    axes = []
    for index in range(len(most.axes)):
        own = [field.axes[index] for field in fields if len(field.axes) > index]
        n = size[index] if index < len(size) else 1
        axes.append(_union(own, n))
    return Field(tuple(axes), of)


def _union(axes: list[AxisField], n: int) -> AxisField:
    """The smallest field of one stride that holds all of them at each of n positions."""
    first = axes[0]
    if all(axis == first for axis in axes):
        return first
    stride = first.stride
    if all(axis.stride == stride for axis in axes):
        ends = sorted((axis.first, axis.last) for axis in axes)
        reach, joined = ends[0][1], True
        for low, high in ends[1:]:
            joined = joined and low <= reach + 1
            reach = max(reach, high)
        return AxisField(stride, ends[0][0], reach, joined and all(a.exact for a in axes))
    whole = [axis for axis in axes if axis.stride == 0]
    if whole:  # something sees everything, so the union sees at least that, wherever it is
        low = min(min(a.first, a.first + a.stride * (n - 1)) for a in axes)
        high = max(max(a.last, a.last + a.stride * (n - 1)) for a in axes)
        inside = all(w.first <= low and w.last >= high for w in whole)
        return AxisField(0, low, high, inside and all(a.exact for a in axes))
    step = max(axis.stride for axis in axes)
    low = min(min(a.first, a.first + (a.stride - step) * (n - 1)) for a in axes)
    high = max(max(a.last, a.last + (a.stride - step) * (n - 1)) for a in axes)
    return AxisField(step, low, high, exact=False)


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """Each step from the row above, with its numbers."""
    found = sheet.column("receptive_field")
    place = node.last
    while (
        place > node.first
        and sheet.facts[place].pointwise
        and len(sheet.graph.rows[place].reads) == 1
    ):
        place -= 1
    row, field = sheet.graph.rows[place], found[place]
    subject = f"{node.name}.receptive_field"
    parts: list[Explanation] = []
    letters = AXES[len(field.axes)]
    if len(row.reads) == 1 and not sheet.facts[place].pointwise and field.axes:
        above = found[row.reads[0]]
        read = sheet.facts[row.reads[0]].output
        for letter, axis, was, window in zip(
            letters, field.axes, above.axes, sheet.facts[place].windows, strict=False
        ):
            parts += _steps(
                letter, axis, was, window, read.size[letters.index(letter)] if read.rank else 1
            )
        parts = _square_once(parts)
    elif len(row.reads) > 1:
        parts = [Explanation(sheet.graph.rows[read].name, str(found[read])) for read in row.reads]
    return Explanation(subject, str(field), parts=tuple(parts), notes=tuple(_notes(field, letters)))


def _square_once(parts: list[Explanation]) -> list[Explanation]:
    """Height and width told once where they are the same."""
    half = len(parts) // 2
    height, width = parts[:half], parts[half:]
    nameless = [[part._replace(subject="") for part in side] for side in (height, width)]
    if not width or nameless[0] != nameless[1]:
        return parts
    return [part._replace(subject=part.subject.replace("_H", "")) for part in height]


def _steps(
    letter: str, axis: AxisField, was: AxisField, window: Window | Whole, n: int
) -> list[Explanation]:
    size, step = Number.symbol("size above", was.size), _symbol("step above", was.stride)
    if isinstance(window, Whole):
        whole = size + (Number.symbol("positions", n) - 1) * step
        return [_step(f"size_{letter}", whole)]
    if window.up != 1:
        return [Explanation(f"size_{letter}", f"at most {axis.size}")]
    reach = Number.symbol("window", (window.reads - 1) * window.gap + 1)
    padding = Number.symbol("padding", -window.first)
    return [
        _step(f"size_{letter}", size + (reach - 1) * step),
        _step(f"step_{letter}", step * Number.symbol("stride", window.stride)),
        _step(f"offset_{letter}", _symbol("offset above", was.first) - padding * step),
    ]


def _symbol(name: str, value: Exactly) -> Number:
    """A named number; of a fraction, behind a layer that enlarges, the whole part."""
    return Number.symbol(name, int(value))


def _step(subject: str, number: Number) -> Explanation:
    return Explanation(subject, explained(int(number)), number.sum(), number.formula())


def _notes(field: Field, letters: tuple[str, ...]) -> list[str]:
    if not field.axes:
        return ["a flat input has no positions"]
    notes = []
    for letter, axis, n in zip(letters, field.axes, field.of, strict=True):
        notes.append(f"{axis.size / n:.0%} of the input's {AXIS_WORDS[letter]}, {n}")
    if len(notes) == 2 and len(set(field.of)) == 1 and field.axes[0] == field.axes[1]:  # noqa: PLR2004 a square field is told once
        notes = [
            f"{field.axes[0].size / field.of[0]:.0%} of the input's height and width, {field.of[0]}"
        ]
    if field.whole:
        notes.append("every value here sees the whole input")
    if any(axis.first < 0 for axis in field.axes):
        notes.append("the first field begins outside the input, in the padding")
    if not field.exact:
        notes.append("a bound: ways of different stride meet, or the window leaves gaps")
    return notes


def last_map(sheet: "Accounts") -> int:
    """Place of the last map that has more than one position; of the last row if none has."""
    places = range(len(sheet.facts) - 1, -1, -1)
    found = (place for place in places if any(n > 1 for n in sheet.facts[place].output.size))
    return next(found, len(sheet.facts) - 1)


def _total(sheet: "Accounts", found: Sequence[Field]) -> Field:
    """The field of the last map."""
    return found[last_map(sheet)]


def explain_total(sheet: "Accounts") -> Explanation:
    """The field of the last map, and which that is."""
    place = last_map(sheet)
    line = next(node for node in sheet.graph.outline if node.first <= place <= node.last)
    inner = explain(sheet, sheet.graph.node(sheet.graph.rows[place].name))
    note = f"of {line.name}, the last map with more than one position"
    return inner._replace(notes=(note, *inner.notes))


COLUMN = Column(
    name="receptive_field",
    title="field",
    unit="pixels of the input",
    meaning="how much of the input one output value sees, with step and offset; ≤ marks a bound",
    headings=("receptive field", "rf", "receptive field size", "receptive fields"),
    values=values,
    fold=last,
    total=_total,
    explain=explain,
    explain_total=explain_total,
)
