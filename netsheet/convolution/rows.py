"""Rows of a network whose values can be followed: found by name, and followed from input or weight.

Requirements met here: none of it needs weights or a picture, nor any library.
"""

from netsheet.convolution.backwards import Met, Reader, met_by, read_by
from netsheet.convolution.reading import Place
from netsheet.core.errors import ChoiceError
from netsheet.core.graph import Graph, Node
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.sheet.infer import infer

FOLLOWED = frozenset({"conv", "max pool", "average pool", "adaptive pool"})
"""Families of layers whose outputs can be followed."""


def row_of(graph: Graph, name: str) -> tuple[int, Node]:
    """The place of a row that can be followed, by its name or that of the group that it is in."""
    node = graph.node(name)
    found = [
        place
        for place in range(node.first, node.last + 1)
        if graph.rows[place].layer.family in FOLLOWED
    ]
    if len(found) == 1:
        return found[0], node
    rows = ", ".join(graph.rows[place].name for place in found)
    why = f"name one of {rows}" if found else "convolutions and pools can be followed"
    several = "several rows" if found else "no row"
    raise ChoiceError(f'"{name}" has {several} that can be followed\n  {why}')


def layer_of(graph: Graph, name: str) -> tuple[str, Layer, Shape]:
    """A row that can be followed: its full name, its layer, and its input's shape."""
    place, _ = row_of(graph, name)
    row = graph.rows[place]
    return row.name, row.layer, infer(graph)[row.reads[0]].output


def readers_of(graph: Graph, name: str, place: Place) -> tuple[str, Layer, tuple[Reader, ...]]:
    """Every output of a row that reads an input value of it."""
    full, layer, x = layer_of(graph, name)
    return full, layer, read_by(layer, x, place)


def met_in(
    graph: Graph, name: str, index: Place
) -> tuple[str, Layer, int, tuple[Met, ...], tuple[int, ...]]:
    """Every input that a weight of a row meets: also its channel, and the weights' shape."""
    full, layer, x = layer_of(graph, name)
    channel, met = met_by(layer, x, index)
    return full, layer, channel, met, layer.weights(x)[0].shape
