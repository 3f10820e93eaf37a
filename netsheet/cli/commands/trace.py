"""`netsheet trace`: one value followed to its products."""

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

from netsheet.cli.command import Command
from netsheet.cli.streams import net_of, put
from netsheet.convolution.trace import Trace
from netsheet.core.errors import ChoiceError, RuleError
from netsheet.core.span import shorten


def arguments(command: argparse.ArgumentParser) -> None:
    """Of what, which value, and what is asked of it."""
    command.add_argument("net", metavar="NET|PICTURE", help="a network, or with --kernel a picture")
    command.add_argument(
        "rest",
        metavar="[ROW] INDEX",
        nargs="+",
        help="a network's row, and a place: channel, row, column, as 10,27,27",
    )
    command.add_argument("--picture", metavar="PICTURE", help="what the network is run on")
    command.add_argument("--weights", metavar="FILE", help="a .safetensors or .pth file")
    command.add_argument("--seed", type=int, default=0, help="of random weights")
    command.add_argument("--input", metavar="C×H×W", help="another input than the sheet's")
    command.add_argument("--kernel", metavar="KERNEL", help="as for netsheet filter")
    command.add_argument("--stride", type=int, default=1, metavar="N", help="of the kernel")
    command.add_argument("--padding", default="same", metavar="N", help="of the kernel")
    command.add_argument("--border", default="reflect", metavar="WORD", help="of the kernel")
    command.add_argument("--dilation", type=int, default=1, metavar="N", help="of the kernel")
    command.add_argument("--flip", action="store_true", help="turn the kernel round")
    command.add_argument(
        "--of",
        default="output",
        choices=("output", "input", "weight"),
        help="what INDEX is a place of: what makes up an output, who reads an input, what a weight "
        "meets",
    )
    command.add_argument(
        "--slices", type=int, default=3, metavar="N", help="channels that are written out"
    )
    command.add_argument(
        "-o", "--output", metavar="FILE", help="a path ending in .txt, .json, .svg or .png"
    )


SUFFIXES = (".txt", ".json", ".svg", ".png")


class Answer(NamedTuple):
    """What is told: lines, the same as data, and the trace that can be drawn, if it is one."""

    lines: list[str]
    data: dict[str, Any]
    trace: Trace | None = None
    end: tuple[str, ...] = ()


def run(asked: argparse.Namespace) -> int:
    """Follow a value, and print or write what it is made of."""
    suffix = Path(asked.output).suffix.casefold() if asked.output else ""
    if asked.output and suffix not in SUFFIXES:
        ends = f'"{asked.output}" ends in no format that a trace is written in'
        raise ChoiceError(f"{ends}; there are {', '.join(SUFFIXES)}")
    if suffix in {".svg", ".png"} and asked.of != "output":
        raise ChoiceError(
            "only what makes up an output is drawn; write the others as .txt or .json"
        )
    answer = _of_picture(asked) if asked.kernel is not None else _of_net(asked)
    text = "\n".join(answer.lines) + "\n"
    if not asked.output:
        put(text)
        return 0
    if suffix == ".txt":
        put(text, asked.output)
    elif suffix == ".json":
        put(json.dumps(answer.data, ensure_ascii=False, indent=1) + "\n", asked.output)
    else:
        _draw(answer, asked.output, suffix)
    put(f"{asked.output}: trace written\n")
    return 0


def place_of(text: str) -> tuple[int, ...]:
    """A place from `10,27,27`; RuleError where it is none."""
    parts = [part for part in text.replace("×", ",").replace("x", ",").split(",") if part.strip()]
    if not parts or not all(part.strip().isdecimal() and len(part) < 10 for part in parts):  # noqa: PLR2004 digits
        what = f'"{shorten(text)}" is no place'
        raise RuleError(what, hint="a place is written as 10,27,27: channel, row, column, from 0")
    return tuple(int(part) for part in parts)


