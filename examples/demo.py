"""The main job, start to end: networks read, computed, explained, run, filtered and trained.

python examples/demo.py [FOLDER]      what it makes goes into demo/ unless a folder is named
"""

import os
import shutil
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
    learn(folder)
    print(
        f"\nEverything made is in {folder}/: look at {folder / 'alexnet' / 'conv1.conv.png'} first."
    )


def learn(folder: Path) -> None:
    """A small network trained on shipped pictures of clothes, and asked about some of them."""
    run, clothes = folder / "training", folder / "clothes"
    shutil.rmtree(run, ignore_errors=True)
    shutil.rmtree(folder / "why", ignore_errors=True)
    step(
        "A small network trained on 7,200 pictures of clothes that are shipped.",
        "train",
        "lenet-bn",
        "--data",
        "fashion-mnist-10k",
        "--epochs",
        "4",
        "--out",
        str(run),
    )
    write_clothes(clothes)
    step(
        "It is asked about pictures that it has not seen, and why it says what it says.",
        "predict",
        str(run),
        str(clothes),
        "--why",
        str(folder / "why"),
    )


def write_clothes(folder: Path) -> None:
    """One test picture of every second class, as PNG, named after what it is."""
    import torch

    from netsheet.train.data.find import find_data
    from netsheet.train.data.pictures import Data
    from netsheet.train.report.gallery import image

    folder.mkdir(parents=True, exist_ok=True)
    data = find_data("fashion-mnist-10k")
    assert isinstance(data, Data)  # noqa: S101 a set that is shipped
    assert data.test is not None  # noqa: S101 as above
    for label in range(0, 10, 2):
        place = torch.nonzero(data.test.labels == label)[:1, 0]
        picture = image(data.test.raw(place)[0], data.test.store.scale)
        picture.save(folder / f"{data.classes[label].replace('/', ' or ').casefold()}.png")


if __name__ == "__main__":
    demo(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("demo"))
