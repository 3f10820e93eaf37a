"""A network drawn by its structure."""

from netsheet.convert.format import Format, Weights
from netsheet.core.graph import Graph


def write(graph: Graph, weights: Weights) -> str:  # noqa: ARG001 a drawing holds none
    """The drawing."""
    from netsheet.render.svg import draw
    from netsheet.sheet.sheet import Sheet

    return draw(Sheet(graph))


FORMAT = Format("SVG", (".svg",), 50, "a drawing by structure", write=write)
