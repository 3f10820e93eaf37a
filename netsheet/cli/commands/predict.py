"""`netsheet predict`: a trained model asked about pictures."""

import argparse
import gc
import sys
from pathlib import Path

from netsheet.cli.command import Command
from netsheet.cli.streams import put
from netsheet.train.politeness import be_polite


def arguments(command: argparse.ArgumentParser) -> None:
    """Which model, about which pictures."""
    command.add_argument("model", metavar="RUN", help="a run's folder, or its model.safetensors")
    command.add_argument(
        "pictures", metavar="PICTURE", nargs="+", help="pictures, and folders of them"
    )
    command.add_argument("--top", type=int, default=3, metavar="N", help="how many classes to tell")
    command.add_argument("--format", choices=("text", "csv", "json"), default="text")
    command.add_argument("--why", metavar="FOLDER", help="draw what speaks for the first class")
    command.add_argument(
        "--method",
        choices=("grad-cam", "occlusion"),
        default="grad-cam",
        help="how that is found out",
    )
    command.add_argument(
        "-o", "--output", metavar="FILE", help="write to a file, whole or not at all"
    )


def run(asked: argparse.Namespace) -> int:
    """Print the likeliest classes; status 1 if a picture can't be read."""
    be_polite()
    gc.enable()
    from netsheet.train.use.model import load_model
    from netsheet.train.use.predict import pictures, predict, written

    model = load_model(asked.model)
    paths = pictures(asked.pictures)
    folder = None if asked.why is None else Path(asked.why)
    method = None if folder is None else asked.method
    answers = list(predict(model, paths, top=max(1, asked.top), why=method, folder=folder))
    put(written(answers, asked.format), asked.output)
    wrong = [answer.wrong for answer in answers if answer.wrong]
    for each in wrong:
        sys.stderr.write(f"netsheet: {each}\n")
    return 1 if wrong else 0


COMMAND = Command(
    "predict",
    74,
    "a trained model asked about pictures",
    arguments,
    run,
    (
        (
            "netsheet predict runs/lenet5-fashion-mnist-1 shirt.png",
            "its classes, the likeliest first",
        ),
        ("netsheet predict model.safetensors photos/ --top 1 --format csv -o answers.csv", ""),
        ("netsheet predict model.safetensors shirt.png --why why --method occlusion", ""),
    ),
)
