"""numpy's `.npz` files, under the names that data sets in them usually have.

Requirements met here: nothing in the file is executed (arrays of objects are refused); how much
an array takes is known from its header before any of it is unpacked.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.lib import format as layout

from netsheet.core.errors import DataError
from netsheet.train.data.arrays import from_arrays
from netsheet.train.data.box import LARGEST
from netsheet.train.data.pictures import Pictures


class Keys(NamedTuple):
    """Names of one part's two arrays."""

    images: str
    labels: str


STYLES: tuple[dict[str, Keys], ...] = (
    {
        "train": Keys("x_train", "y_train"),
        "val": Keys("x_val", "y_val"),
        "test": Keys("x_test", "y_test"),
    },
    {
        "train": Keys("X_train", "y_train"),
        "val": Keys("X_val", "y_val"),
        "test": Keys("X_test", "y_test"),
    },
    {
        "train": Keys("train_images", "train_labels"),
        "val": Keys("val_images", "val_labels"),
        "test": Keys("test_images", "test_labels"),
    },
    {"train": Keys("images", "labels")},
    {"train": Keys("x", "y")},
    {"train": Keys("X", "y")},
    {"train": Keys("data", "target")},
    {"train": Keys("images", "target")},
)
"""How arrays are called by those who share data sets: Keras, scikit-learn, MedMNIST and others."""

CLASS_NAMES = ("classes", "class_names", "label_names", "target_names")


def read(path: Path) -> dict[str, Pictures]:
    """Every part that a file holds; DataError says what names were looked for."""
    try:
        sizes = _headers(path)
        style = _style(sizes, path)
        with np.load(path, allow_pickle=False) as file:
            given = {
                part: (file[keys.images], file[keys.labels])
                for part, keys in style.items()
                if {*keys} <= sizes.keys()
            }
            names = next((file[key] for key in CLASS_NAMES if key in sizes), None)
    except (
        OSError,
        ValueError,
        EOFError,
        KeyError,
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
    ) as error:
        why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise DataError(f"{path} can't be read as arrays\n  {why}", path=path) from error
    classes = None if names is None else tuple(str(name) for name in np.ravel(names))
    return from_arrays(given, classes, path)


def _style(sizes: Mapping[str, int], path: Path) -> dict[str, Keys]:
    """How the arrays are called; DataError if in no known way."""
    style = next((each for each in STYLES if {*each["train"]} <= sizes.keys()), None)
    if style is None:
        what = f"{path} holds {', '.join(sorted(sizes)) or 'nothing'}"
        hint = "name the arrays x_train, y_train, x_test, y_test, or x and y"
        raise DataError(f"{what}\n  {hint}", path=path)
    return style


def _headers(path: Path) -> dict[str, int]:
    """Bytes of each array, by name, from the headers alone; DataError for objects and too much."""
    sizes: dict[str, int] = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if not member.endswith(".npy"):
                continue
            with archive.open(member) as file:
                kind, count = _header(file)
            if kind.hasobject:
                what = f"{path} holds objects in {member}, which could be any program"
                raise DataError(f"{what}\n  save plain numbers", path=path)
            sizes[member.removesuffix(".npy")] = count * kind.itemsize
    if sum(sizes.values()) > LARGEST:
        what = f"{path} unpacks to {sum(sizes.values()):,} bytes; at most {LARGEST:,} are read"
        raise DataError(what, path=path)
    return sizes


def _header(file: Any) -> tuple[np.dtype[Any], int]:
    """Type and number of values of an array."""
    version = layout.read_magic(file)
    read_one = layout.read_array_header_1_0 if version == (1, 0) else layout.read_array_header_2_0
    shape, _, kind = read_one(file)
    count = 1
    for size in shape:
        count *= int(size)
    return kind, count
