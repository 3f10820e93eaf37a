"""A network as one file of plain PyTorch, which a person may go on with."""

from netsheet.convert.format import Format, Weights
from netsheet.core.graph import Graph


def write(graph: Graph, weights: Weights) -> str:  # noqa: ARG001 weights have files of their own
    """The file: classes, a forward pass, the names of the rows; it needs torch alone."""
    from importlib.metadata import version

    from netsheet.convert.pytorch_source.page import page

    return page(graph, version("netsheet"))


FORMAT = Format("PyTorch", (".py",), 60, "a module in plain PyTorch, to go on with", write=write)
