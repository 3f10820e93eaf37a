"""A sheet in Markdown, which people write. Reading one is the business of `netsheet.text`."""

from netsheet.convert.format import Format, Weights
from netsheet.core.graph import Graph


def write(graph: Graph, weights: Weights) -> str:  # noqa: ARG001 a sheet holds none
    """The canonical sheet; reading it gives the same network."""
    from netsheet.text.write import write_markdown

    return write_markdown(graph)


FORMAT = Format("Markdown", (".md",), 10, "a sheet, as people write it", write=write)
