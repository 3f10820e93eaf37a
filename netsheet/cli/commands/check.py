"""`netsheet check`: every problem of a sheet at once."""

import argparse
from pathlib import Path

from netsheet.cli.command import Command
from netsheet.cli.streams import net_argument, net_of, put, remarks
from netsheet.core.errors import TableError
from netsheet.net import Net, from_text
from netsheet.text.file import read_file


def arguments(command: argparse.ArgumentParser) -> None:
    """Which sheet."""
    net_argument(command)


def run(asked: argparse.Namespace) -> int:
    """Print every problem of a sheet; status 1 if there is one, or something is missing."""
    try:
        nets = _every_variant(asked.net, asked.input)
    except TableError as error:
        count = len(error.problems)
        put(f"{error}\n\n{count} problem{'s' * (count != 1)}\n")
        return 1
    for net in nets:
        totals = net.totals()
        lines = len(net.graph.outline) - 1
        claims = f", {len(net.claims)} claims" if net.claims else ""
        counts = f"{totals.params:,} parameters, {totals.macs:,} multiply-adds{claims}"
        state = "well" if not net.missing else f"{len(net.missing)} missing"
        put(f"{net.name}: {state}, {lines} lines, {len(net.graph.rows)} rows, {counts}\n")
        put("".join(f"  {line}\n" for line in remarks(net)))
    return 1 if any(net.missing for net in nets) else 0


def _every_variant(what: str, shape: str | None) -> list[Net]:
    """The network named, or every one that a document describes."""
    from netsheet.convert import reader
    from netsheet.zoo.catalogue import variants

    path = Path(what)
    if what != "-" and path.suffix and path.exists() and shape is None and reader(path) is None:
        text = read_file(path)
        return [from_text(text, source=what, variant=name) for name in variants(text) or [""]]
    return [net_of(what, shape)]


COMMAND = Command(
    "check",
    30,
    "every problem of a sheet at once",
    arguments,
    run,
    (
        ("netsheet check mynet.md", "every problem of a sheet, each with its place"),
        ("netsheet check model.py:make", "what of a torch module a sheet can't say"),
        ("netsheet check model.onnx", "what of an ONNX file a sheet can't say"),
    ),
)
