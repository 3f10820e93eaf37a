"""A sheet as one page, whose figures open to their derivations."""

from netsheet.convert.format import Format, Weights
from netsheet.core.graph import Graph


def write(graph: Graph, weights: Weights) -> str:  # noqa: ARG001 figures only
    """The page, with the network's drawing."""
    from netsheet.render.html import render
    from netsheet.render.svg import draw
    from netsheet.sheet.sheet import Sheet

    sheet = Sheet(graph)
    return render(sheet, diagram=draw(sheet))


FORMAT = Format("HTML", (".html",), 40, "one page, readable without scripts", write=write)
