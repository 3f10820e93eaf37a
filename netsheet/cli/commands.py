"""What each command does: it gives the exit status, and prints its answer.

Every command imports what it needs when it runs, so that a quick one stays quick.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from netsheet.core.errors import ChoiceError, TableError
from netsheet.net import Net, decode, from_text, load, read_file

if TYPE_CHECKING:
    from netsheet.core.shape import Shape
    from netsheet.sheet.sheet import Sheet


def do_show(asked: argparse.Namespace) -> int:
    """Print or write the sheet."""
    sheet = _sheet(asked)
    columns = (
        [name.strip() for name in asked.columns.split(",") if name.strip()]
        if asked.columns
        else None
    )
    depth = asked.depth if asked.depth > 0 else 99
    if asked.format == "text":
        from netsheet.render.terminal import render

        colour = None if asked.output is None else False
        _put(
            render(sheet, columns=columns, exact=asked.exact, depth=depth, colour=colour),
            asked.output,
        )
        return 0
    _put(_rendered(sheet, asked.format, columns, depth, exact=asked.exact), asked.output)
    return 0


def _rendered(
    sheet: "Sheet", form: str, columns: list[str] | None, depth: int, *, exact: bool
) -> str:
    """The sheet in one of the formats that are not for a terminal."""
    if form == "markdown":
        from netsheet.render.markdown import render as markdown

        return markdown(sheet, columns=columns, depth=depth, exact=exact)
    if form == "csv":
        from netsheet.render.csv_table import render as csv_table

        return csv_table(sheet, columns=columns, depth=depth)
    if form == "json":
        from netsheet.render.json_sheet import render as json_sheet

        return json_sheet(sheet, depth=depth)
    from netsheet.render.html import render as html
    from netsheet.render.svg import draw

    return html(sheet, columns=columns, diagram=draw(sheet))


def do_explain(asked: argparse.Namespace) -> int:
    """Print how a row, a cell or the totals came about."""
    sheet = _sheet(asked)
    row, column = split_cell(asked.cell, sheet)
    text = sheet.explain(row, column) + "\n"
    if sys.stdout.isatty():
        from netsheet.render.terminal import render_explanation

        text = render_explanation(text)
    _put(text, None)
    return 0


def split_cell(cell: str, sheet: "Sheet") -> tuple[str, str]:
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


def do_check(asked: argparse.Namespace) -> int:
    """Print every problem of a sheet; status 1 if there is one."""
    try:
        nets = _every_variant(asked.net)
    except TableError as error:
        count = len(error.problems)
        _put(f"{error}\n\n{count} problem{'s' * (count != 1)}\n", None)
        return 1
    for net in nets:
        totals = net.totals()
        lines = len(net.graph.outline) - 1
        claims = f", {len(net.claims)} claims" if net.claims else ""
        counts = f"{totals.params:,} parameters, {totals.macs:,} multiply-adds{claims}"
        _put(f"{net.name}: well, {lines} lines, {len(net.graph.rows)} rows, {counts}\n", None)
    return 0


def _every_variant(what: str) -> list[Net]:
    """The network named, or every one that a document describes."""
    from netsheet.zoo.catalogue import variants

    path = Path(what)
    if what != "-" and path.suffix and path.exists():
        text = read_file(path)
        names = variants(text)
        return [from_text(text, source=what, variant=name) for name in names or [""]]
    return [_net(what)]


def do_fmt(asked: argparse.Namespace) -> int:
    """Format files in place, or say which are not canonical."""
    from netsheet.sheet.columns import headings
    from netsheet.text.fmt import format_text

    status = 0
    done: list[tuple[str, str, str]] = []
    for name in asked.files:
        text = _stdin() if name == "-" else read_file(Path(name))
        done.append(
            (
                name,
                text,
                format_text(
                    text, source="standard input" if name == "-" else name, computed=headings()
                ),
            )
        )
    for name, before, after in done:
        if name == "-":
            _put(after, None)
        elif asked.check:
            if before != after:
                _put(f"{name}: not canonical; `netsheet fmt {name}` mends it\n", None)
                status = 1
        elif before != after:
            from netsheet.core.files import write_whole

            write_whole(name, after)
            _put(f"{name}: formatted\n", None)
    return status


def do_convert(asked: argparse.Namespace) -> int:
    """Write a network in another format."""
    from netsheet.core.files import write_whole

    writers: dict[str, Callable[[Net], str]] = {
        ".md": Net.to_markdown,
        ".csv": Net.to_csv,
        ".json": lambda net: _rendered(net.sheet(), "json", None, 99, exact=True),
        ".html": lambda net: _rendered(net.sheet(), "html", None, 99, exact=False),
        ".svg": Net.to_svg,
    }
    suffix = Path(asked.out).suffix.casefold()
    if suffix not in writers:
        message = (
            f'"{asked.out}" ends in no format that can be written; there are {", ".join(writers)}'
        )
        raise ChoiceError(message)
    net = _net(asked.net, asked.input)
    write_whole(asked.out, writers[suffix](net))
    _put(f"{asked.out}: {net.name} written\n", None)
    return 0


def do_run(asked: argparse.Namespace) -> int:
    """Run a network on a picture."""
    from netsheet.run.execute import execute

    rows = [name.strip() for name in asked.rows.split(",") if name.strip()] if asked.rows else None
    net = _net(asked.net, asked.input)
    result = execute(
        net.graph, asked.picture, weights=asked.weights, maps=asked.maps, rows=rows, seed=asked.seed
    )
    _put(result.report(top=asked.top), None)
    return 0


def do_zoo(asked: argparse.Namespace) -> int:
    """List the networks that are shipped, with totals."""
    from netsheet.zoo.catalogue import catalogue

    if asked.names:
        _put("".join(f"{name}\n" for name in catalogue()), None)
        return 0
    lines = [f"{'name':<20} {'input':<10} {'params':>12} {'macs':>15} {'layers':>7}  title"]
    for name, entry in catalogue().items():
        net = load(name)
        totals, depth = net.totals(), net.sheet().total.depth
        title = entry.path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        counts = f"{totals.params:>12,} {totals.macs:>15,} {depth:>7}"
        lines.append(f"{name:<20} {net.input!s:<10} {counts}  {title}")
    lines += [
        "",
        "params: weights and biases; macs: multiply-adds of convolution and dense layers;",
        "layers: weighted layers, one behind the other",
    ]
    _put("\n".join(lines) + "\n", None)
    return 0


def do_completion(asked: argparse.Namespace) -> int:
    """Print a shell's completion script."""
    from netsheet.cli.completion import script
    from netsheet.cli.parser import parser

    _put(script(asked.shell, parser()), None)
    return 0


# What the commands share.


def _net(what: str, shape: str | None = None) -> Net:
    """The network that a command names."""
    if what != "-":
        return load(what, input=shape)
    return from_text(_stdin(), source="standard input", shape=_shape(shape))


def _shape(text: str | None) -> "Shape | None":
    from netsheet.core.shape import Shape

    return None if text is None else Shape.parse(text)


def _sheet(asked: argparse.Namespace) -> "Sheet":
    from netsheet.core.convention import MODELS

    return _net(asked.net, asked.input).sheet(
        convention=asked.convention, memory=MODELS[asked.memory]
    )


def _stdin() -> str:
    return decode(sys.stdin.buffer.read(), "standard input")


def _put(text: str, path: str | None) -> None:
    """Text to standard output, or to a file."""
    if path is not None:
        from netsheet.core.files import write_whole

        write_whole(path, text)
        return
    sys.stdout.write(text)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "show": do_show,
    "explain": do_explain,
    "check": do_check,
    "fmt": do_fmt,
    "convert": do_convert,
    "run": do_run,
    "zoo": do_zoo,
    "completion": do_completion,
}
