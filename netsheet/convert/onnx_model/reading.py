"""An ONNX file as a network: its rows, its weights, and everything that could not be said.

Requirements met here: the file is checked before anything is made of it; values are read when
they are asked for; a file that we wrote gives the very sheet that it was written from; whatever
is at fault, the message names the file.
"""

from pathlib import Path

from netsheet.convert.format import Imported
from netsheet.convert.onnx_model.carried import carried
from netsheet.convert.onnx_model.model import open_model
from netsheet.convert.onnx_model.rows import rows_of
from netsheet.convert.onnx_model.tensors import Stored
from netsheet.convert.onnx_model.walk import Walk
from netsheet.core.errors import FileError
from netsheet.core.shape import Shape


def read(path: Path, wanted: Shape | None) -> Imported:
    """Read a file; `wanted` is the first input's shape, C×H×W, where the file leaves it open.

    FileError for a file that is not whole or contradicts itself, UnsupportedError for one of
    which nothing can be read.
    """
    try:
        return _read(path, wanted)
    except FileError as error:
        if error.path == path:
            raise
        raise FileError(f"{path} is no network\n  {error}", path=path) from error


def _read(path: Path, wanted: Shape | None) -> Imported:
    model = open_model(path)
    found = carried(model, wanted)
    if found.imported is not None:
        return found.imported
    rows = rows_of(Walk(model, wanted))
    notes = (*found.notes, *rows.notes)
    return Imported(rows.graph, Stored(rows.weights), rows.missing, notes)
