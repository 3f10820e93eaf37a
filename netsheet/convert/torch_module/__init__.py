"""A torch module as a sheet: run on shapes alone, its calls translated into rows.

Requirements met here: the module is unchanged by it; parameters are counted to the last one, also
those that are used by nobody, or by what can't be expressed; weights come along.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from netsheet.convert.format import Format, Imported, Missing
from netsheet.convert.torch_module.capture import capture
from netsheet.convert.torch_module.naming import groups, names
from netsheet.convert.torch_module.rows import Draft
from netsheet.convert.torch_module.tidy import tidy
from netsheet.convert.torch_module.trace import Leaf, Trace, Traced
from netsheet.convert.torch_module.translate import Translator
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.registry import find

FORMAT = Format("PyTorch module", (), 90, "a module, by the function that makes it: path.py:make")


def from_module(
    module: Any, *shapes: Sequence[int], training: bool = False, name: str = ""
) -> Imported:
    """A network from a torch module, and the shape of each of its inputs without their batch.

    training: as it is trained, instead of as it is used. UnsupportedError where its way depends
    on values, RuleError for a shape that is none.
    """
    module = _inner(module)
    given = [Shape.of(shape) for shape in shapes]
    notes: list[str] = []
    if not given:
        given = [guessed(module, notes)]
    inputs = dict(zip(input_names(module, len(given)), map(tuple, given), strict=True))
    own = getattr(module, "graph", None)
    called = name or (own.name if isinstance(own, Graph) else type(module).__name__)
    trace = _run(module, inputs, training=training, notes=notes)
    found = imported(trace, called, notes)
    if trace.batch == 1 or not any(MIXING in each.why for each in found.missing):
        return found
    trace = capture(module, inputs, training=training, batch=1)
    alone = imported(
        trace, called, [*notes, "read as it runs on one sample: on several it would mix them"]
    )
    return alone if len(alone.missing) < len(found.missing) else found


MIXING = "the batch"
"""What is said of calls that mix samples, which code does that was written for one."""


def _run(
    module: Any, inputs: Mapping[str, tuple[int, ...]], *, training: bool, notes: list[str]
) -> Trace:
    """The run, on a batch of many; on a batch of one where the module takes no other."""
    try:
        return capture(module, inputs, training=training)
    except UnsupportedError:
        raise
    except Exception as error:  # noqa: BLE001 any error of the module's own
        try:
            trace = capture(module, inputs, training=training, batch=1)
        except Exception:  # noqa: BLE001 any error of the module's own; the first is the one to tell
            why = str(error).strip().splitlines()
            shown = f"{type(error).__name__}: {why[0] if why else ''}".rstrip(": ")
            given = ", ".join("×".join(map(str, shape)) for shape in inputs.values())
            what = f"{type(module).__name__} can't be run on {given}: {shown}"
            raise UnsupportedError(what) from error
        notes.append("read as it runs on one sample: on several it fails")
        return trace


def imported(trace: Trace, name: str, notes: list[str]) -> Imported:
    """The network of a trace."""
    t = Translator(trace)
    root = trace.visits[0]
    kind: Any = find("input")
    for label, traced in trace.inputs.items():
        sizes = traced.shape[1:]
        t.set(traced, t.add(root, label, kind(shape=Shape(sizes)), whole_name=True))
    t.run()
    drafts, ends = tidy(t, _ends(t))
    drafts += _copies(t, drafts, ends)
    drafts += _unused(t, drafts)
    called = names(drafts)
    rows = tuple(
        Row(label, draft.layer, draft.reads, draft.shares, draft.tied)
        for label, draft in zip(called, drafts, strict=True)
    )
    graph = Graph(name, rows, groups=groups(called, trace))
    missing = [Missing(*key, times) for key, times in t.missing.items()]
    missing += _uncounted(graph, trace)
    return Imported(graph, weights_of(called, drafts), tuple(missing), tuple(notes))


def _ends(t: Translator) -> list[int]:
    """The rows of the outputs."""
    ends = []
    for traced in t.trace.outputs.values():
        visit = traced.call.visit if traced.call is not None else t.trace.visits[0]
        try:
            ends.append(t.at(t.whole(traced), visit))
        except UnsupportedError as error:
            t.note("the output", t.trace.name, str(error))
    return ends


def _copies(t: Translator, drafts: list[Draft], ends: list[int]) -> list[Draft]:
    """An identity for each output that is also read inside, or given twice, to show it."""
    read = {place for draft in drafts for place in draft.reads}
    found = []
    labels = list(t.trace.outputs) if len(t.trace.outputs) == len(ends) else [""] * len(ends)
    for number, (label, place) in enumerate(zip(labels, ends, strict=True)):
        if place in read or place in ends[:number]:
            identity: Any = find("identity")
            text = f"output_{label or number}"
            found.append(Draft(t.trace.visits[0], text, identity(), (place,), whole_name=True))
    return found


def _unused(t: Translator, drafts: list[Draft]) -> list[Draft]:
    """A row for each parameter that no row has."""
    owned = {
        id(leaf.tensor)
        for draft in drafts
        for stored in draft.weights.values()
        for leaf in stored.traced.leaves()
    }
    count = len(t.rows)
    for label, tensor in t.trace.parameters.items():
        if id(tensor) not in owned:
            leaf = Leaf(label, tensor, trained=True)
            t.parameter_rows.pop(id(tensor), None)
            t.owners.pop(id(tensor), None)
            t.parameter(Traced(tuple(tensor.shape), varies=False, leaf=leaf))
    return t.rows[count:]


def _uncounted(graph: Graph, trace: Trace) -> list[Missing]:
    """A note if the rows' parameters are not the module's."""
    from netsheet.sheet.infer import totals

    counted = totals(graph).params
    there = sum(tensor.numel() for tensor in trace.parameters.values())
    if counted == there:
        return []
    why = f"the rows have {counted:,} parameters, and the module has {there:,}"
    return [Missing("parameters", trace.name, why)]


def weights_of(called: Sequence[str], drafts: Sequence[Draft]) -> dict[str, Any]:
    """The stored tensors by the names that the sheet gives them; none where they have no values."""
    found = {}
    for label, draft in zip(called, drafts, strict=True):
        for name, stored in draft.weights.items():
            value = stored.traced.value()
            if value is not None:
                found[f"{label}.{name}"] = value.reshape(stored.shape)
    return found


def _inner(module: Any) -> Any:
    """The module that others were laid around: data parallel, compiled."""
    from torch import nn
    from torch.jit import ScriptModule

    if not isinstance(module, nn.Module):
        raise UnsupportedError(f"a {type(module).__name__} is no torch module")
    if isinstance(module, ScriptModule):
        raise UnsupportedError("a scripted module shows none of its calls: give the module itself")
    while isinstance(module, nn.DataParallel | nn.parallel.DistributedDataParallel):
        module = module.module
    module = getattr(module, "_orig_mod", module)
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        if type(tensor).__name__.startswith("Uninitialized"):
            raise UnsupportedError(f"{name} has no shape yet: run the module once before")
    return module


def input_names(module: Any, count: int) -> list[str]:
    """What the inputs are called: `input` where it is one, else as `forward` calls them."""
    if count == 1:
        return ["input"]
    from inspect import Parameter, signature

    kinds = {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD}
    found = [p.name for p in signature(module.forward).parameters.values() if p.kind in kinds]
    return [found[n] if n < len(found) else f"input_{n + 1}" for n in range(count)]


def guessed(module: Any, notes: list[str]) -> Shape:
    """The input's shape where nobody says it: 224×224 with the first convolution's channels."""
    from torch import nn

    ranks = {nn.Conv1d: 1, nn.Conv2d: 2, nn.Conv3d: 3}
    for part in module.modules():
        if isinstance(part, nn.Linear):
            shape = Shape((part.in_features,))
            why = "as many as the first dense layer reads"
            break
        rank = next((rank for kind, rank in ranks.items() if isinstance(part, kind)), 0)
        if rank:
            side = {1: 1024, 2: 224, 3: 64}[rank]
            shape = Shape((part.in_channels, *(side,) * rank))
            why = "the channels are the first convolution's, and the size is the usual one"
            break
    else:
        raise UnsupportedError("its input can't be guessed: give its shape, as 3×224×224")
    notes.append(f"input {shape} is a guess: {why}")
    return shape
