"""`netsheet explain`: how a number came about."""

import argparse
import sys

from netsheet.cli.command import Command
from netsheet.cli.streams import counting_arguments, net_argument, put, sheet_of
from netsheet.sheet.sheet import Sheet


def arguments(command: argparse.ArgumentParser) -> None:
    """Which cell."""
    net_argument(command)
    command.add_argument(
        "cell",
        metavar="ROW[.COLUMN]",
        nargs="?",
        default="",
        help="a row, a cell, or a total such as total.params; the totals if left out",
    )
    counting_arguments(command)


def run(asked: argparse.Namespace) -> int:
    """Print how a row, a cell or the totals came about."""
    sheet = sheet_of(asked)
    row, column = split_cell(asked.cell, sheet)
    text = sheet.explain(row, column) + "\n"
    if sys.stdout.isatty():
        from netsheet.render.terminal import render_explanation

        text = render_explanation(text)
    put(text)
    return 0


def split_cell(cell: str, sheet: Sheet) -> tuple[str, str]:
    """`conv2.params` as row and column; rows may have dots of their own."""
    if not cell or cell in sheet.graph.nodes:
        return cell, ""
    row, _, column = cell.rpartition(".")
    if row in sheet.graph.nodes or row == "total":
        return row, column
    if cell == "total":
        return "", ""
    sheet.graph.node(row or cell)  # refuses it, naming the nearest
    return row, column


COMMAND = Command(
    "explain",
    20,
    "how a number came about",
    arguments,
    run,
    (
        ("netsheet explain alexnet conv2.params", "how one number came about"),
        ("netsheet explain alexnet conv2", "everything about one row"),
        ("netsheet explain alexnet", "the totals: where they sit, and why"),
    ),
)
