"""`netsheet whence`: what was counted, when somebody's number for a network is this."""

import argparse

from netsheet.audit.whence import whence
from netsheet.cli.command import Command
from netsheet.cli.nets import relatives_of
from netsheet.cli.streams import net_argument, net_of, put
from netsheet.net import load

SHOWN = 12


def arguments(command: argparse.ArgumentParser) -> None:
    """Which network, and which number."""
    net_argument(command, sized=False)
    command.add_argument("number", metavar="NUMBER", help='as printed: "4.12 G", "25.6M params"')
    command.add_argument("--all", action="store_true", help=f"more than the {SHOWN} simplest")


def run(asked: argparse.Namespace) -> int:
    """Print everything that prints so, the simplest first; status 1 if nothing does."""
    net = net_of(asked.net)
    relatives = {other: load(other).graph for other in relatives_of(asked.net)}
    found = whence(asked.number, asked.net, net.graph, relatives)
    if not found:
        put(f"nothing known of {asked.net} prints as {asked.number}\n")
        return 1
    shown = found if asked.all else found[:SHOWN]
    lines = []
    for match in shown:
        network = ", ".join(match.network)
        how = ", ".join((*match.counted, *match.printed))
        lines.append(f"{match.value:>17,}  {match.quantity} of {network}" + f": {how}" * bool(how))
    if len(found) > len(shown):
        lines.append(f"and {len(found) - len(shown)} more; --all shows them")
    put("\n".join(lines) + "\n")
    return 0


COMMAND = Command(
    "whence",
    36,
    "what was counted, when somebody's number is this",
    arguments,
    run,
    (
        ('netsheet whence resnet50 "4.12 G"', "whose number is it?"),
        ('netsheet whence resnet50-v1.5 "177.8 MB"', ""),
    ),
)
