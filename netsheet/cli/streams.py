"""What the commands share: which network is meant, standard input, and where an answer goes."""

import argparse
import sys
from typing import TYPE_CHECKING

from netsheet.net import Net, from_text, load
from netsheet.text.file import decode

if TYPE_CHECKING:
    from netsheet.sheet.sheet import Sheet


def net_argument(command: argparse.ArgumentParser, *, sized: bool = True) -> None:
    """The network that a command is about, and another input for it."""
    command.add_argument("net", metavar="NET")
    if sized:
        command.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")


def counting_arguments(command: argparse.ArgumentParser) -> None:
    """How operations and memory are counted."""
    command.add_argument(
        "--convention",
        default="macs",
        metavar="NAME",
        help="what `ops` counts: macs, flops, flops+bias+norm, flops+all, …",
    )
    command.add_argument(
        "--as",
        dest="tool",
        metavar="TOOL",
        help="count as another tool does: torchinfo, fvcore, ptflops, thop, …, keras",
    )
    command.add_argument(
        "--memory",
        default="live",
        choices=("live", "torch", "torch-inplace"),
        help="which values count as held in memory",
    )


def net_of(what: str, shape: str | None = None) -> Net:
    """The network that a command names."""
    if what != "-":
        return load(what, input=shape)
    from netsheet.core.shape import Shape

    wanted = None if shape is None else Shape.parse(shape)
    return from_text(read_input(), source="standard input", shape=wanted)


def sheet_of(asked: argparse.Namespace) -> "Sheet":
    """The sheet of the network that a command names, counted as it asks."""
    from netsheet.core.convention import MODELS

    net = net_of(asked.net, asked.input)
    tell(net)
    convention = asked.convention
    if asked.tool is not None:
        from netsheet.sheet.tools import tool

        convention = tool(asked.tool, net.name)
    return net.sheet(convention=convention, memory=MODELS[asked.memory])


def tell(net: Net) -> None:
    """What was assumed in reading a network, and what could not be expressed: on standard error."""
    for line in remarks(net):
        sys.stderr.write(f"{line}\n")


def remarks(net: Net) -> list[str]:
    """Notes and what is missing, a line each."""
    from netsheet.core.span import visible

    lines = [f"note: {note}" for note in net.notes]
    lines += [f"missing: {each}" for each in net.missing]
    return [visible(line) for line in lines]


def read_input() -> str:
    """All of standard input."""
    return decode(sys.stdin.buffer.read(), "standard input")


def put(text: str, path: str | None = None) -> None:
    """Text to standard output, or to a file, whole or not at all."""
    if path is not None:
        from netsheet.core.files import write_whole

        write_whole(path, text)
        return
    sys.stdout.write(text)
