"""IDX files of the MNIST family, plain or through gzip.

Requirements met here: what a header says is held against what the file holds before anything is
made of it; pictures and labels must be equally many.
"""

import re
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from netsheet.core.errors import DataError
from netsheet.core.numbers import product
from netsheet.train.data.box import Box
from netsheet.train.data.labels import classify
from netsheet.train.data.pictures import Held, Pictures, levels

KINDS: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
"""Types by their byte. Source: "The IDX file format" on the MNIST page of LeCun, Cortes, Burges."""

MOST_AXES = 4

NAME = re.compile(r"(?P<stem>.*?)(?P<what>images|labels)[-.]idx(?P<axes>[134])-ubyte(\.gz)?")
"""`train-images-idx3-ubyte.gz`, `emnist-letters-test-labels-idx1-ubyte`, with a dot too."""

PARTS = {"train": "train", "t10k": "test", "test": "test", "val": "val", "valid": "val"}


def read_idx(data: bytes, name: str) -> np.ndarray[Any, Any]:
    """The array in an IDX file's bytes; DataError if header and content disagree.

    Layout: two zero bytes, the type's byte, the number of axes, their sizes as big-endian 32-bit
    numbers, then the values.
    """
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in KINDS:  # noqa: PLR2004 its head
        what = f"{name} is no IDX file"
        begins = data[:4].hex(" ") or "nothing"
        raise DataError(f"{what}\n  it begins with {begins}, not 00 00 and a type", path=name)
    kind, axes = KINDS[data[2]], data[3]
    start = 4 + 4 * axes
    if not 1 <= axes <= MOST_AXES or len(data) < start:
        what = f"{name} is no IDX file: it has {axes} axes"
        raise DataError(f"{what}\n  1 to {MOST_AXES} are read", path=name)
    sizes = struct.unpack(f">{axes}I", data[4:start])
    expected = start + product(sizes) * kind.itemsize
    if len(data) != expected:
        what = f"{name} is cut short or damaged"
        says = f"its header says {'×'.join(map(str, sizes))}, {expected:,} bytes in all"
        raise DataError(f"{what}\n  {says}, and it has {len(data):,}", path=name)
    array: np.ndarray[Any, Any] = np.frombuffer(data, kind, offset=start).reshape(sizes)
    return array.astype(kind.newbyteorder("="))


class Names(NamedTuple):
    """The two files of one part."""

    images: str
    labels: str


def parts_of(box: Box) -> dict[str, Names]:
    """The IDX files in a box by part; empty where there are none, DataError for half a part."""
    found: dict[str, dict[str, str]] = {}
    for name in box.names():
        match = NAME.fullmatch(name)
        if match is None:
            continue
        words = [word for word in re.split(r"[-_.]", match["stem"]) if word in PARTS]
        part = PARTS[words[-1]] if words else "train"
        earlier = found.setdefault(part, {}).setdefault(match["what"], name)
        if earlier.removesuffix(".gz") != name.removesuffix(".gz"):
            what = f"{box.path} holds {match['what']} of {part} twice: {earlier} and {name}"
            raise DataError(f"{what}\n  give each data set a folder of its own", path=box.path)
    for part, files in found.items():
        lacking = {"images", "labels"} - files.keys()
        if lacking:
            what = f"{box.path} has {', '.join(files.values())}, but no {lacking.pop()} of {part}"
            raise DataError(what, path=box.path)
    return {part: Names(files["images"], files["labels"]) for part, files in found.items()}


def read(box: Box, names: tuple[str, ...] | None = None) -> dict[str, Pictures]:
    """Every part that the IDX files of a box hold; `names`: of the classes, in order of numbers."""
    images, labels = {}, {}
    for part, files in parts_of(box).items():
        array = read_idx(box.read(files.images), files.images)
        if array.dtype != np.uint8 or array.ndim not in {3, 4}:
            what = f"{files.images} holds {array.dtype} with {array.ndim} axes, not 8-bit pictures"
            raise DataError(what, path=box.path)
        numbers = read_idx(box.read(files.labels), files.labels)
        if numbers.ndim != 1 or len(numbers) != len(array):
            many = "×".join(map(str, numbers.shape))
            what = f"{files.images} has {len(array):,} pictures, and {files.labels} {many} labels"
            raise DataError(what, path=box.path)
        images[part] = torch.from_numpy(array if array.ndim == 4 else array[:, None])  # noqa: PLR2004 channels
        labels[part] = numbers
    if "train" not in images:
        raise DataError(f"{box.path} has no training pictures", path=box.path)
    found, classes = classify(labels, names, box.path)
    most = levels(images["train"])
    return {
        part: Pictures.all(Held(values, f"{part} picture", most=most), found[part], classes)
        for part, values in images.items()
    }


def files(folder: Path) -> bool:
    """Whether a folder holds IDX files."""
    return any(NAME.fullmatch(each.name) for each in folder.iterdir() if each.is_file())
