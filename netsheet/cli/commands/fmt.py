"""`netsheet fmt`: a sheet in its canonical layout."""

import argparse
from pathlib import Path

from netsheet.cli.command import Command
from netsheet.cli.streams import put, read_input
from netsheet.text.file import read_file


def arguments(command: argparse.ArgumentParser) -> None:
    """Which files."""
    command.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a sheet, .md or .csv; - reads and writes standard streams",
    )
    command.add_argument(
        "--check", action="store_true", help="change nothing; status 1 if a file is not canonical"
    )


def run(asked: argparse.Namespace) -> int:
    """Format files in place, or say which are not canonical."""
    from netsheet.core.files import write_whole

    status = 0
    for name, before, after in [_formatted(name) for name in asked.files]:
        if name == "-":
            put(after)
        elif before == after:
            continue
        elif asked.check:
            put(f"{name}: not canonical; `netsheet fmt {name}` mends it\n")
            status = 1
        else:
            write_whole(name, after)
            put(f"{name}: formatted\n")
    return status


def _formatted(name: str) -> tuple[str, str, str]:
    """A file's name, its text, and the text as it should be."""
    from netsheet.sheet.columns import headings
    from netsheet.text.fmt import format_text

    text = read_input() if name == "-" else read_file(Path(name))
    source = "standard input" if name == "-" else name
    return name, text, format_text(text, source=source, computed=headings())


COMMAND = Command(
    "fmt",
    40,
    "write a sheet in its canonical layout",
    arguments,
    run,
    (
        ("netsheet fmt mynet.md", "canonical layout, in place"),
        ("netsheet fmt --check nets/*.md", ""),
    ),
)
