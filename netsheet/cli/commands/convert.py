"""`netsheet convert`: from one format to another, by suffix."""

import argparse

from netsheet.cli.command import Command
from netsheet.cli.streams import net_of, put, tell


def arguments(command: argparse.ArgumentParser) -> None:
    """From where, to where."""
    command.add_argument("net", metavar="IN", help="NET")
    command.add_argument("out", metavar="OUT", help=f"a path ending in {_suffixes()}")
    command.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")
    command.add_argument(
        "--weights", metavar="FILE", help="weights that go along, where OUT can hold them"
    )


def _suffixes() -> str:
    """What can be written, by suffix."""
    from netsheet.convert import formats

    *front, last = [s for each in formats() if each.write is not None for s in each.suffixes]
    return f"{', '.join(front)} or {last}"


def run(asked: argparse.Namespace) -> int:
    """Write a network in another format."""
    from netsheet.convert import writer

    writer(asked.out)  # refuses an unknown suffix before anything is read
    net = net_of(asked.net, asked.input)
    tell(net)
    if asked.weights is not None:
        net = net.with_weights(asked.weights)
        put(f"{net.notes[-1]}\n")
    net.write(asked.out)
    put(f"{asked.out}: {net.name} written\n")
    return 0


COMMAND = Command(
    "convert",
    50,
    "from one format to another, by suffix",
    arguments,
    run,
    (
        ("netsheet convert alexnet alexnet.svg", "a drawing; other suffixes, other formats"),
        ("netsheet convert mynet.md mynet.csv", ""),
        ("netsheet convert resnet50 resnet50.py", "a module in plain PyTorch"),
        ("netsheet convert resnet50 r50.safetensors --weights r50.pth", "weights by our names"),
        ("netsheet convert model.py:make net.md --input 3×224×224", "a torch module as a sheet"),
        ("netsheet convert mynet.md mynet.onnx", "operators and weights, for runtimes"),
        ("netsheet convert model.onnx model.md", "a network of others as a sheet"),
    ),
)
