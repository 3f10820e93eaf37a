"""`netsheet train`: from a sheet and data to a model."""

import argparse
import gc
import sys
from pathlib import Path
from typing import Any

from netsheet.cli.command import Command
from netsheet.cli.streams import net_of, put
from netsheet.core.errors import ChoiceError, NetsheetError
from netsheet.train.politeness import be_polite
from netsheet.train.recipe import WORDS

RECIPE = (
    ("--epochs", int, "N", "passes over the training pictures; 10"),
    ("--batch", int, "N", "pictures of a step; 128"),
    ("--lr", float, "X", "highest learning rate; 0.002 for adamw, 0.1 for sgd"),
    ("--momentum", float, "X", "of sgd; 0.9"),
    ("--decay", float, "X", "weight decay; 0.02 for adamw, 0.0005 for sgd"),
    ("--warmup", float, "PART", "part of all steps that it takes to the highest rate; 0.05"),
    ("--smoothing", float, "PART", "label smoothing: part of a target spread over all classes"),
    ("--accumulate", int, "N", "compute each batch in N portions, for want of memory"),
    ("--clip", float, "X", "longest gradient; 0 for any"),
    ("--patience", int, "N", "stop after N epochs without a better validation; 0 for never"),
    ("--seed", int, "N", "of weights, order, augmentation and dropout; 0"),
)
"""Numbers of a recipe: option, type, what stands for it in help, what it is."""

CHOSEN = (
    ("--optimiser", "adamw"),
    ("--schedule", "cosine"),
    ("--precision", "auto"),
    ("--layout", "channels-last"),
)
"""Words of a recipe, and those that are taken unless told otherwise."""


def arguments(command: argparse.ArgumentParser) -> None:
    """Which network and data, how, and where to."""
    command.add_argument("net", metavar="NET", nargs="?", help="not needed with --resume")
    command.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")
    data_arguments(command)
    command.add_argument(
        "--adapt", action="store_true", help="change the sheet's input and classes to the data's"
    )
    command.add_argument(
        "--fit", choices=("pad", "resize"), help="how pictures come to the sheet's input"
    )
    command.add_argument(
        "--out", metavar="RUN", help="the run's folder; runs/NET-DATA-1, -2, … if left out"
    )
    command.add_argument("--resume", metavar="RUN", help="go on with a run that was stopped")
    recipe_arguments(command)
    machine_arguments(command)
    command.add_argument(
        "--progress",
        choices=("bar", "lines", "none"),
        help="a bar on a terminal, lines elsewhere if left out",
    )
    command.add_argument(
        "--tensorboard", action="store_true", help="write curves for TensorBoard as well"
    )
    command.add_argument("--no-report", action="store_true", help="write no report.html")


def data_arguments(command: argparse.ArgumentParser) -> None:
    """Which data, and how parts are split off them."""
    command.add_argument(
        "--data",
        metavar="DATA",
        help="a name (netsheet data lists them), a folder of pictures, IDX or CIFAR files, a .npz",
    )
    command.add_argument(
        "--val",
        type=float,
        default=0.1,
        metavar="PART",
        help="part split off to choose the model, where there is none; 0.1",
    )
    command.add_argument(
        "--test",
        type=float,
        default=0.1,
        metavar="PART",
        help="part split off to judge it, where there are no parts at all; 0.1",
    )
    command.add_argument("--split-seed", type=int, default=0, metavar="N", help="of that split; 0")
    command.add_argument(
        "--damaged",
        choices=("refuse", "skip"),
        default="refuse",
        help="what to do about pictures that can't be read",
    )


def recipe_arguments(command: argparse.ArgumentParser) -> None:
    """How it is trained."""
    for option, kind, metavar, words in RECIPE:
        command.add_argument(option, type=kind, metavar=metavar, help=words)
    for option, usual in CHOSEN:
        name = option.removeprefix("--")
        command.add_argument(option, choices=WORDS[name], help=f"{usual} if left out")
    command.add_argument(
        "--augment",
        metavar="NAMES",
        help="shift,flip,crop,rotate,erase,light (how much behind a =) or none",
    )


