"""`netsheet zoo`: the networks that are shipped, with totals."""

import argparse

from netsheet.cli.command import Command
from netsheet.cli.streams import put
from netsheet.net import load


def arguments(command: argparse.ArgumentParser) -> None:
    """All of them, or their names."""
    command.add_argument("--names", action="store_true", help="names alone, one a line")


def run(asked: argparse.Namespace) -> int:
    """List the networks that are shipped, with totals."""
    from netsheet.zoo.catalogue import catalogue

    if asked.names:
        put("".join(f"{name}\n" for name in catalogue()))
        return 0
    lines = [f"{'name':<20} {'input':<10} {'params':>12} {'macs':>15} {'layers':>7}  title"]
    for name, entry in catalogue().items():
        net = load(name)
        totals, depth = net.totals(), net.sheet().total.depth
        title = entry.path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        counts = f"{totals.params:>12,} {totals.macs:>15,} {depth:>7}"
        lines.append(f"{name:<20} {net.input!s:<10} {counts}  {title}")
    lines += [
        "",
        "params: weights and biases; macs: multiply-adds of convolution and dense layers;",
        "layers: weighted layers, one behind the other",
    ]
    put("\n".join(lines) + "\n")
    return 0


COMMAND = Command(
    "zoo",
    90,
    "the networks that are shipped",
    arguments,
    run,
    (("netsheet zoo", "what is shipped, with totals"),),
)
