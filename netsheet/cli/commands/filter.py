"""`netsheet filter`: a kernel laid on pictures."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netsheet.cli.command import Command
from netsheet.cli.streams import put
from netsheet.core.errors import ChoiceError

if TYPE_CHECKING:
    from netsheet.convolution.files import Written
    from netsheet.convolution.kernel import Kernel


def arguments(command: argparse.ArgumentParser) -> None:
    """Which pictures, which kernel, and how it is laid on."""
    command.add_argument(
        "pictures",
        metavar="PICTURE",
        nargs="*",
        help="a JPEG, PNG, WebP or BMP, or a folder of them",
    )
    command.add_argument(
        "--kernel",
        metavar="KERNEL",
        help='a name, such as outline or gaussian:9; numbers, "0 -1 0; -1 5 -1; 0 -1 0"; a file',
    )
    command.add_argument(
        "-o", "--output", metavar="OUT", help="a picture's path; a folder for several pictures"
    )
    command.add_argument("--list", action="store_true", help="the kernels that have a name")
    command.add_argument(
        "--gallery",
        action="store_true",
        help="all of them side by side; or KERNEL beside the picture as it is",
    )
    command.add_argument("--stride", type=int, default=1, metavar="N", help="step of the window")
    command.add_argument(
        "--padding", default="same", metavar="N", help="same, valid, or pixels on each side"
    )
    command.add_argument(
        "--border",
        default="reflect",
        metavar="WORD",
        help="what padding holds: reflect, edge, zero, wrap, or a number",
    )
    command.add_argument("--dilation", type=int, default=1, metavar="N", help="gaps in the kernel")
    command.add_argument("--repeat", type=int, default=1, metavar="N", help="how often")
    command.add_argument("--grey", action="store_true", help="turn colours to grey before")
    command.add_argument(
        "--flip", action="store_true", help="turn the kernel round: convolution as in mathematics"
    )
    command.add_argument(
        "--show",
        choices=("clip", "middle", "absolute"),
        help="values below 0: black, on mid-grey, or without their sign",
    )
    command.add_argument(
        "--algorithm", default="auto", metavar="NAME", help="direct, separable, fft, …"
    )
    command.add_argument(
        "--explain", action="store_true", help="what each algorithm would take, and which is used"
    )


def run(asked: argparse.Namespace) -> int:
    """Filter pictures, or tell about kernels."""
    from netsheet.convolution.kernel import find_kernel

    if asked.list:
        put(_listing())
        return 0
    if not asked.pictures:
        raise ChoiceError("there is nothing to filter; name a picture, or a folder of them")
    if asked.output is None:
        raise ChoiceError("where is it to be written? name a path behind -o")
    if asked.gallery:
        return _gallery(asked)
    if asked.kernel is None:
        raise ChoiceError("which kernel? name one behind --kernel; --list shows which there are")
    kernel = find_kernel(asked.kernel)
    paths = [Path(name) for name in asked.pictures]
    if len(paths) == 1 and not paths[0].is_dir():
        return _one(paths[0], kernel, asked)
    return _many(paths, kernel, asked)


def _options(asked: argparse.Namespace) -> dict[str, Any]:
    """The options as `netsheet.convolution.picture.apply` takes them."""
    from netsheet.convolution.border import Border

    padding = int(asked.padding) if asked.padding.isdecimal() else asked.padding
    try:
        border = Border.of("constant", float(asked.border))
    except ValueError:
        border = Border.of(asked.border)
    names = ("stride", "dilation", "repeat", "grey", "flip", "show", "algorithm")
    given = {name: getattr(asked, name) for name in names}
    return {**given, "padding": padding, "border": border}


def _listing() -> str:
    """The kernels that have a name, what they do, and why their numbers sum to what they do."""
    from netsheet.convolution.filters import filters

    lines = []
    for each in filters().values():
        takes = "".join(f":{setting.name}" for setting in each.settings)
        lines += [f"{each.name}{takes}", f"  {each.words}", f"  sum {each.total}"]
        lines += [
            f"  {setting.name}: {setting.words}{_default(setting)}" for setting in each.settings
        ]
    return "\n".join(lines) + "\n"


def _default(setting: Any) -> str:  # noqa: ANN401 a filter's setting
    return "" if setting.default is None else f"; {setting.default:g} if left out"


def _gallery(asked: argparse.Namespace) -> int:
    """One page with all kernels."""
    from netsheet.convolution.gallery import write_gallery

    if len(asked.pictures) != 1 or Path(asked.output).suffix.casefold() != ".png":
        raise ChoiceError("a gallery is made of one picture, and written as a .png")
    kernels = ["identity", asked.kernel] if asked.kernel else []
    write_gallery(asked.pictures[0], asked.output, kernels)
    put(f"{asked.output}: gallery written\n")
    return 0


def _one(picture: Path, kernel: "Kernel", asked: argparse.Namespace) -> int:
    """Filter one picture, and tell all about it."""
    from netsheet.convolution.files import filter_file
    from netsheet.convolution.words import told_kernel

    written = filter_file(picture, asked.output, kernel, **_options(asked))
    lines = [f"{picture}:", *(f"  {step}" for step in written.steps), *told_kernel(kernel)]
    lines += _told(written, kernel, asked)
    lines += [f"{written.out}: {written.size} written", *(f"  {word}" for word in written.told)]
    put("\n".join(lines) + "\n")
    return 0


def _told(written: "Written", kernel: "Kernel", asked: argparse.Namespace) -> list[str]:
    """How a picture was filtered, and what was clipped."""
    from netsheet.convolution.words import told_choice, told_clipped, told_padding

    filtered = written.filtered
    task = filtered.tasks[0]
    lines = [f"  {line}" for line in told_padding(task)]
    for number, clipped in enumerate(filtered.clipped, 1):
        told = told_clipped(clipped, task, asked.show or kernel.show)
        several = f"pass {number}: " if len(filtered.clipped) > 1 else ""
        lines += [f"  {several}{line}" for line in told]
    if asked.explain:
        lines += [f"  {line}".rstrip() for line in told_choice(task, filtered.choices[0])]
    return lines


def _many(paths: list[Path], kernel: "Kernel", asked: argparse.Namespace) -> int:
    """Filter all pictures, told in a line each where something is to be told."""
    from netsheet.convolution.files import Failed, filter_all, pictures_in
    from netsheet.convolution.words import told_kernel

    pictures, passed = [], 0
    for path in paths:
        found, others = pictures_in(path) if path.is_dir() else ([path], 0)
        pictures += found
        passed += others
    work = filter_all(pictures, Path(asked.output), kernel, **_options(asked))
    failed = [done for done in _watched(work, len(pictures)) if isinstance(done, Failed)]
    lines = told_kernel(kernel)
    lines.append(
        f"{asked.output}: {len(pictures) - len(failed):,} of {len(pictures):,} pictures written"
    )
    if passed:
        left = "1 other file" if passed == 1 else f"{passed:,} other files"
        lines.append(f"  {left} passed over, for no picture that is read begins so")
    put("\n".join(lines) + "\n")
    for each in sorted(failed):
        sys.stderr.write(f"netsheet: {each.error}\n")
    return 2 if failed else 0


def _watched(work: Any, count: int) -> Any:  # noqa: ANN401 an iterator, handed on
    """The same, with a bar on a terminal."""
    if not sys.stderr.isatty():
        return work
    from rich.console import Console
    from rich.progress import track

    return track(work, "filtering", count, console=Console(stderr=True), transient=True)


COMMAND = Command(
    "filter",
    70,
    "a kernel laid on pictures",
    arguments,
    run,
    (
        ("netsheet filter cat.jpg --kernel outline -o out.png", "a filter on a picture"),
        ("netsheet filter cat.jpg --gallery -o gallery.png", "all filters, side by side"),
        ('netsheet filter cat.jpg --kernel "0 -1 0; -1 5 -1; 0 -1 0" -o out.png', ""),
        ("netsheet filter photos --kernel gaussian:9 -o blurred", "a folder of pictures"),
        ("netsheet filter cat.jpg --kernel box:31 -o out.png --explain", "how it is computed"),
        ("netsheet filter --list", "the kernels that have a name"),
    ),
)
