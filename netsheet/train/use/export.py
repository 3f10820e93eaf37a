"""A trained model as an ONNX file that takes pictures as they are.

Requirements met here: border, resizing and normalisation are inside, so that whoever runs the file
needs to know nothing but the order of the classes, which it carries; what was written is run by
another program, and must answer as the model does, before anybody is told that it was written.

The network is written by torch's own exporter. Where the house's converter writes ONNX from a
graph, `_proto` is the one place to change.
"""

import io
import json
import logging
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from netsheet.core.errors import FileError
from netsheet.core.files import write_whole
from netsheet.train.use.model import Model

INPUT, OUTPUT = "pictures", "probabilities"

TOLERANCE = 1e-4
"""Largest difference of a probability that rounding in another order explains."""

CHECKED = 8
"""Pictures on which both are asked: all black, all white, and others at random."""


class Exported(NamedTuple):
    """A file that was written: its size, and how far its answers are from the model's.

    difference: the largest of a probability; None where onnxruntime is not installed to be asked.
    """

    path: Path
    bytes: int
    difference: float | None


class Whole(nn.Module):
    """Stored pictures to probabilities: intake, network and softmax in one module.

    Takes pictures N×C×H×W with 0…255 as 8-bit whole numbers, or float32 as the model's data were.
    """

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.network = model.network
        self.intake = model.intake
        self.ends_in_softmax = model.graph.rows[model.graph.outputs[-1]].layer.kind == "softmax"
        self.row = model.graph.rows[model.graph.outputs[-1]].name
        self.sign = model.head.outputs[-1].sign

    def forward(self, pictures: Tensor) -> Tensor:
        """Probabilities N×classes."""
        x = pictures.float()
        if self.intake.scale not in {1.0, 255.0}:
            x = x / 255 * self.intake.scale
        found = self.network(self.intake(x))
        last = (found[self.row] if isinstance(found, dict) else found).flatten(1)
        return last if self.ends_in_softmax else torch.softmax(self.sign * last, 1)


def export(model: Model, path: str | Path) -> Exported:
    """Write a model as ONNX, whole or not at all, once onnxruntime has answered as it does.

    FileError if it answers otherwise.
    """
    whole = Whole(model).eval()
    pictures = _examples(model)
    raw = _proto(whole, pictures, model)
    difference = _difference(raw, whole, pictures)
    if difference is not None and not difference <= TOLERANCE:
        what = f"{path} isn't written: onnxruntime answers otherwise than the model"
        raise FileError(f"{what}\n  a probability differs by {difference:g}", path=path)
    write_whole(path, raw)
    return Exported(Path(path), len(raw), difference)


def _examples(model: Model) -> Tensor:
    """Pictures as the file will be given: 8 bits, or floats where the model's data were floats."""
    generator = torch.Generator().manual_seed(0)
    shape = (CHECKED, *model.intake.pictures)
    if model.intake.scale == 1:
        return torch.randn(shape, generator=generator)
    values = torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
    values[0], values[1] = 0, 255
    return values


def _proto(whole: Whole, pictures: Tensor, model: Model) -> bytes:
    """The file's bytes, by torch's exporter."""
    import onnx

    out = io.BytesIO()
    torchs = logging.getLogger("torch.onnx")
    level = torchs.level
    torchs.setLevel(logging.ERROR)  # asides about packages that are not needed
    batch: Any = torch.export.Dim("batch", min=1, max=65536)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # asides of the exporter about itself
        program = torch.onnx.export(
            whole,
            (pictures,),
            dynamo=True,
            dynamic_shapes=({0: batch},),
            input_names=[INPUT],
            output_names=[OUTPUT],
            external_data=False,
            verbose=False,
        )
    torchs.setLevel(level)
    assert program is not None  # noqa: S101 torch gives one with dynamo
    made = program.model_proto
    notes = {"network": model.graph.name, "classes": json.dumps(model.classes, ensure_ascii=False)}
    onnx.helper.set_model_props(made, notes)
    onnx.save_model(made, out)
    return out.getvalue()


@torch.no_grad()
def _difference(raw: bytes, whole: Whole, pictures: Tensor) -> float | None:
    """The largest difference between onnxruntime's answers and ours; None where it is missing."""
    try:
        import onnxruntime
    except ModuleNotFoundError:
        return None
    session = onnxruntime.InferenceSession(raw, providers=["CPUExecutionProvider"])
    largest = 0.0
    for some in (pictures, pictures[:1]):
        (found,) = session.run([OUTPUT], {INPUT: some.numpy()})
        largest = max(largest, float((torch.from_numpy(found) - whole(some)).abs().max()))
    return largest
