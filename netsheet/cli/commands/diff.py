"""`netsheet diff`: two networks, or two versions of a sheet, row by row."""

import argparse

from netsheet.cli.command import Command
from netsheet.cli.streams import counting_arguments, net_of, put
from netsheet.compare.difference import Difference
from netsheet.core.errors import ChoiceError


def arguments(command: argparse.ArgumentParser) -> None:
    """Which two, and how they are shown."""
    command.add_argument("before", metavar="A", help="NET")
    command.add_argument("after", metavar="B", help="NET")
    command.add_argument(
        "--input", metavar="C×H×W", help="another input than the sheets', for both"
    )
    command.add_argument(
        "--columns",
        metavar="NAMES",
        help="effects that are shown, with commas: params,macs,kept,memory,field,output,…",
    )
    counting_arguments(command)
    command.add_argument("--format", default="text", choices=("text", "markdown", "json"))
    command.add_argument(
        "-o", "--output", metavar="FILE", help="write to a file, whole or not at all"
    )


def run(asked: argparse.Namespace) -> int:
    """Print what differs; status 1 if anything does."""
    from netsheet.core.convention import MODELS
    from netsheet.net import diff

    if asked.before == asked.after == "-":
        message = "standard input can be one of the two networks, not both"
        raise ChoiceError(message)
    nets = [net_of(what, asked.input) for what in (asked.before, asked.after)]
    found = diff(*nets, convention=asked.convention, memory=MODELS[asked.memory])
    put(_rendered(found, asked), asked.output)
    return 0 if found.equal else 1


def _rendered(found: Difference, asked: argparse.Namespace) -> str:
    """The comparison in the format asked for."""
    columns = [name.strip() for name in (asked.columns or "").split(",") if name.strip()] or None
    if asked.format == "json":
        from netsheet.render.comparison_json import render as as_json

        return as_json(found)
    if asked.format == "markdown":
        from netsheet.render.comparison_markdown import render as as_markdown

        return as_markdown(found, columns=columns)
    from netsheet.render.comparison_text import render

    return render(found, columns=columns, colour=None if asked.output is None else False)


COMMAND = Command(
    "diff",
    25,
    "two networks, or two versions of a sheet, row by row",
    arguments,
    run,
    (
        ("netsheet diff resnet50 resnet50-v1.5", "what differs, and what that does to each total"),
        ("netsheet diff old.md new.md --columns params,macs,memory,field", ""),
        ("git show HEAD~1:net.md | netsheet diff - net.md", ""),
        ("netsheet diff nets.md#small nets.md#large --format markdown", ""),
    ),
)
