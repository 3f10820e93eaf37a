"""`netsheet evaluate`: a trained model judged on data."""

import argparse
import gc
import json

from netsheet.cli.command import Command
from netsheet.cli.streams import put
from netsheet.core.errors import ChoiceError
from netsheet.train.politeness import be_polite


def arguments(command: argparse.ArgumentParser) -> None:
    """Which model, on which pictures."""
    command.add_argument("model", metavar="RUN", help="a run's folder, or its model.safetensors")
    command.add_argument(
        "--data", metavar="DATA", help="as for train; what it was trained on if left out"
    )
    command.add_argument("--part", choices=("train", "val", "test"), default="test")
    command.add_argument("--val", type=float, default=0.1, metavar="PART", help="as for train")
    command.add_argument("--test", type=float, default=0.1, metavar="PART", help="as for train")
    command.add_argument("--split-seed", type=int, default=0, metavar="N", help="as for train")
    command.add_argument(
        "--damaged", choices=("refuse", "skip"), default="refuse", help="as for train"
    )
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument(
        "--device", metavar="NAME", help="cpu, cuda, …; the best there is if left out"
    )
    command.add_argument(
        "-o", "--output", metavar="FILE", help="write to a file, whole or not at all"
    )


def run(asked: argparse.Namespace) -> int:
    """Print figures, class by class."""
    be_polite()
    gc.enable()
    from netsheet.train.use.evaluate import evaluate_part
    from netsheet.train.use.model import load_model
    from netsheet.train.use.parts import data_for

    model = load_model(asked.model)
    data = data_for(
        model,
        asked.model,
        asked.data,
        val=asked.val,
        test=asked.test,
        seed=asked.split_seed,
        damaged=asked.damaged,
    )
    part = data.parts.get(asked.part)
    if part is None:
        raise ChoiceError(f"{data.name} has no {asked.part} part\n  it has {', '.join(data.parts)}")
    import torch

    from netsheet.train.machine import best_device

    device = torch.device(asked.device) if asked.device else best_device()
    found = evaluate_part(model, part, asked.part, device)
    if asked.format == "json":
        put(
            json.dumps({"model": str(asked.model), "data": data.name, **found.to_json()}, indent=1)
            + "\n",
            asked.output,
        )
    else:
        put(f"{model.graph.name} on {data.name}\n{found.report()}", asked.output)
    return 0


COMMAND = Command(
    "evaluate",
    72,
    "a trained model judged on data",
    arguments,
    run,
    (
        ("netsheet evaluate runs/lenet5-fashion-mnist-1", "on the test part of its own data"),
        ("netsheet evaluate model.safetensors --data photos --format json", ""),
    ),
)
