"""Operations as rows of a sheet: those that lead to an output, named, with their weights.

Requirements met here: an operator that no layer is stands in its place where its shape is known,
and is told with its reason either way; weights that several rows use are one row's, and the
others share them; what the file stores and nothing reads is said.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from netsheet.convert.format import Missing
from netsheet.convert.onnx_model.naming import names
from netsheet.convert.onnx_model.operation import Operation, Value
from netsheet.convert.onnx_model.tensors import Tensor
from netsheet.convert.onnx_model.walk import Walk
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import OWN, Graph, Group, Row
from netsheet.core.span import shorten
from netsheet.layers.identity import Identity
from netsheet.layers.opaque import Opaque

FURTHEST = 1000
"""Operators that are no rows, through which a row may read."""

SHOWN = 8
"""Tensors of one sort that a note lists."""


class Rows(NamedTuple):
    """A network with its weights by the rows' names, and what is to be said about it."""

    graph: Graph
    weights: dict[str, Tensor]
    missing: tuple[Missing, ...]
    notes: tuple[str, ...]


def rows_of(walk: Walk) -> Rows:
    """The rows of a walk; UnsupportedError where none are left."""
    live = _live(walk)
    missing = [each for each in live if each.layer is None and each.why]
    kept = _kept(live)
    kept += _outputs(walk, kept)
    if all(each.op == "Input" for each in kept):
        told = "\n".join(f"  {each}" for each in _told(missing, {})[:SHOWN])
        raise UnsupportedError(f"{walk.model.path} has no operator that a layer is\n{told}")
    labels, thens = names(kept)
    label = {id(each): name for each, name in zip(kept, labels, strict=True)}
    shared = _Shared(kept, labels)
    place = {id(each.output): number for number, each in enumerate(kept)}
    rows = tuple(
        Row(name, each.layer, tuple(place[id(value)] for value in each.reads), *shared.of[number])
        for number, (name, each) in enumerate(zip(labels, kept, strict=True))
    )
    groups = {name: Group("then", kind) for name, kind in thens.items()}
    graph = Graph(_title(walk), rows, groups)
    notes = (*walk.notes, *_notes(walk), *shared.notes, *_idle(walk))
    return Rows(graph, shared.weights, _told(missing, label), notes)


def _live(walk: Walk) -> list[Operation]:
    """The operations that lead to an output, in order; those without a shape lead there too."""
    found: set[int] = set()
    waiting = [value.maker for value in walk.outputs if value.maker is not None]
    while waiting:
        operation = waiting.pop()
        if id(operation) in found:
            continue
        found.add(id(operation))
        reads = operation.reads if operation.layer is not None else tuple(operation.maps())
        waiting += [value.maker for value in reads if value.maker is not None]
    found |= {id(each) for each in walk.inputs}
    return [operation for operation in walk.made if id(operation) in found]


def _kept(live: Sequence[Operation]) -> list[Operation]:
    """The operations that are rows; where no layer is one, a row stands in if its shape is known.

    It reads the nearest rows above it, through operators that are none.
    """
    found: list[Operation] = []
    rows: set[int] = set()
    for operation in live:
        sample = operation.output.sample
        if operation.layer is None and sample is not None:
            reads = _nearest(operation, rows)
            if not reads:
                continue
            operation.layer = Opaque(called=shorten(operation.node.op), sizes=tuple(sample))
            operation.reads = reads
        if operation.layer is None:
            continue
        if all(id(value.maker) in rows for value in operation.reads):
            rows.add(id(operation))
            found.append(operation)
    return found


def _nearest(operation: Operation, rows: set[int]) -> tuple[Value, ...]:
    """The values of rows that an operation reads, through others."""
    found: dict[int, Value] = {}
    seen: set[int] = set()
    waiting = list(operation.maps())[::-1]
    while waiting and len(seen) < FURTHEST:
        value = waiting.pop()
        if value.maker is None or id(value) in seen:
            continue
        seen.add(id(value))
        if id(value.maker) in rows:
            found.setdefault(id(value), value)
        else:
            waiting += list(value.maker.maps())[::-1]
    return tuple(found.values())


