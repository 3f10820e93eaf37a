"""The output's shape."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from netsheet.core.graph import Node
from netsheet.core.numbers import Number
from netsheet.core.shape import AXIS_WORDS, Shape
from netsheet.layers.axis import pads, unread
from netsheet.layers.base import Whole
from netsheet.sheet.column import Column, Explanation, at_end, last
from netsheet.sheet.remember import remember

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts


def values(sheet: "Accounts") -> Sequence[Shape]:
    """C×H×W of every row."""
    return [facts.output for facts in sheet.facts]


def explain(sheet: "Accounts", node: Node) -> Explanation:
    """The rule of each axis, and what the rounding drops."""
    place = _shaping(sheet, node)
    row = sheet.graph.rows[place]
    shape = sheet.facts[node.last].output
    subject = f"{node.name}.output"
    if not row.reads:
        return Explanation(subject, str(shape), notes=("given",))
    layer, inputs, *_ = remember(sheet, place)
    made = layer.output(*inputs)
    parts = []
    letters = [f"{letter}_out" for letter in ("C", *shape.axes)] if shape.rank else ["out"]
    for letter, size in zip(letters, made, strict=False):
        if isinstance(size, Number) and size.expression.operator:
            parts.append(Explanation(letter, f"{int(size):,}", size.sum(), size.formula()))
        else:
            parts.append(Explanation(letter, f"{int(size):,}"))
    parts = _same_once(parts)
    notes = tuple(_dropped(sheet, place))
    return Explanation(subject, str(shape), parts=tuple(parts), notes=notes)


def _shaping(sheet: "Accounts", node: Node) -> int:
    """The row in a group that last changed the shape."""
    for place in range(node.last, node.first, -1):
        row = sheet.graph.rows[place]
        if len(row.reads) != 1 or sheet.facts[row.reads[0]].output != sheet.facts[place].output:
            return place
    return node.first


def _same_once(parts: list[Explanation]) -> list[Explanation]:
    """Axes with one and the same sum share a line: `H_out, W_out = …`."""
    merged: list[Explanation] = []
    for part in parts:
        if merged and merged[-1].sum and merged[-1].sum == part.sum:
            merged[-1] = merged[-1]._replace(subject=f"{merged[-1].subject}, {part.subject}")
        else:
            merged.append(part)
    return merged


def _dropped(sheet: "Accounts", place: int) -> list[str]:
    """What the floor leaves out: rows and columns of the input that no window reads."""
    row = sheet.graph.rows[place]
    facts = sheet.facts[place]
    layer: Any = row.layer
    if not facts.windows or any(isinstance(w, Whole) or w.up != 1 for w in facts.windows):
        return []
    kernel = getattr(layer, "kernel", None)
    if kernel is None or not hasattr(layer, "padding"):
        return []
    x = sheet.facts[row.reads[0]].output
    step = getattr(layer, "step", None) or layer.stride
    given = pads(layer.padding, x, kernel, step, getattr(layer, "dilation", 1))
    up = getattr(layer, "rounding", "down") == "up"
    left = []
    for letter, n, window, pad in zip(x.axes, x.size, facts.windows, given, strict=True):
        if isinstance(window, Whole):
            continue
        missed = unread(n, window.reads, window.stride, pad, window.gap, up=up)
        if missed:
            what = {"H": "row", "W": "column", "L": "value", "D": "slice"}[letter]
            left.append(f"{missed} {what}{'s' * (missed != 1)}")
    if not left:
        return []
    verb = "is" if left == ["1 row"] or (len(left) == 1 and left[0].startswith("1 ")) else "are"
    axes = "/".join(AXIS_WORDS[letter] for letter in x.axes) if x.rank == 1 else "far edge"
    return [
        f"the rounding down drops something: {' and '.join(left)} at the {axes} {verb} never read"
    ]


COLUMN = Column(
    name="output",
    title="output",
    unit="C×H×W",
    meaning="shape of what the row puts out, without the batch",
    headings=("output size", "output shape", "out size", "output dim", "size out", "feature map"),
    values=values,
    fold=last,
    total=at_end,
    explain=explain,
)
