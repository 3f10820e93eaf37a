"""The main job, start to end: networks read, computed, explained and run, and a filter seen.

python examples/demo.py [FOLDER]      what it makes goes into demo/ unless a folder is named
"""

import os
import sys
from pathlib import Path

from netsheet.cli import main

HERE = Path(__file__).parent
PICTURE = os.path.relpath(HERE / "cat.jpg")


def step(title: str, *command: str) -> None:
    """Say what is done, do it, and stop at the first failure."""
    print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n{title}")
    print(f"$ netsheet {' '.join(command)}\n", flush=True)
    status = main(command)
    if status:
        raise SystemExit(status)


def demo(folder: Path) -> None:
    """Every step; files go into the folder."""
    step(
        "GoogLeNet, its table typed in as the paper prints it: every cell computed.",
        "show",
        "googlenet",
    )
    step("AlexNet: five convolutions, three dense layers.", "show", "alexnet")
    step("How one number came about.", "explain", "alexnet", "conv2.params")
    step("Where AlexNet's parameters sit, and why.", "explain", "alexnet", "total.params")
    step(
        "The same as a page to open in a browser, and as a drawing.",
        "convert",
        "googlenet",
        str(folder / "googlenet.html"),
    )
    step("", "convert", "googlenet", str(folder / "googlenet.svg"))
    step(
        "AlexNet run on a photograph.",
        "run",
        "alexnet",
        PICTURE,
        "--maps",
        str(folder / "alexnet"),
        "--rows",
        "conv1.conv,conv2,conv5",
    )
    step(
        "GoogLeNet run on the same.",
        "run",
        "googlenet",
        PICTURE,
        "--maps",
        str(folder / "googlenet"),
        "--rows",
        "conv1,inception_3a",
    )
    step(
        "Filters on the photograph: one told to the last number, and all of them side by side.",
        "filter",
        PICTURE,
        "--kernel",
        "outline",
        "-o",
        str(folder / "outline.png"),
    )
    step("", "filter", PICTURE, "--gallery", "-o", str(folder / "filters.png"))
    step(
        "Convolution, step by step.",
        "draw",
        "conv",
        "--input",
        "8×7",
        "--kernel",
        "3",
        "--stride",
        "2",
        "--padding",
        "1",
        "-o",
        str(folder / "conv.svg"),
    )
    print(
        f"\nEverything made is in {folder}/: look at {folder / 'alexnet' / 'conv1.conv.png'} first."
    )


if __name__ == "__main__":
    demo(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("demo"))
