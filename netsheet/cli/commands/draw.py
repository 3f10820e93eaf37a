"""`netsheet draw`: convolution arithmetic drawn, step by step."""

import argparse
from pathlib import Path
from typing import Any

from netsheet.cli.command import Command
from netsheet.cli.streams import put
from netsheet.core.errors import ChoiceError, RuleError
from netsheet.core.shape import TIMES, Shape
from netsheet.core.span import shorten


def arguments(command: argparse.ArgumentParser) -> None:
    """Which layer, on which map, and where it goes."""
    command.add_argument(
        "layer", metavar="LAYER", nargs="+", help="conv, max pool, average pool or transposed conv"
    )
    command.add_argument(
        "--input", metavar="SIZE", required=True, help="7×7, or with channels 3×7×7; 7 for a line"
    )
    command.add_argument("--kernel", metavar="K", required=True, help="3, or 3×5")
    command.add_argument(
        "--stride", metavar="S", help="1 if left out; of a pool, the kernel's size"
    )
    command.add_argument("--padding", metavar="P", help="0 if left out; same, valid, or pixels")
    command.add_argument("--dilation", metavar="D", help="1 if left out")
    command.add_argument("--groups", type=int, metavar="G", help="parts of the channels")
    command.add_argument("--filters", type=int, metavar="N", help="output channels, 1 if left out")
    command.add_argument("--bias", action="store_true", help="with a bias for each filter")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="of the numbers shown")
    command.add_argument(
        "--steps", metavar="N-M", help="some of the steps, as 4 or 0-8, counted from 0"
    )
    command.add_argument("--still", action="store_true", help="an SVG with all steps on one page")
    command.add_argument("--dark", action="store_true", help="a GIF or PNG for dark pages")
    command.add_argument(
        "-o", "--output", metavar="OUT", required=True, help="a path ending in .svg, .gif or .png"
    )


SUFFIXES = (".svg", ".gif", ".png")


def run(asked: argparse.Namespace) -> int:
    """Draw a layer on a small map; an SVG and a GIF move, a PNG has all steps on one page."""
    from netsheet.convolution.arithmetic import go_through
    from netsheet.render.stamp.draw import scene_of
    from netsheet.render.stamp.panels import panels
    from netsheet.render.stamp.scene import only

    suffix = Path(asked.output).suffix.casefold()
    if suffix not in SUFFIXES:
        ends = f'"{asked.output}" ends in no format that can be drawn'
        raise ChoiceError(f"{ends}; there are {', '.join(SUFFIXES)}")
    layer, x = _layer(asked)
    scene = scene_of(go_through(layer, x, seed=asked.seed))
    if asked.steps:
        scene = only(scene, _steps(asked.steps, scene.steps))
    if suffix == ".svg":
        from netsheet.render.stamp.svg import animated

        put(animated(panels(scene) if asked.still else scene), asked.output)
    else:
        from netsheet.render.stamp.raster import write_gif, write_png

        if suffix == ".gif":
            write_gif(scene, asked.output, dark=asked.dark)
        else:
            write_png(panels(scene), asked.output, dark=asked.dark)
    put(f"{asked.output}: {scene.title}, {scene.steps} step{'s' * (scene.steps != 1)} drawn\n")
    return 0


def _layer(asked: argparse.Namespace) -> tuple[Any, Shape]:
    """The layer and the map's shape."""
    from netsheet.convolution.arithmetic import DRAWN
    from netsheet.layers.registry import find

    kind = find(" ".join(asked.layer))
    if kind not in DRAWN:
        names = ", ".join(each.kind for each in DRAWN)
        raise ChoiceError(f"{kind.kind} has no picture of its steps; there are {names}")
    sizes = _sizes(asked.input, "input")
    kernel = _sizes(asked.kernel, "kernel")
    rank = len(kernel) if len(kernel) > 1 else min(len(sizes), 2)
    shape = Shape.of(sizes if len(sizes) > rank else (1, *sizes))
    declared = {attribute.name for attribute in kind.attributes()}
    given: dict[str, Any] = {"kernel": kernel if len(kernel) > 1 else kernel[0]}
    for name in ("stride", "dilation"):
        if (text := getattr(asked, name)) is not None:
            numbers = _sizes(text, name)
            given[name] = numbers if len(numbers) > 1 else numbers[0]
    if asked.padding is not None:
        word = not asked.padding.strip()[:1].isdigit()
        numbers = () if word else _sizes(asked.padding, "padding")
        given["padding"] = asked.padding if word else numbers if len(numbers) > 1 else numbers[0]
    if asked.groups is not None:
        given["groups"] = asked.groups
    if asked.filters is not None or "out" in declared:
        given["out"] = asked.filters or 1
    if asked.bias or "bias" in declared:
        given["bias"] = asked.bias
    wrong = [name for name in given if name not in declared]
    if wrong:
        named = {"out": "filters"}
        has = ", ".join(sorted(named.get(name, name) for name in declared))
        raise ChoiceError(f"{kind.kind} has no {named.get(wrong[0], wrong[0])}; it has {has}")
    return kind(**given), shape


def _sizes(text: str, name: str) -> tuple[int, ...]:
    """Whole numbers from `3×5`."""
    parts = [part for part in TIMES.split(text.strip()) if part]
    if not parts or not all(part.isdecimal() and len(part) < 10 for part in parts):  # noqa: PLR2004 digits
        raise RuleError(f'{name} "{shorten(text)}" is no size', hint="it is written as 3, or 3×5")
    return tuple(int(part) for part in parts)


def _steps(text: str, count: int) -> range:
    """Steps from `4` or `0-8`."""
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise RuleError(f'"{shorten(text)}" are no steps', hint="write one, as 4, or some, as 0-8")
    steps = range(int(first), int(last or first) + 1)
    if not steps or steps[-1] >= count:
        what = f"there are no steps {text}"
        raise RuleError(what, hint=f"there are {count:,}, from 0 to {count - 1:,}")
    return steps


COMMAND = Command(
    "draw",
    73,
    "convolution arithmetic drawn, step by step",
    arguments,
    run,
    (
        (
            "netsheet draw conv --input 7×7 --kernel 3 --stride 2 --padding 1 -o conv.svg",
            "the stamp moving over its input",
        ),
        ("netsheet draw conv --input 3×5×5 --kernel 3 --filters 4 --bias -o rgb.gif", ""),
        ("netsheet draw conv --input 4×5×5 --kernel 3 --filters 4 --groups 2 -o groups.svg", ""),
        ("netsheet draw conv --input 3×4×4 --kernel 1 --filters 2 -o skewer.png", ""),
        ("netsheet draw max pool --input 6×6 --kernel 2 -o pool.png", ""),
        ("netsheet draw transposed conv --input 3×3 --kernel 3 --stride 2 -o up.gif", ""),
    ),
)
