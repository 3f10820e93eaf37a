"""Networks of ONNX, read with their weights and written so that they run."""

from pathlib import Path

from netsheet.convert.format import Format, Imported, Weights
from netsheet.core.graph import Graph
from netsheet.core.shape import Shape


def read(path: Path, wanted: Shape | None) -> Imported:
    """A file's network; `wanted` is the first input's shape, where the file leaves it open."""
    from netsheet.convert.onnx_model.reading import read as found

    return found(path, wanted)


def write(graph: Graph, weights: Weights) -> bytes:
    """The whole file, with the weights, or those that `to_torch()` draws where there are none."""
    from netsheet.convert.onnx_model.writing import write as written

    return written(graph, weights)


FORMAT = Format("ONNX", (".onnx",), 60, "operators with their weights, for runtimes", read, write)
