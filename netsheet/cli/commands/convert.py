"""`netsheet convert`: from one format to another, by suffix."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from netsheet.cli.command import Command
from netsheet.cli.streams import net_of, put
from netsheet.core.errors import ChoiceError
from netsheet.net import Net

if TYPE_CHECKING:
    from collections.abc import Callable


def arguments(command: argparse.ArgumentParser) -> None:
    """From where, to where."""
    command.add_argument("net", metavar="IN", help="NET")
    command.add_argument(
        "out", metavar="OUT", help="a path ending in .md, .csv, .json, .html or .svg"
    )
    command.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")


def run(asked: argparse.Namespace) -> int:
    """Write a network in another format."""
    from netsheet.core.files import write_whole

    writers: dict[str, Callable[[Net], str]] = {
        ".md": Net.to_markdown,
        ".csv": Net.to_csv,
        ".json": _json,
        ".html": _html,
        ".svg": Net.to_svg,
    }
    suffix = Path(asked.out).suffix.casefold()
    if suffix not in writers:
        message = (
            f'"{asked.out}" ends in no format that can be written; there are {", ".join(writers)}'
        )
        raise ChoiceError(message)
    net = net_of(asked.net, asked.input)
    write_whole(asked.out, writers[suffix](net))
    put(f"{asked.out}: {net.name} written\n")
    return 0


def _json(net: Net) -> str:
    from netsheet.render.json_sheet import render

    return render(net.sheet(), depth=99)


def _html(net: Net) -> str:
    from netsheet.render.html import render
    from netsheet.render.svg import draw

    sheet = net.sheet()
    return render(sheet, diagram=draw(sheet))


COMMAND = Command(
    "convert",
    50,
    "from one format to another, by suffix",
    arguments,
    run,
    (
        ("netsheet convert alexnet alexnet.svg", "a drawing; also .md .csv .json .html"),
        ("netsheet convert mynet.md mynet.csv", ""),
    ),
)
