"""Networks of ONNX, read with their weights and written so that they run."""

from netsheet.convert.format import Format, Weights
from netsheet.core.graph import Graph


def write(graph: Graph, weights: Weights) -> bytes:
    """The whole file, with the weights, or those that `to_torch()` draws where there are none."""
    from netsheet.convert.onnx_model.write import write as written

    return written(graph, weights)


FORMAT = Format("ONNX", (".onnx",), 60, "operators with their weights, for runtimes", write=write)
