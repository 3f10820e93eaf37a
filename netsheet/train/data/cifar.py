"""CIFAR-10 and CIFAR-100, in their binary and in their Python files, from folders or archives.

Requirements met here: the Python files are pickles, and are read without running them
(`pickles.py`); a file that is not whole rows is refused.

Source: Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images", and the layout on
its page: a row is one label (CIFAR-100: coarse, then fine) and 3·32·32 values, red, green, blue.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from netsheet.core.errors import DataError
from netsheet.train.data.box import Box
from netsheet.train.data.labels import classify
from netsheet.train.data.pickles import read_pickle
from netsheet.train.data.pictures import Held, Pictures

VALUES = 3 * 32 * 32


class Layout(NamedTuple):
    """One form of one of the two sets: its files, and where labels and names are."""

    train: tuple[str, ...]
    test: str
    names: str
    labels_in_row: int
    label_key: str
    names_key: str


BATCHES = tuple(f"data_batch_{number}" for number in range(1, 6))

LAYOUTS = {
    "CIFAR-10, binary": Layout(
        tuple(f"{name}.bin" for name in BATCHES), "test_batch.bin", "batches.meta.txt", 1, "", ""
    ),
    "CIFAR-100, binary": Layout(("train.bin",), "test.bin", "fine_label_names.txt", 2, "", ""),
    "CIFAR-10, Python": Layout(BATCHES, "test_batch", "batches.meta", 0, "labels", "label_names"),
    "CIFAR-100, Python": Layout(("train",), "test", "meta", 0, "fine_labels", "fine_label_names"),
}


def layout_of(box: Box) -> str | None:
    """Which form of CIFAR a box holds, if one: it has every training file."""
    names = set(box.names())
    for name, layout in LAYOUTS.items():
        if names.issuperset((*layout.train, layout.names)):
            return name
    return None


def read(box: Box, names: tuple[str, ...] | None = None) -> dict[str, Pictures]:
    """Training and test pictures; names of the classes come from their file unless given."""
    form = layout_of(box)
    if form is None:
        what = f"{box.path} holds no whole CIFAR set"
        raise DataError(
            f"{what}\n  its files are {', '.join(LAYOUTS['CIFAR-10, Python'].train)}, …"
        )
    layout = LAYOUTS[form]
    files = {"train": layout.train}
    if layout.test in box.names():
        files["test"] = (layout.test,)
    read_one = _binary if layout.labels_in_row else _pickled
    images, labels = {}, {}
    for part, each in files.items():
        found = [read_one(box, name, layout) for name in each]
        images[part] = np.concatenate([pictures for pictures, _ in found])
        labels[part] = np.concatenate([numbers for _, numbers in found])
    classes_of = names or _names(box, layout)
    numbers, classes = classify(labels, classes_of, box.path)
    return {
        part: Pictures.all(
            Held(torch.from_numpy(values), f"{part} picture"), numbers[part], classes
        )
        for part, values in images.items()
    }


Found = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


def _binary(box: Box, name: str, layout: Layout) -> Found:
    row = layout.labels_in_row + VALUES
    data = box.read(name)
    if not data or len(data) % row:
        what = f"{box.path / name} is cut short or damaged"
        raise DataError(f"{what}\n  {len(data):,} bytes are no rows of {row:,}", path=box.path)
    rows = np.frombuffer(data, np.uint8).reshape(-1, row)
    pictures = rows[:, layout.labels_in_row :].reshape(-1, 3, 32, 32)
    return pictures.copy(), rows[:, layout.labels_in_row - 1].copy()


def _pickled(box: Box, name: str, layout: Layout) -> Found:
    path = box.path / name
    table = _table(box, name)
    values, labels = table.get("data"), table.get(layout.label_key)
    if (
        not isinstance(values, np.ndarray)
        or values.dtype != np.uint8
        or values.ndim != 2  # noqa: PLR2004 pictures and their values
        or values.shape[1] != VALUES
        or not isinstance(labels, list | np.ndarray)
        or len(labels) != len(values)
    ):
        what = f"{path} is no part of CIFAR"
        hint = f"it should hold data, N×{VALUES}, and {layout.label_key}, N numbers"
        raise DataError(f"{what}\n  {hint}", path=path)
    return values.reshape(-1, 3, 32, 32).copy(), np.asarray(labels)


def _table(box: Box, name: str) -> dict[str, Any]:
    """A pickled table; its keys as text, whichever Python wrote it."""
    path = box.path / name
    table = read_pickle(box.read(name), path)
    if not isinstance(table, dict):
        raise DataError(f"{path} is no part of CIFAR: it holds no table", path=path)
    return {_text(key): value for key, value in table.items()}


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _names(box: Box, layout: Layout) -> tuple[str, ...]:
    if layout.labels_in_row:
        text = box.read(layout.names, 1_000_000).decode("utf-8", "replace")
        return tuple(line.strip() for line in text.splitlines() if line.strip())
    names = _table(box, layout.names).get(layout.names_key)
    if not isinstance(names, list):
        path = box.path / layout.names
        raise DataError(f"{path} holds no names of classes", path=path)
    return tuple(_text(name) for name in names)


def files(folder: Path) -> bool:
    """Whether a folder holds a CIFAR set."""
    return layout_of(Box(folder)) is not None
