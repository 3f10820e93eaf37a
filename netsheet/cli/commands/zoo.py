"""`netsheet zoo`: the networks that are shipped, by family, with totals."""

import argparse
from itertools import groupby

from netsheet.cli.command import Command
from netsheet.cli.streams import put
from netsheet.core.errors import ChoiceError
from netsheet.core.span import shorten
from netsheet.net import load

FOOT = """
params: weights and biases; macs: multiply-adds of convolution and dense layers;
layers: weighted layers, one behind the other
"""


def arguments(command: argparse.ArgumentParser) -> None:
    """All of them or some, with totals or their names alone."""
    command.add_argument(
        "words", nargs="*", metavar="WORD", help="only those with it in their name or family"
    )
    command.add_argument("--names", action="store_true", help="names alone, one a line")


def run(asked: argparse.Namespace) -> int:
    """List the networks that are shipped, by family, with totals."""
    from netsheet.layers.registry import suggestion
    from netsheet.zoo.catalogue import catalogue, chosen

    everything = catalogue()
    entries = chosen(asked.words, everything)
    if not entries:
        words = " ".join(asked.words)
        families = [entry.family for entry in everything.values()]
        near = suggestion(words, [*everything, *families])
        message = f'no network or family of the zoo has "{shorten(words)}" in its name'
        message += near or "; `netsheet zoo` lists all"
        raise ChoiceError(message)
    if asked.names:
        put("".join(f"{name}\n" for name in entries))
        return 0
    width = max(map(len, entries))
    lines = [f"{'name':<{width}} {'input':<9} {'params':>12} {'macs':>16} {'layers':>7}"]
    for family, members in groupby(entries.values(), key=lambda entry: entry.family):
        lines += ["", family]
        lines += [_line(entry.name, width) for entry in members]
    put("\n".join(lines) + "\n" + FOOT)
    return 0


def _line(name: str, width: int) -> str:
    """One network, with its totals."""
    net = load(name)
    total = net.sheet().total
    counts = f"{total.params:>12,} {total.macs:>16,} {total.depth:>7}"
    return f"{name:<{width}} {net.input!s:<9} {counts}"


COMMAND = Command(
    "zoo",
    90,
    "the networks that are shipped",
    arguments,
    run,
    (
        ("netsheet zoo", "what is shipped, with totals"),
        ("netsheet zoo resnet", "those with resnet in their name or family"),
    ),
)
