"""A whole network as operators: all that a file holds but its weights' values.

Requirements met here: shared weights stand in the file once, under their owner's name; what is
the same for every sample is known to be, so that it can be repeated for each where it must.
"""

from collections.abc import Sequence
from typing import NamedTuple

from netsheet.convert.onnx_model.builder import Fixed, Laid, Operators
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import INPUT, OWN, PARAMETER, Graph, Row
from netsheet.core.shape import Shape
from netsheet.sheet.infer import infer


class Plan(NamedTuple):
    """A network as operators: everything that the file holds but its weights' values.

    tensors: shape of each stored tensor, by name `row.tensor`. sizes: shape of each row's value,
    without the batch. once: values that are the same for every sample, a batch of one.
    """

    nodes: tuple[Laid, ...]
    constants: dict[str, Fixed]
    tensors: dict[str, tuple[int, ...]]
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]
    sizes: dict[str, Shape]
    once: frozenset[str]


def plan(graph: Graph) -> Plan:
    """The whole network as operators. UnsupportedError names a row that ONNX can't say."""
    shapes: list[Shape] = [facts.output for facts in infer(graph)]
    names = _tensor_names(graph, shapes)
    nodes: list[Laid] = []
    constants: dict[str, Fixed] = {}
    once: set[str] = set()
    for row, mine in zip(graph.rows, names, strict=True):
        if row.layer.kind == INPUT:
            continue
        reads = tuple(graph.rows[read].name for read in row.reads)
        laid = Operators(row, reads, once, mine.__getitem__)
        nodes += laid.finish(_result(row, laid, [shapes[read] for read in row.reads]))
        constants |= laid.constants
        if row.layer.kind == PARAMETER or (reads and once.issuperset(reads)):
            once.add(row.name)
    used = {value for node in nodes for value in node.inputs}
    tensors = {
        mine[weight.name]: tuple(map(int, weight.shape))
        for row, mine in zip(graph.rows, names, strict=True)
        for weight in row.layer.weights(*(shapes[read] for read in row.reads))
        if mine[weight.name] in used
    }
    given = {graph.rows[place].name: shapes[place] for place in graph.inputs}
    outputs: dict[str, Shape] = {}
    for place in graph.outputs:
        name = graph.rows[place].name
        if name in given:  # an input that nobody reads is an output too
            nodes.append(Laid("Identity", f"{name}/Identity", (name,), f"{name}/output", ()))
            name += "/output"
        outputs[name] = shapes[place]
    sizes = {row.name: shape for row, shape in zip(graph.rows, shapes, strict=True)}
    return Plan(tuple(nodes), constants, tensors, given, outputs, sizes, frozenset(once))


def _result(row: Row, laid: Operators, xs: Sequence[Shape]) -> str:
    """Lay down a row's operators; the value they give."""
    try:
        result: str = row.layer.to_onnx(laid, *xs)
    except NotImplementedError as error:
        message = f'"{row.name}": {row.layer.kind} has no form in ONNX'
        raise UnsupportedError(message) from error
    except UnsupportedError as error:
        message = f'"{row.name}": {row.layer.kind} has no form in ONNX: {error}'
        raise UnsupportedError(message) from error
    return result


def _tensor_names(graph: Graph, shapes: Sequence[Shape]) -> list[dict[str, str]]:
    """For each row, what its stored tensors are called: as its own, or as their owner's."""
    found: list[dict[str, str]] = []
    for row in graph.rows:
        stored = row.layer.weights(*(shapes[read] for read in row.reads))
        mine = {weight.name: f"{row.name}.{weight.name}" for weight in stored}
        if row.shares != OWN:
            theirs = found[row.shares]
            mine |= {name: theirs[name] for name in row.tied or tuple(theirs) if name in mine}
        found.append(mine)
    return found
