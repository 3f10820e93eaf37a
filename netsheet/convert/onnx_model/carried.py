"""The sheet that a file of ours carries, taken if it is still what the file computes.

Operators don't say all that a sheet does: which padding was called "same", how a batch norm
learns, which layers follow in place. So a file carries its sheet as text. It is believed only if
writing it again gives these very operators, inputs, outputs and tensors, name for name; a file
that was changed since is read from its operators like any other.
"""

from typing import Any, NamedTuple

from netsheet.convert.format import Imported
from netsheet.convert.onnx_model.model import Model
from netsheet.convert.onnx_model.plan import Plan, plan
from netsheet.convert.onnx_model.tensors import Stored
from netsheet.core.errors import NetsheetError
from netsheet.core.graph import Graph
from netsheet.core.shape import Shape

LONGEST = 16_000_000
"""Characters of a sheet, as of one in a file of its own."""


class Carried(NamedTuple):
    """The network of the sheet that a file carries, if that is to be believed; and what to say."""

    imported: Imported | None
    notes: tuple[str, ...] = ()


def carried(model: Model, wanted: Shape | None) -> Carried:
    """The file's own sheet, on an input of the shape wanted if one is."""
    from netsheet.convert.onnx_model.writing import SHEET

    texts = [each.value for each in model.proto.metadata_props if each.key == SHEET]
    if len(texts) != 1 or len(texts[0]) > LONGEST:
        return Carried(None)
    stale = "the sheet that the file carries is not what it computes: read from its operators"
    try:
        graph = _graph(texts[0])
        made = plan(graph)
    except NetsheetError:
        return Carried(None, (stale,))
    if not agrees(made, model):
        return Carried(None, (stale,))
    weights = Stored({name: model.constants[name] for name in made.tensors})
    graph = graph if wanted is None else graph.with_input(wanted)
    return Carried(Imported(graph, weights))


def _graph(text: str) -> Graph:
    """A network from a sheet's text."""
    from netsheet.sheet.columns import headings
    from netsheet.text.read import read

    return read(text, source="the file's own sheet", computed=headings()).graph


def agrees(made: Plan, model: Model) -> bool:
    """Whether a network is written as exactly what a file holds, but for its weights' values."""
    from netsheet.convert.onnx_model.writing import node_of

    graph = model.proto.graph
    if len(graph.node) != len(made.nodes) or model.proto.functions or graph.sparse_initializer:
        return False
    held = {each.name: each for each in graph.initializer}
    if len(held) != len(graph.initializer) or held.keys() != made.constants.keys() | made.tensors:
        return False
    given = {each.name: each.sizes for each in model.inputs}
    if [*given] != [*made.inputs] or model.outputs != tuple(made.outputs):
        return False
    shapes = all(sizes and sizes[1:] == made.inputs[name] for name, sizes in given.items())
    return (
        shapes
        and all(tuple(held[name].dims) == shape for name, shape in made.tensors.items())
        and all(_same(held[name], constant) for name, constant in made.constants.items())
        and all(map(_alike, graph.node, map(node_of, made.nodes)))
    )


def _alike(one: Any, other: Any) -> bool:
    """Whether two operators are one but for what tools note about them."""
    parts = ("op_type", "domain", "name", "input", "output")
    if any(getattr(one, part) != getattr(other, part) for part in parts):
        return False
    mine, theirs = (sorted(each.attribute, key=lambda a: str(a.name)) for each in (one, other))
    return mine == theirs


def _same(held: Any, constant: Any) -> bool:
    """Whether a tensor of the file is this constant."""
    import numpy as np
    from onnx import numpy_helper

    if tuple(held.dims) != constant.shape or len(held.raw_data) > 8 * len(constant.values):
        return False
    try:
        array = numpy_helper.to_array(held)
    except (ValueError, TypeError):
        return False
    wanted = np.array(constant.values, np.int64 if constant.whole else np.float32)
    return bool(array.dtype == wanted.dtype and np.array_equal(array.reshape(-1), wanted))
