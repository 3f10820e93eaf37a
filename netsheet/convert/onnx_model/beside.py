"""Values of tensors that lie in files beside the model.

Requirements met here: a file is read only if it lies in the model's own folder, whichever way
its name, or a symbolic link, tries to lead out of it; only plain files are opened; no more is
read than the tensor has.
"""

from collections.abc import Callable
from math import prod
from pathlib import Path, PurePosixPath, PureWindowsPath
from stat import S_ISREG
from typing import Any

from netsheet.core.errors import FileError
from netsheet.core.span import shorten


def values_beside(proto: Any, sizes: tuple[int, ...], folder: Path) -> Callable[[], Any]:
    """The way to a tensor's values in a file beside; FileError says why it isn't taken."""
    from onnx import helper

    from netsheet.convert.onnx_model.tensors import bytes_of

    what = f'the tensor "{shorten(proto.name)}"'
    entries = {entry.key: entry.value for entry in proto.external_data}
    path = within(folder, entries.get("location", ""), what)
    offset, length = (_number(entries.get(key, ""), what, key) for key in ("offset", "length"))
    wanted = bytes_of(proto.data_type, prod(sizes))
    dtype = helper.tensor_dtype_to_np_dtype(proto.data_type)
    if wanted != prod(sizes) * dtype.itemsize:
        raise FileError(f"{what} shares bytes between values, in a file beside")
    if length is not None and length != wanted:
        raise FileError(f"{what} has {length:,} bytes in {path.name}, and {wanted:,} are needed")
    start = offset or 0
    size = path.stat().st_size
    if start + wanted > size:
        need = f"it ends at byte {size:,}, and byte {start + wanted:,} is needed"
        raise FileError(f"{what} is not all in {path.name}\n  {need}", path=path)

    def load() -> Any:
        import numpy as np

        if not wanted:
            return np.empty(sizes, dtype)
        return np.memmap(path, dtype.newbyteorder("<"), "r", start, sizes)

    return load


def within(folder: Path, location: str, what: str) -> Path:
    """A plain file in a folder, by a name that a model gives; FileError for any other."""
    shown = shorten(location, 80)
    parts = (*PurePosixPath(location).parts, *PureWindowsPath(location).parts)
    absolute = PurePosixPath(location).is_absolute() or PureWindowsPath(location).drive
    if not parts or "\0" in location or absolute or ".." in parts or parts[0] in {"/", "\\"}:
        raise FileError(f'{what} is said to lie in "{shown}", which is not beside the model')
    try:
        root = folder.resolve(strict=True)
        path = (root / location).resolve(strict=True)
        plain = S_ISREG(path.stat().st_mode)
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f'{what} should lie in "{shown}", and there is no such file') from error
    if not path.is_relative_to(root):
        raise FileError(f'{what} is said to lie in "{shown}", which leads out of the folder')
    if not plain:
        raise FileError(f'{what} is said to lie in "{shown}", which is no plain file')
    return path


def _number(text: str, what: str, key: str) -> int | None:
    """A number of bytes, or none where it isn't said."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:  # noqa: PLR2004 digits of 2⁶³
        raise FileError(f'{what} has "{shorten(text)}" for its {key} in a file beside')
    return int(text)
