"""The parser of the command line, put together from the commands."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from netsheet.cli.command import Command
from netsheet.cli.commands import every, find, names

NETS = """\
NET is a name from the zoo, a sheet's path (path.md#variant for one of several), a torch module
in a Python file (path.py:function), an ONNX file's path, or - for standard input.
"""


WIDEST = 48
"""An example that is longer does not push what the others show to the right."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line and a hint, with exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command, and where help is."""
        self.exit(2, f"netsheet: {message}; see {self.prog} --help\n")


def parser(asked: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The commands and their options; of the command asked for alone, if one is."""
    first = next(iter(asked), "")
    known = [find(first)] if first in names() else every()
    top = Parser(
        prog="netsheet",
        description="A convolutional network written once, as a table; the rest is computed.",
        epilog=None if first in names() else f"{overview(known)}\n{NETS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="store_true", help="print the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for command in known:
        added = commands.add_parser(
            command.name,
            help=command.help,
            epilog=examples(command.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,  # --out would pass for --output, and nobody would hear of it
        )
        command.arguments(added)
    return top


def overview(commands: Sequence[Command]) -> str:
    """The first example of each command."""
    return examples([command.examples[0] for command in commands])


def examples(lines: Sequence[tuple[str, str]]) -> str:
    """Examples as help shows them, what they show one below the other."""
    width = max([len(line) for line, words in lines if words and len(line) <= WIDEST], default=0)
    shown = [f"  {line:<{width}}  {words}".rstrip() for line, words in lines]
    return "\n".join(["examples:", *shown]) + "\n"
