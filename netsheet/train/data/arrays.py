"""Arrays, tensors and torch datasets as parts of a data set.

Requirements met here: whole numbers from 0 to 255 are kept as 8-bit pictures, whatever type they
came in; where the channels stand is told from the shape, and refused where it can't be.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from netsheet.core.errors import DataError
from netsheet.train.data.labels import classify
from netsheet.train.data.pictures import Held, Pictures, levels

CHANNELS = frozenset({1, 3, 4})
"""Numbers of channels by which the axis of channels is known."""


def from_arrays(
    given: Mapping[str, tuple[Any, Any]],
    names: Sequence[str] | None = None,
    path: str | Path | None = None,
) -> dict[str, Pictures]:
    """Parts from (pictures, labels): arrays or tensors, N×H×W, N×C×H×W or N×H×W×C.

    N×C×L and N×C×D×H×W, which are no pictures, are taken as they are, channels first. DataError
    says what does not fit.
    """
    images = {part: pictures(values, part, path) for part, (values, _) in given.items()}
    shapes = {part: tuple(values.shape[1:]) for part, values in images.items()}
    other = {part: shape for part, shape in shapes.items() if shape != shapes["train"]}
    if other:
        part, shape = next(iter(other.items()))
        what = f"pictures of train are {'×'.join(map(str, shapes['train']))}"
        raise DataError(f"{what}, and of {part} {'×'.join(map(str, shape))}", path=path)
    if len({values.dtype for values in images.values()}) > 1:
        images = {part: _floats(values) for part, values in images.items()}
    labels, classes = classify(
        {part: _array(numbers) for part, (_, numbers) in given.items()}, names, path
    )
    for part, values in images.items():
        if len(values) != len(labels[part]):
            what = f"{part} has {len(values):,} pictures and {len(labels[part]):,} labels"
            raise DataError(what, path=path)
    most = levels(images["train"])
    return {
        part: Pictures.all(Held(values, f"{part} picture", most=most), labels[part], classes)
        for part, values in images.items()
    }


def _array(values: Any) -> Any:
    """A tensor of any device as an array; anything else as it is."""
    return values.detach().cpu().numpy() if isinstance(values, Tensor) else np.asarray(values)


def _floats(values: Tensor) -> Tensor:
    return values.float() / 255 if values.dtype == torch.uint8 else values


def pictures(values: Any, part: str, path: str | Path | None = None) -> Tensor:
    """Pictures N×C×H×W, 8-bit where their values are whole numbers from 0 to 255, else float32."""
    array = _array(values)
    if array.dtype.kind not in "buif":
        raise DataError(f"pictures of {part} are {array.dtype}, not numbers", path=path)
    if not len(array):
        raise DataError(f"{part} has no pictures", path=path)
    array = _channels_first(array, part, path)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        first = int(np.flatnonzero(~np.isfinite(array).reshape(len(array), -1).all(1))[0])
        what = f"{part} picture {first:,} has values that are no finite numbers"
        raise DataError(what, path=path)
    if array.dtype == np.uint8:
        return torch.from_numpy(np.ascontiguousarray(array))
    low, high = float(array.min()), float(array.max())
    if low >= 0 and 1 < high <= 255 and (array == np.floor(array)).all():  # noqa: PLR2004 8 bits
        return torch.from_numpy(np.ascontiguousarray(array.astype(np.uint8)))
    return torch.from_numpy(np.ascontiguousarray(array.astype(np.float32)))


def _channels_first(array: Any, part: str, path: str | Path | None) -> Any:
    """An array with its channels behind the number of pictures."""
    sizes = "×".join(map(str, array.shape))
    match array.ndim:
        case 3 if array.shape[1] in CHANNELS and array.shape[2] > 4 * array.shape[1]:
            return array  # N×C×L
        case 3:
            return array[:, None]
        case 4 if array.shape[1] in CHANNELS and array.shape[3] not in CHANNELS:
            return array
        case 4 if array.shape[3] in CHANNELS and array.shape[1] not in CHANNELS:
            return np.moveaxis(array, 3, 1)
        case 4 | 5:
            return array
        case _:
            what = f"pictures of {part} are {sizes}"
            raise DataError(f"{what}\n  give N×H×W, N×C×H×W or N×H×W×C", path=path)


def from_dataset(dataset: Any, part: str = "train") -> tuple[Any, Any]:
    """Pictures and labels of a map-style dataset that gives (picture, label), all in memory.

    A picture is a tensor or an array of one shape, or one of Pillow's.
    """
    images, labels = [], []
    for place in range(len(dataset)):
        picture, label = dataset[place]
        images.append(_array(picture))
        labels.append(int(label))
        if images[-1].shape != images[0].shape:
            sizes = ("×".join(map(str, each.shape)) for each in (images[0], images[-1]))
            what = f"picture {place:,} of {part} is not of the others' size"
            raise DataError(f"{what}: {' and '.join(sizes)}")
    if not images:
        raise DataError(f"{part} has no pictures")
    return np.stack(images), np.asarray(labels)