def _of_net(asked: argparse.Namespace) -> Answer:
    """A value of a row of a network."""
    from netsheet.convolution import account
    from netsheet.convolution.rows import met_in, readers_of

    if len(asked.rest) != 2:  # noqa: PLR2004 row and place
        raise ChoiceError("name a row of the network and a place in it, as conv1 10,27,27")
    row, text = asked.rest
    net, place = net_of(asked.net, asked.input), place_of(text)
    if asked.of == "input":
        name, layer, readers = readers_of(net.graph, row, place)
        what = f"{net.name} {name}"
        lines = account.told_readers(what, layer.describe(), place, readers, len(place) - 1)
        return Answer(
            lines, {"name": what, "input": place, "read_by": [r._asdict() for r in readers]}
        )
    if asked.of == "weight":
        name, layer, channel, met, sides = met_in(net.graph, row, place)
        what = f"{net.name} {name}"
        lines = account.told_met(what, layer.describe(), place, channel, met, sides)
        data = {
            "name": what,
            "weight": place,
            "channel": channel,
            "meets": [m._asdict() for m in met],
        }
        return Answer(lines, data)
    if asked.picture is None:
        raise ChoiceError("values need a picture; name one behind --picture")
    from netsheet.run.follow import follow

    found = follow(net.graph, row, place, asked.picture, weights=asked.weights, seed=asked.seed)
    named = found.trace._replace(name=f"{net.name} {found.trace.name}")
    lines = [*account.told(named, shown=asked.slices), *found.lines()]
    data = {**named.to_dict(), "computed": found.computed, "then": dict(found.after)}
    return Answer(lines, data, named, tuple(line.strip() for line in found.lines()))


def _of_picture(asked: argparse.Namespace) -> Answer:
    """A value of a filtered picture."""
    from netsheet.convolution import account
    from netsheet.convolution.border import Border
    from netsheet.convolution.kernel import find_kernel
    from netsheet.convolution.pixel import lay_on

    if len(asked.rest) != 1:
        raise ChoiceError("name a place in the picture, as 0,100,150: channel, row, column")
    place = place_of(asked.rest[0])
    padding = int(asked.padding) if asked.padding.isdecimal() else asked.padding
    try:
        border = Border.of("constant", float(asked.border))
    except ValueError:
        border = Border.of(asked.border)
    options = {"stride": asked.stride, "padding": padding, "dilation": asked.dilation}
    laid = lay_on(asked.net, find_kernel(asked.kernel), border, flip=asked.flip, **options)
    describe = laid.layer.describe()
    if asked.of == "input":
        readers = laid.readers(place)
        lines = account.told_readers(laid.name, describe, place, readers, 2)
        data = {"name": laid.name, "input": place, "read_by": [r._asdict() for r in readers]}
        return Answer(lines, data)
    if asked.of == "weight":
        met = laid.met(place)
        sides = laid.weights.shape
        lines = account.told_met(laid.name, describe, place, 0, met, sides)
        return Answer(
            lines, {"name": laid.name, "weight": place, "meets": [m._asdict() for m in met]}
        )
    found, held = laid.follow(place)
    end = f"the picture holds {held}"
    lines = [*account.told(found, shown=asked.slices), f"  {end}"]
    return Answer(lines, {**found.to_dict(), "held": held}, found, (end,))


def _draw(answer: Answer, path: str, suffix: str) -> None:
    """Write a trace as a picture."""
    from netsheet.render.stamp.follow import scene_of

    assert answer.trace is not None  # noqa: S101 only outputs are drawn
    scene = scene_of(answer.trace, answer.end)
    if suffix == ".svg":
        from netsheet.render.stamp.svg import animated

        put(animated(scene), path)
        return
    from netsheet.render.stamp.raster import write_png

    write_png(scene, path)


COMMAND = Command(
    "trace",
    75,
    "one value followed to its products",
    arguments,
    run,
    (
        ("netsheet trace cat.jpg 0,100,150 --kernel outline", "what a pixel is made of"),
        ("netsheet trace alexnet conv1 10,27,27 --picture cat.jpg", "what a network's value is"),
        ("netsheet trace lenet5 C3 0,4,5 --of input", "who reads an input value"),
        ("netsheet trace lenet5 C3 7,2,2 --of weight", "which inputs a weight meets"),
    ),
)
