"""Sheet and data: what does not fit, and the exact change that would make it fit.

Requirements met here: a network is changed only on demand, and every cell that changes is shown;
the input becomes the data's where the network can read that, otherwise pictures are brought to the
input; nothing but the input and the layers that give the scores is touched.
"""

from dataclasses import replace
from typing import Any, NamedTuple

from netsheet.core.errors import FitError, NetsheetError, RuleError
from netsheet.core.graph import Graph
from netsheet.core.shape import Shape
from netsheet.run.intake import Rule
from netsheet.sheet.infer import infer

NEAR = 1.25
"""How much longer a side may be for pictures to be padded without being asked: 32 for 28."""


class Change(NamedTuple):
    """One cell that changes: row, column, before and after, and the row's parameters."""

    row: str
    column: str
    before: str
    after: str
    params: tuple[int, int]

    def __str__(self) -> str:
        """`fc8: out 1000 → 10 (params 4,097,000 → 40,970)`."""
        params = f" (params {self.params[0]:,} → {self.params[1]:,})"
        return f"{self.row}: {self.column} {self.before} → {self.after}" + params * (
            self.params[0] != self.params[1]
        )


class Fitted(NamedTuple):
    """A network that fits, how pictures are brought to its input, and what was changed."""

    graph: Graph
    rule: Rule
    changes: tuple[Change, ...]


def fit(
    graph: Graph,
    shape: Shape | None,
    classes: int,
    *,
    adapt: bool = False,
    rule: Rule | None = None,
) -> Fitted:
    """Bring a network and data together, or raise FitError with the change that would.

    shape: C×H×W of the pictures, or None if each has its own size and all are resized. adapt:
    change the sheet's input and classes where they don't fit. rule: how pictures are brought to
    the input, chosen from sizes where it is None.
    """
    changes: list[Change] = []
    misfits: list[str] = []
    counted = _classes(graph, classes)
    if counted.changes:
        changes += counted.changes
        misfits += counted.misfits
    wanted = counted.graph
    own = wanted.input_shape
    if shape is not None and shape.rank != own.rank:
        what = f"{graph.name} reads {own}, and the data are {shape}"
        raise FitError(f"{what}\n  they differ in their axes: another network, or other data")
    if shape is None:
        if own.rank != 2:  # noqa: PLR2004 height and width
            raise FitError(f"{graph.name} reads {own}, and the data are pictures")
        return _settled(graph, Fitted(wanted, "as they are", tuple(changes)), misfits, adapt=adapt)
    if shape != own and rule is None:
        if shape.channels == own.channels and _near(shape, own):
            rule = "pad"
        else:
            reshaped = _reads(wanted, shape)
            if reshaped is not None:
                wanted = reshaped
                change = Change(_input(graph), "shape", str(own), str(shape), (0, 0))
                changes.insert(0, change)
                misfits.insert(0, f"its input is {own}, and the pictures are {shape}")
            else:
                wanted, rule, more = _brought(wanted, shape)
                misfits.insert(0, f"its input is {own}, and the pictures are {shape}")
                changes[:0] = [
                    Change(_input(graph), "shape", str(own), str(after), (0, 0)) for after in more
                ]
    if shape == own:
        rule = "as they are"
    return _settled(
        graph, Fitted(wanted, rule or "as they are", tuple(changes)), misfits, adapt=adapt
    )


def _settled(graph: Graph, fitted: Fitted, misfits: list[str], *, adapt: bool) -> Fitted:
    """The fitted network with its changes told, or FitError if it may not be changed."""
    changes = _with_params(graph, fitted.graph, fitted.changes)
    if not misfits or adapt:
        return fitted._replace(changes=changes)
    lines = [f"{graph.name} does not fit the data"]
    lines += [f"  {misfit}" for misfit in misfits]
    if changes:
        lines.append("  --adapt changes the sheet for this training:")
        lines += [f"    {change}" for change in changes]
        if fitted.rule == "resize":
            lines.append("    and the pictures are resized to its input")
    if fitted.rule == "resize" or any(change.column == "shape" for change in changes):
        lines.append("  --fit resize brings the pictures to the sheet's input instead")
    raise FitError("\n".join(lines))


def _near(shape: Shape, own: Shape) -> bool:
    """Whether the input is so little larger than the pictures that a border comes naturally."""
    return all(had <= size <= NEAR * had for had, size in zip(shape.size, own.size, strict=True))


def _input(graph: Graph) -> str:
    return graph.rows[graph.inputs[0]].name


def _reads(graph: Graph, shape: Shape) -> Graph | None:
    """The network on another input, or None if it can't read that."""
    changed = graph.with_input(shape)
    try:
        infer(changed)
    except RuleError:
        return None
    return changed


def _brought(graph: Graph, shape: Shape) -> tuple[Graph, Rule, list[Shape]]:
    """The network with the data's channels if it can read them; pictures are resized to it."""
    own = graph.input_shape
    if shape.channels == own.channels:
        return graph, "resize", []
    same_size = Shape((shape.channels, *own.size))
    changed = _reads(graph, same_size)
    return (graph, "resize", []) if changed is None else (changed, "resize", [same_size])


def _with_params(before: Graph, after: Graph, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Changes with the parameters of their rows, and rows that change because of them."""
    try:
        old = [facts.params for facts in infer(before)]
    except NetsheetError:
        return changes
    new = [facts.params for facts in infer(after)]
    named = {change.row for change in changes}
    found = [
        change._replace(params=(old[before.index[change.row]], new[after.index[change.row]]))
        for change in changes
    ]
    for place, row in enumerate(before.rows):
        if old[place] != new[place] and row.name not in named:
            found.append(Change(row.name, "params", f"{old[place]:,}", f"{new[place]:,}", (0, 0)))
    return tuple(found)


class Counted(NamedTuple):
    """A network whose outputs are as many as the classes, and what that took."""

    graph: Graph
    changes: list[Change]
    misfits: list[str]


def _classes(graph: Graph, classes: int) -> Counted:
    """Give every output as many scores as there are classes."""
    facts = infer(graph)
    rows = list(graph.rows)
    changes, misfits = [], []
    for place in graph.outputs:
        values = facts[place].output.values
        if values == classes:
            continue
        name = rows[place].name
        source = _maker(graph, place)
        if source is None:
            what = f'"{name}" of {graph.name} gives {facts[place].output}, no score for a class'
            raise FitError(f"{what}\n  end the network in a dense layer of {classes}")
        layer: Any = rows[source].layer
        before = layer.out
        rows[source] = rows[source]._replace(layer=replace(layer, out=classes))
        changes.append(Change(rows[source].name, "out", str(before), str(classes), (0, 0)))
        misfits.append(f'"{name}" gives {values:,} scores, and the data have {classes:,} classes')
    changed = replace(graph, rows=tuple(rows)) if changes else graph
    made = infer(changed)
    for place in changed.outputs:
        if made[place].output.values != classes:
            what = f'"{rows[place].name}" of {graph.name} gives {made[place].output}'
            raise FitError(
                f"{what}, no score for each of {classes} classes\n"
                f"  end the network in a global average pool, or a dense layer of {classes}"
            )
    return Counted(changed, changes, misfits)


def _maker(graph: Graph, place: int) -> int | None:
    """The row that settles how many channels an output has, if it can be given others."""
    while True:
        row = graph.rows[place]
        if any(attribute.name == "out" for attribute in type(row.layer).attributes()):
            links = getattr(row.layer, "links", None)
            return None if row.layer.out is None or links else place
        if len(row.reads) != 1:
            return None
        place = row.reads[0]
