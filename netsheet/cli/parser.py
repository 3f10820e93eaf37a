"""The commands and their options, with their help and its examples."""

import argparse
from typing import Any, NoReturn

EXAMPLES = """\
examples:
  netsheet show alexnet                        the table, every cell computed
  netsheet show googlenet --depth 2            each block opened
  netsheet show resnet50 --input 3×320×320 --columns output,macs,memory
  netsheet explain alexnet conv2.params        how one number came about
  netsheet explain alexnet                     where the parameters sit, and why
  netsheet check mynet.md                      every problem of a sheet at once
  netsheet fmt mynet.md                        canonical layout, in place
  netsheet convert vgg16 vgg16.svg             a drawing; also .md .csv .json .html
  netsheet run alexnet cat.jpg --maps maps     run it on a picture, look at its maps
  netsheet zoo                                 what is shipped

NET is a name from the zoo, a sheet's path (path.md#variant for one of several), or - for
standard input.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line and a hint, with exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command, and where help is."""
        self.exit(2, f"netsheet: {message}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = Parser(
        prog="netsheet",
        description="A convolutional network written once, as a table; the rest is computed.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="store_true", help="print the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    _show(commands.add_parser("show", help="the sheet, every cell computed", **_examples("show")))
    _explain(commands.add_parser("explain", help="how a number came about", **_examples("explain")))
    check = commands.add_parser(
        "check", help="every problem of a sheet at once", **_examples("check")
    )
    check.add_argument("net", metavar="NET")
    fmt = commands.add_parser(
        "fmt", help="write a sheet in its canonical layout", **_examples("fmt")
    )
    fmt.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a sheet, .md or .csv; - reads and writes standard streams",
    )
    fmt.add_argument(
        "--check", action="store_true", help="change nothing; status 1 if a file is not canonical"
    )
    convert = commands.add_parser(
        "convert", help="from one format to another, by suffix", **_examples("convert")
    )
    convert.add_argument("net", metavar="IN", help="NET")
    convert.add_argument(
        "out", metavar="OUT", help="a path ending in .md, .csv, .json, .html or .svg"
    )
    convert.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")
    _run(commands.add_parser("run", help="run a network on a picture", **_examples("run")))
    zoo = commands.add_parser("zoo", help="the networks that are shipped", **_examples("zoo"))
    zoo.add_argument("--names", action="store_true", help="names alone, one a line")
    completion = commands.add_parser(
        "completion", help="a script that completes commands in a shell", **_examples("completion")
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
    return top


def _examples(command: str) -> dict[str, Any]:
    """The examples of one command, for its help."""
    lines = EXAMPLES_OF.get(command, ())
    text = "examples:\n" + "\n".join(f"  {line}" for line in lines) if lines else None
    return {"epilog": text, "formatter_class": argparse.RawDescriptionHelpFormatter}


EXAMPLES_OF = {
    "show": (
        "netsheet show alexnet",
        "netsheet show googlenet --depth 2 --exact",
        "netsheet show resnet50 --convention flops+bias+norm",
        "netsheet show mynet.md --format markdown",
        "netsheet show lenet5 --columns output,params,connections",
    ),
    "explain": (
        "netsheet explain alexnet                 the totals: where they sit, and why",
        "netsheet explain alexnet conv2           everything about one row",
        "netsheet explain alexnet conv2.params    one cell",
    ),
    "check": ("netsheet check mynet.md",),
    "fmt": ("netsheet fmt mynet.md", "netsheet fmt --check nets/*.md"),
    "convert": ("netsheet convert alexnet alexnet.svg", "netsheet convert mynet.md mynet.csv"),
    "run": (
        "netsheet run alexnet cat.jpg",
        "netsheet run alexnet cat.jpg --maps maps --rows conv1,conv2",
        "netsheet run lenet5 digit.png --weights lenet5.safetensors",
    ),
    "zoo": ("netsheet zoo",),
    "completion": (
        "netsheet completion bash > ~/.local/share/bash-completion/completions/netsheet",
    ),
}


def _show(command: argparse.ArgumentParser) -> None:
    command.add_argument("net", metavar="NET")
    command.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")
    command.add_argument(
        "--columns", metavar="NAMES", help="columns, with commas: output,params,macs,…"
    )
    command.add_argument(
        "--convention",
        default="macs",
        metavar="NAME",
        help="what `ops` counts: macs, flops, flops+bias+norm, flops+all, …",
    )
    command.add_argument(
        "--memory",
        default="live",
        choices=("live", "torch", "torch-inplace"),
        help="which values count as held in memory",
    )
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


def _explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("net", metavar="NET")
    command.add_argument(
        "cell",
        metavar="ROW[.COLUMN]",
        nargs="?",
        default="",
        help="a row, a cell, or a total such as total.params; the totals if left out",
    )
    command.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")
    command.add_argument("--convention", default="macs", metavar="NAME", help="what `ops` counts")
    command.add_argument("--memory", default="live", choices=("live", "torch", "torch-inplace"))


def _run(command: argparse.ArgumentParser) -> None:
    command.add_argument("net", metavar="NET")
    command.add_argument("picture", metavar="PICTURE", help="a JPEG or PNG")
    command.add_argument(
        "--weights", metavar="FILE", help="a .safetensors or .pth file; random weights otherwise"
    )
    command.add_argument(
        "--maps", metavar="FOLDER", help="write feature maps, a contact sheet a row"
    )
    command.add_argument(
        "--rows",
        metavar="NAMES",
        help="rows whose maps are written, with commas; the first of each stage if left out",
    )
    command.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")
    command.add_argument("--seed", type=int, default=0, help="of the random weights")
    command.add_argument(
        "--top", type=int, default=5, metavar="N", help="how many outputs to print"
    )
