"""`netsheet check`: every problem of a sheet at once."""

import argparse
from pathlib import Path

from netsheet.cli.command import Command
from netsheet.cli.streams import net_argument, net_of, put
from netsheet.core.errors import TableError
from netsheet.net import Net, from_text, read_file


def arguments(command: argparse.ArgumentParser) -> None:
    """Which sheet."""
    net_argument(command, sized=False)


def run(asked: argparse.Namespace) -> int:
    """Print every problem of a sheet; status 1 if there is one."""
    try:
        nets = _every_variant(asked.net)
    except TableError as error:
        count = len(error.problems)
        put(f"{error}\n\n{count} problem{'s' * (count != 1)}\n")
        return 1
    for net in nets:
        totals = net.totals()
        lines = len(net.graph.outline) - 1
        claims = f", {len(net.claims)} claims" if net.claims else ""
        counts = f"{totals.params:,} parameters, {totals.macs:,} multiply-adds{claims}"
        put(f"{net.name}: well, {lines} lines, {len(net.graph.rows)} rows, {counts}\n")
    return 0


def _every_variant(what: str) -> list[Net]:
    """The network named, or every one that a document describes."""
    from netsheet.zoo.catalogue import variants

    path = Path(what)
    if what != "-" and path.suffix and path.exists():
        text = read_file(path)
        return [from_text(text, source=what, variant=name) for name in variants(text) or [""]]
    return [net_of(what)]


COMMAND = Command(
    "check",
    30,
    "every problem of a sheet at once",
    arguments,
    run,
    (("netsheet check mynet.md", "every problem of a sheet, each with its place"),),
)
