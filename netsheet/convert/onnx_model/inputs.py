"""What a file says of the network's inputs: which there are, how large, and the batch.

Requirements met here: the first axis is the batch, and is told apart; what the file leaves open
must be given; tensors that old files list among the inputs are none.
"""

from collections.abc import Mapping
from typing import NamedTuple

from netsheet.convert.onnx_model.model import Given, Model
from netsheet.core.errors import FileError, RuleError, UnsupportedError
from netsheet.core.shape import AXES, Shape
from netsheet.core.span import shorten

OPEN_BATCH = 7919
"""An open batch stands in sums about sizes as this prime, and so it is known again in them."""


class Inputs(NamedTuple):
    """Inputs that are read, with the shape of a sample, the batch, and what is to be said."""

    shapes: dict[str, Shape]
    batch: int
    notes: tuple[str, ...]


def inputs_of(model: Model, readers: Mapping[str, int], wanted: Shape | None) -> Inputs:
    """The network's inputs; the shape wanted is the first's."""
    read = [each for each in model.inputs if each.name in readers]
    idle = [each.name for each in model.inputs if each.name not in readers]
    notes = [f"nothing reads the input {', '.join(map(shorten, idle[:8]))}"] if idle else []
    if not read:
        raise FileError(f"{model.path} has no input", path=model.path)
    first = (read[0].sizes or (None,))[0]
    batch = first if isinstance(first, int) and first > 0 else OPEN_BATCH
    if batch not in {1, OPEN_BATCH}:
        notes.append(f"the file is made for batches of {batch:,}; a sheet is for one sample")
    shapes = {
        each.name: wanted if place == 0 and wanted is not None else _declared(each, model)
        for place, each in enumerate(read)
    }
    return Inputs(shapes, batch, tuple(notes))


def _declared(given: Given, model: Model) -> Shape:
    """An input's shape as the file has it; FileError where it is open, or can't be."""
    path, name = model.path, shorten(given.name)
    hint = "say how large it is: --input C×H×W"
    if given.sizes is None:
        raise FileError(f'{path} leaves its input "{name}" open\n  {hint}', path=path)
    sample = given.sizes[1:]
    shown = "×".join("?" if size is None else str(size) for size in given.sizes) or "one number"
    if not 1 <= len(sample) <= len(AXES):
        why = f'its input "{name}" is {shorten(shown, 60)}'
        need = "a sheet's has its batch first, then channels and up to three axes"
        raise UnsupportedError(f"{path} can't be read\n  {why}\n  {need}")
    sizes = [size for size in sample if isinstance(size, int)]
    if len(sizes) < len(sample):
        what = f'{path} leaves its input "{name}" open: {shorten(shown, 60)}'
        raise FileError(f"{what}\n  {hint}", path=path)
    try:
        return Shape.of(sizes)
    except RuleError as error:
        what = f'{path} has an input "{name}" of no size\n  {error.what}'
        raise FileError(what, path=path) from error
