"""A sheet with its computed cells as JSON, for programs."""

from netsheet.convert.format import Format, Weights
from netsheet.core.graph import Graph

ALL = 99


def write(graph: Graph, weights: Weights) -> str:  # noqa: ARG001 figures only
    """Every row and column, groups opened."""
    from netsheet.render.json_sheet import render
    from netsheet.sheet.sheet import Sheet

    return render(Sheet(graph), depth=ALL)


FORMAT = Format("JSON", (".json",), 30, "every cell computed, for programs", write=write)