def _outputs(walk: Walk, kept: Sequence[Operation]) -> list[Operation]:
    """Rows for outputs that other rows read too, and for inputs that are put out as they are."""
    read = {id(value) for each in kept for value in each.reads}
    made = {id(each.output) for each in kept}
    found = []
    for name, value in zip(walk.model.outputs, walk.outputs, strict=True):
        given = value.maker is not None and value.maker.op == "Input"
        if (id(value) in read or given) and id(value) in made:
            from netsheet.convert.onnx_model.model import Node

            node = Node("Identity", "", (), (name,), ())
            copy = Operation("Identity", (value,), {}, node, layer=Identity(), reads=(value,))
            copy.output = Value(name, value.shape, maker=copy)
            found.append(copy)
    return found


def _told(missing: Sequence[Operation], labels: dict[int, str]) -> tuple[Missing, ...]:
    """What could not be expressed, each thing once."""
    counts: Counter[tuple[str, str]] = Counter((each.node.op, each.why) for each in missing)
    first: dict[tuple[str, str], str] = {}
    for each in missing:
        where = labels.get(id(each)) or each.node.name or (*each.node.outputs, "")[0]
        first.setdefault((each.node.op, each.why), shorten(where, 80))
    return tuple(
        Missing(shorten(op), first[op, why], why, times) for (op, why), times in counts.items()
    )


class _Shared:
    """Which row has which tensor, and which use another's."""

    def __init__(self, kept: Sequence[Operation], labels: Sequence[str]) -> None:
        self.of: list[tuple[int, tuple[str, ...]]] = []
        self.weights: dict[str, Tensor] = {}
        self.notes: list[str] = []
        owners: dict[tuple[str, str, tuple[int, ...]], int] = {}
        homes: dict[str, str] = {}
        for place, operation in enumerate(kept):
            keys = {
                name: (tensor.name, name, tensor.shape)
                for name, tensor in operation.stored.items()
                if tensor.name
            }
            theirs = {name: owners[key] for name, key in keys.items() if key in owners}
            owner = min(theirs.values(), default=OWN)
            tied = tuple(name for name, other in theirs.items() if other == owner)
            whole = len(tied) == len(operation.stored)
            same = owner != OWN and kept[owner].stored.keys() == operation.stored.keys()
            self.of.append((owner, () if whole and same else tied))
            for name, tensor in operation.stored.items():
                if name in tied:
                    continue
                home = f"{labels[place]}.{name}"
                self.weights[home] = tensor
                if owner == OWN and name in keys:
                    owners[keys[name]] = place
                if tensor.name in homes:
                    twice = f"{homes[tensor.name]} and {home}"
                    self.notes.append(f"one tensor is {twice}, and counted for each")
                homes.setdefault(tensor.name, home)


def _notes(walk: Walk) -> list[str]:
    found = []
    if walk.merged:
        norms = "a batch norm" if walk.merged == 1 else f"{walk.merged} batch norms"
        what = "with a layer of its own for factor and summand, read as one norm"
        found.append(f"{norms} {what}: two numbers a channel are learnt, of the four stored")
    if walk.fixed:
        listed = ", ".join(shorten(name) for name in sorted(walk.fixed)[:SHOWN])
        more = ", …" if len(walk.fixed) > SHOWN else ""
        found.append(f"stored single numbers are read as fixed, not as trained: {listed}{more}")
    return found


def _idle(walk: Walk) -> list[str]:
    """Tensors that the file stores and nothing reads."""
    read = {name for node in walk.model.nodes for name in node.inputs} | set(walk.model.outputs)
    idle = [name for name in walk.model.constants if name not in read]
    if not idle:
        return []
    values = sum(walk.model.constants[name].count for name in idle)
    listed = ", ".join(shorten(name) for name in idle[:SHOWN]) + (
        ", …" if len(idle) > SHOWN else ""
    )
    return [f"nothing reads {len(idle)} of its tensors, of {values:,} values: {listed}"]


def _title(walk: Walk) -> str:
    """The network's name: the graph's, unless an exporter calls all of them so."""
    name = walk.model.name
    dull = {"main_graph", "torch_jit", "torch-jit-export", "graph", "main", "tf2onnx", "model"}
    return walk.model.path.stem if name.casefold() in dull else name
