"""`netsheet show`: the sheet, every cell computed."""

import argparse

from netsheet.cli.command import Command
from netsheet.cli.streams import counting_arguments, net_argument, put, sheet_of
from netsheet.sheet.sheet import Sheet


def arguments(command: argparse.ArgumentParser) -> None:
    """What is shown, and how."""
    net_argument(command)
    command.add_argument(
        "--columns", metavar="NAMES", help="columns, with commas: output,params,macs,…"
    )
    counting_arguments(command)
    command.add_argument(
        "--format", default="text", choices=("text", "markdown", "csv", "json", "html")
    )
    command.add_argument(
        "--depth", type=int, default=1, metavar="N", help="open groups N levels deep; 0 opens all"
    )
    command.add_argument("--exact", action="store_true", help="whole numbers instead of 61.0M")
    command.add_argument(
        "-o", "--output", metavar="FILE", help="write to a file, whole or not at all"
    )


def run(asked: argparse.Namespace) -> int:
    """Print or write the sheet."""
    sheet = sheet_of(asked)
    names = [name.strip() for name in (asked.columns or "").split(",") if name.strip()] or None
    put(_rendered(sheet, asked, names, asked.depth if asked.depth > 0 else 99), asked.output)
    return 0


def _rendered(
    sheet: Sheet, asked: argparse.Namespace, columns: list[str] | None, depth: int
) -> str:
    """The sheet in the format asked for."""
    if asked.format == "markdown":
        from netsheet.render.markdown import render as markdown

        return markdown(sheet, columns=columns, depth=depth, exact=asked.exact)
    if asked.format == "csv":
        from netsheet.render.csv_table import render as csv_table

        return csv_table(sheet, columns=columns, depth=depth)
    if asked.format == "json":
        from netsheet.render.json_sheet import render as json_sheet

        return json_sheet(sheet, depth=depth)
    if asked.format == "html":
        from netsheet.render.html import render as html
        from netsheet.render.svg import draw

        return html(sheet, columns=columns, diagram=draw(sheet))
    from netsheet.render.terminal import render

    colour = None if asked.output is None else False
    return render(sheet, columns=columns, exact=asked.exact, depth=depth, colour=colour)


COMMAND = Command(
    "show",
    10,
    "the sheet, every cell computed",
    arguments,
    run,
    (
        ("netsheet show alexnet", "the table, every cell computed"),
        ("netsheet show googlenet --depth 2 --exact", "each block opened"),
        ("netsheet show resnet50 --input 3×320×320 --columns output,macs,memory", ""),
        ("netsheet show resnet50 --convention flops+bias+norm", ""),
        ("netsheet show resnet50-v1.5 --as fvcore", "what another tool would count, and why"),
        ("netsheet show mynet.md --format markdown", ""),
        ("netsheet show lenet5 --columns output,params,connections", ""),
        ("netsheet show model.py:make --input 3×224×224", "a torch module"),
        ("netsheet show model.onnx", "a network of ONNX"),
    ),
)
