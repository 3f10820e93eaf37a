"""Labels into classes: whole numbers checked, counted from 0, and each class seen in training.

Requirements met here: a label that can't be is named with its picture; a class without a single
training picture is refused, as nothing could be learned about it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from netsheet.core.errors import DataError

SHOWN = 6
"""Names that a message lists."""


def whole_numbers(labels: Any, part: str, path: str | Path | None = None) -> np.ndarray[Any, Any]:
    """Labels as a vector of int64; DataError if they are no whole numbers from 0 on.

    A column (N×1) is taken as a vector, and floats that are whole as the numbers they are.
    """
    found = np.asarray(labels)
    if found.ndim == 2 and found.shape[1] == 1:  # noqa: PLR2004 a column
        found = found[:, 0]
    if found.ndim != 1:
        sizes = "×".join(map(str, found.shape)) or "one number"
        what = f"the labels of {part} are {sizes}\n  give one whole number for each picture"
        raise DataError(what, path=path)
    if found.dtype.kind == "f" and np.isfinite(found).all() and (found == np.floor(found)).all():
        found = found.astype(np.int64)
    if found.dtype.kind not in "iub":
        what = f"the labels of {part} are {found.dtype}, not whole numbers"
        raise DataError(f"{what}\n  number the classes from 0", path=path)
    wrong = np.flatnonzero(found < 0) if found.dtype.kind == "i" else np.empty(0, np.int64)
    if wrong.size:
        first = int(wrong[0])
        what = f"label {int(found[first])} of {part} picture {first:,} is out of range"
        raise DataError(f"{what}\n  classes are numbered from 0{_more(wrong)}", path=path)
    return found.astype(np.int64)


def _more(wrong: np.ndarray[Any, Any]) -> str:
    return f"; so are {wrong.size - 1:,} more" if wrong.size > 1 else ""


def classify(
    labels: Mapping[str, Any],
    names: Sequence[str] | None = None,
    path: str | Path | None = None,
) -> tuple[dict[str, Tensor], tuple[str, ...]]:
    """Labels of each part as places in the classes, and the classes' names.

    names: of the classes 0, 1, …; without them the classes are the numbers met in training, in
    order. DataError names the first label out of range, or every class without a picture.
    """
    vectors = {part: whole_numbers(each, part, path) for part, each in labels.items()}
    if names is None:
        values = np.unique(vectors["train"])
        classes = tuple(str(value) for value in values)
        known = f"the training pictures have {_numbers(values)}"
    else:
        values = np.arange(len(names))
        classes = tuple(names)
        known = f"there are {len(names)} classes, 0 to {len(names) - 1}"
    found = {}
    for part, vector in vectors.items():
        wrong = np.flatnonzero(~np.isin(vector, values))
        if wrong.size:
            first = int(wrong[0])
            what = f"label {int(vector[first])} of {part} picture {first:,} is out of range"
            raise DataError(f"{what}\n  {known}{_more(wrong)}", path=path)
        found[part] = torch.from_numpy(np.searchsorted(values, vector))
    check_filled(found["train"], classes, path)
    return found, classes


def _numbers(values: np.ndarray[Any, Any]) -> str:
    if len(values) and values[-1] - values[0] + 1 == len(values):
        return f"{values[0]} to {values[-1]}"
    shown = ", ".join(map(str, values[:SHOWN]))
    return shown + (", …" if len(values) > SHOWN else "")


def check_filled(labels: Tensor, classes: Sequence[str], path: str | Path | None = None) -> None:
    """Refuse classes without a single training picture, and training on none or one class."""
    counts = torch.bincount(labels, minlength=len(classes)).tolist()
    empty = [name for name, count in zip(classes, counts, strict=True) if not count]
    if not len(labels):
        raise DataError("there is no training picture", path=path)
    if empty:
        names = ", ".join(empty[:SHOWN]) + (", …" if len(empty) > SHOWN else "")
        word = "class is" if len(empty) == 1 else f"{len(empty)} classes are"
        what = f"{word} empty in training: {names}"
        raise DataError(f"{what}\n  give each a picture, or leave the class out", path=path)
    if len(classes) < 2:  # noqa: PLR2004 one class teaches nothing
        what = f"there is one class alone, {classes[0]}"
        raise DataError(f"{what}\n  telling apart needs two or more", path=path)
