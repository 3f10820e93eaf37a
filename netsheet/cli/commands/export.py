"""`netsheet export`: a trained model for other programs."""

import argparse
import gc
from pathlib import Path

from netsheet.cli.command import Command
from netsheet.cli.streams import put
from netsheet.core.errors import ChoiceError


def arguments(command: argparse.ArgumentParser) -> None:
    """Which model, to where."""
    command.add_argument("model", metavar="RUN", help="a run's folder, or its model.safetensors")
    command.add_argument("out", metavar="OUT", help="a path ending in .onnx")


def run(asked: argparse.Namespace) -> int:
    """Write it, and say how it was checked."""
    gc.enable()
    if Path(asked.out).suffix.casefold() != ".onnx":
        raise ChoiceError(f'"{asked.out}" ends in no format that can be written; there is .onnx')
    from netsheet.train.use.export import INPUT, OUTPUT, export
    from netsheet.train.use.model import load_model

    model = load_model(asked.model)
    found = export(model, asked.out)
    kind = "float32" if model.intake.scale == 1 else "8-bit, 0…255"
    lines = [
        f"{found.path}: {model.graph.name} written, {found.bytes:,} bytes",
        f"  takes {INPUT}, N×{model.intake.pictures}, {kind}; normalises them itself",
        f"  gives {OUTPUT}, N×{len(model.classes)}; the classes are in the file",
    ]
    if found.difference is None:
        lines.append("  not checked: onnxruntime is not installed")
    else:
        lines.append(f"  onnxruntime answers as the model does, within {found.difference:.1e}")
    put("\n".join(lines) + "\n")
    return 0


COMMAND = Command(
    "export",
    75,
    "a trained model for other programs",
    arguments,
    run,
    (("netsheet export runs/lenet5-fashion-mnist-1 lenet5.onnx", "normalisation inside, checked"),),
)