def machine_arguments(command: argparse.ArgumentParser) -> None:
    """What it is computed on."""
    command.add_argument(
        "--device", metavar="NAME", help="cpu, cuda, …; the best there is if left out"
    )
    command.add_argument(
        "--threads",
        type=int,
        metavar="N",
        help="of the CPU; all that this process may use if left out",
    )


def recipe_of(asked: argparse.Namespace) -> dict[str, Any]:
    """The choices that were made, None for the others."""
    from netsheet.train.feed.augmentation import parse

    names = [option.removeprefix("--") for option, *_ in (*RECIPE, *CHOSEN)]
    augment = None if asked.augment in {None, "auto"} else parse(asked.augment)
    return {**{name: getattr(asked, name) for name in names}, "augment": augment}


def run(asked: argparse.Namespace) -> int:
    """Train, or go on; status 130 if it was stopped."""
    be_polite()
    gc.enable()  # a training is no short command
    from netsheet.train.api import teller
    from netsheet.train.loop.rundir import unused
    from netsheet.train.loop.world import under_torchrun
    from netsheet.train.plan import Source
    from netsheet.train.recipe import Recipe
    from netsheet.train.runs import Options, go_on, run

    tell = teller({"none": False}.get(asked.progress, asked.progress))
    try:
        if asked.resume is not None:
            if asked.net is not None or asked.data is not None:
                raise ChoiceError(
                    "--resume RUN goes on with its own network and data: name no others"
                )
            options = Options(
                Path(asked.resume),
                asked.device,
                asked.threads,
                tell,
                asked.tensorboard,
                not asked.no_report,
            )
            result = go_on(Path(asked.resume), options)
        else:
            if asked.net is None or asked.data is None:
                raise ChoiceError("name a network and its data: netsheet train NET --data DATA")
            net = net_of(asked.net, asked.input)
            recipe = Recipe.of(**recipe_of(asked))
            source = Source(
                asked.data, asked.val, asked.test, asked.split_seed, asked.damaged, asked.fit
            )
            name = f"{_plain(Path(asked.net).stem)}-{_plain(Path(asked.data).stem)}"
            out = Path(asked.out) if asked.out else unused(Path("runs"), name)
            options = Options(
                out, asked.device, asked.threads, tell, asked.tensorboard, not asked.no_report
            )
            result = run(net.graph, source, recipe, options, adapt=asked.adapt)
    except NetsheetError as error:
        if not under_torchrun():
            raise
        from os import environ

        sys.stderr.write(f"netsheet, process {int(environ['RANK']) + 1}: {error}\n")
        return 2
    stopped = result is None or result.ended == "asked"
    if result is not None and asked.progress == "none":
        put(f"{result.summary()}\n")
    return 130 if stopped and not under_torchrun() else 0


def _plain(name: str) -> str:
    """A name as part of a folder's."""
    kept = "".join(
        letter if letter.isalnum() or letter in "-." else "-" for letter in name.casefold()
    )
    return kept.strip("-.") or "net"


COMMAND = Command(
    "train",
    70,
    "from a sheet and data to a model",
    arguments,
    run,
    (
        ("netsheet train lenet5 --data fashion-mnist", "a model, with its report, in runs/"),
        ("netsheet train resnet18 --data photos --adapt", "10 classes instead of 1000"),
        ("netsheet train mynet.md --data fashion-mnist --epochs 20 --lr 0.003 --augment flip", ""),
        ("netsheet train --resume runs/lenet5-fashion-mnist-1", "go on after a stop"),
        ("torchrun --nproc-per-node 2 -m netsheet train mynet.md --data photos --out runs/two", ""),
    ),
)
