"""The main table as CSV, for spreadsheets. Reading one is the business of `netsheet.text`."""

from netsheet.convert.format import Format, Weights
from netsheet.core.graph import Graph


def write(graph: Graph, weights: Weights) -> str:  # noqa: ARG001 a table holds none
    """The table, its first row the input; reading it gives the same network."""
    from netsheet.text.write import write_csv

    return write_csv(graph)


FORMAT = Format("CSV", (".csv",), 20, "the main table, for spreadsheets", write=write)
