"""`netsheet trace`: one value followed to its products."""

import argparse
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from netsheet.cli.command import Command
from netsheet.cli.streams import net_of, put
from netsheet.core.errors import ChoiceError, RuleError
from netsheet.core.span import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netsheet.convolution.backwards import Met, Reader
    from netsheet.convolution.trace import Trace
    from netsheet.core.shape import Shape
    from netsheet.layers.base import Layer
    from netsheet.render.stamp.scene import Scene


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
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
"""What no sheet's name ends in."""


class Answer(NamedTuple):
    """What is told: lines, the same as data, and a drawing, made when it is asked for."""

    lines: list[str]
    data: dict[str, Any]
    draw: "Callable[[], Scene]"


def run(asked: argparse.Namespace) -> int:
    """Follow a value, and print or write what it is made of."""
    suffix = Path(asked.output).suffix.casefold() if asked.output else ""
    if asked.output and suffix not in SUFFIXES:
        ends = f'"{asked.output}" ends in no format that a trace is written in'
        raise ChoiceError(f"{ends}; there are {', '.join(SUFFIXES)}")
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
        _draw(answer.draw(), asked.output, suffix)
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
    from netsheet.convolution.backwards import met_by, read_by
    from netsheet.convolution.rows import layer_of

    if Path(asked.net).suffix.casefold() in PICTURES:
        raise ChoiceError(f"{asked.net} is a picture; say what is laid on it, as --kernel outline")
    if len(asked.rest) != 2:  # noqa: PLR2004 row and place
        raise ChoiceError("name a row of the network and a place in it, as conv1 10,27,27")
    row, text = asked.rest
    net, place = net_of(asked.net, asked.input), place_of(text)
    name, layer, x = layer_of(net.graph, row)
    asking = Asking(f"{net.name} {name}", layer, x, place)
    if asked.of == "input":
        return asking.readers(read_by(layer, x, place))
    if asked.of == "weight":
        channel, met = met_by(layer, x, place)
        return asking.met(channel, met, layer.weights(x)[0].shape)
    if asked.picture is None:
        raise ChoiceError("values need a picture; name one behind --picture")
    from netsheet.run.follow import follow

    found = follow(net.graph, row, place, asked.picture, weights=asked.weights, seed=asked.seed)
    named = found.trace._replace(name=asking.name)
    lines = [*account.told(named, shown=asked.slices), *found.lines()]
    data = {**named.to_dict(), "computed": found.computed, "then": dict(found.after)}
    return Answer(lines, data, partial(_followed, named, [line.strip() for line in found.lines()]))


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
    asking = Asking(laid.name, laid.layer, laid.x, place)
    if asked.of == "input":
        return asking.readers(laid.readers(place))
    if asked.of == "weight":
        return asking.met(0, laid.met(place), laid.weights.shape)
    found, held = laid.follow(place)
    end = laid.becomes(found.value, held)
    lines = [*account.told(found, shown=asked.slices), f"  {end}"]
    return Answer(lines, {**found.to_dict(), "held": held}, partial(_followed, found, [end]))


class Asking(NamedTuple):
    """A layer on a map, and the place of an input or a weight that is asked about."""

    name: str
    layer: "Layer"
    x: "Shape"
    place: tuple[int, ...]

    def readers(self, readers: "Sequence[Reader]") -> Answer:
        """Who reads an input value."""
        from netsheet.convolution import account

        what, y = self.layer.describe(), self.layer.output(self.x)
        lines = account.told_readers(self.name, what, self.place, readers, self.x.rank)

        def draw() -> "Scene":
            from netsheet.render.stamp.backwards import readers_scene

            return readers_scene(self.name, lines[1].strip(), self.place, (self.x, y), readers)

        data = {"name": self.name, "input": self.place, "read_by": [r._asdict() for r in readers]}
        return Answer(lines, data, draw)

    def met(self, channel: int, met: "Sequence[Met]", shape: tuple[int, ...]) -> Answer:
        """What a weight meets."""
        from netsheet.convolution import account

        what = self.layer.describe()
        lines = account.told_met(self.name, what, self.place, channel, met, shape)

        def draw() -> "Scene":
            from netsheet.render.stamp.backwards import met_scene

            sides = shape[len(shape) - self.x.rank :]
            said = [line.strip() for line in lines[1:3] if "for output" not in line]
            return met_scene(self.name, said, self.place, (sides, self.x), met)

        data = {
            "name": self.name,
            "weight": self.place,
            "channel": channel,
            "meets": [each._asdict() for each in met],
        }
        return Answer(lines, data, draw)


def _followed(trace: "Trace", end: list[str]) -> "Scene":
    """The drawing of an output's trace."""
    from netsheet.render.stamp.follow import scene_of

    return scene_of(trace, end)


def _draw(scene: "Scene", path: str, suffix: str) -> None:
    """Write a drawing."""
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
