"""`netsheet run`: a network run on a picture."""

import argparse

from netsheet.cli.command import Command
from netsheet.cli.streams import net_argument, net_of, put


def arguments(command: argparse.ArgumentParser) -> None:
    """Which picture and weights, and what comes out."""
    net_argument(command)
    command.add_argument("picture", metavar="PICTURE", help="a JPEG or PNG")
    command.add_argument(
        "--weights",
        metavar="FILE",
        help="a .pth, .safetensors, .npz or .onnx file, its names as they may be; "
        "random weights otherwise",
    )
    command.add_argument(
        "--maps", metavar="FOLDER", help="write feature maps, a contact sheet a row"
    )
    command.add_argument(
        "--rows",
        metavar="NAMES",
        help="rows whose maps are written, with commas; the first of each stage if left out",
    )
    command.add_argument(
        "--why", metavar="FILE", help="a .png: what in the picture speaks for the largest output"
    )
    command.add_argument(
        "--method",
        choices=("grad-cam", "occlusion"),
        default="grad-cam",
        help="how that is found out",
    )
    command.add_argument("--seed", type=int, default=0, help="of the random weights")
    command.add_argument(
        "--top", type=int, default=5, metavar="N", help="how many outputs to print"
    )


def run(asked: argparse.Namespace) -> int:
    """Run a network on a picture."""
    from netsheet.run.execute import execute

    rows = [name.strip() for name in asked.rows.split(",") if name.strip()] if asked.rows else None
    net = net_of(asked.net, asked.input)
    weights = asked.weights or net.weights or None
    result = execute(
        net.graph,
        asked.picture,
        weights=weights,
        maps=asked.maps,
        rows=rows,
        seed=asked.seed,
        why=asked.why,
        method=asked.method,
    )
    put(result.report(top=asked.top))
    return 0


COMMAND = Command(
    "run",
    60,
    "run a network on a picture",
    arguments,
    run,
    (
        ("netsheet run alexnet cat.jpg --maps maps", "run it on a picture, look at its maps"),
        ("netsheet run alexnet cat.jpg --maps maps --rows conv1,conv2", ""),
        ("netsheet run lenet5 digit.png --weights model.safetensors --why why.png", ""),
    ),
)
