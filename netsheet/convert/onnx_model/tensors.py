"""Constants of a file: their shapes at once, their values when they are asked for.

Requirements met here: reading costs no more than the file's own bytes, however large the tensors
that it speaks of (one number may fill a thousand million places); a tensor whose bytes are not
there is refused; values beside the file are read from its own folder, and from nowhere else.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from struct import pack, unpack
from typing import Any

from netsheet.core.errors import FileError, UnsupportedError
from netsheet.core.span import shorten

MOST_VALUES = 2**33
"""Values of one tensor: far above any network's, far below any trouble with sizes."""

MOST_AXES = 32

MOST_STEPS = 64
"""Operators that a tensor may go through before it is used."""

MOST_SETTINGS = 4096
"""Values that may be settings, such as sizes and pads."""


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A constant: its name in the file (empty if it was computed), shape, and way to its values.

    stored: it is one of the file's tensors, and not a number that an operator is given. steps:
    how many operators lie between it and the file's.
    """

    name: str
    shape: tuple[int, ...]
    load: Callable[[], Any]
    stored: bool = False
    steps: int = 0

    @property
    def count(self) -> int:
        """Number of values."""
        return prod(self.shape)

    def array(self) -> Any:
        """The values, as numpy has them; not to be written to."""
        return self.load().reshape(self.shape)

    def numbers(self) -> tuple[Any, ...]:
        """The values where they are few; UnsupportedError where they are too many to be settings.

        A 32-bit decimal is given as people wrote it: 0.1, and not 0.10000000149011612.
        """
        if self.count > MOST_SETTINGS:
            raise UnsupportedError(f"{self.count:,} values are too many to be settings")
        values = self.array().reshape(-1)
        if values.dtype.kind == "f":
            return tuple(map(shortest, values.astype("float64").tolist()))
        return tuple(values.tolist())

    def changed(self, change: Callable[[Any], Any]) -> "Tensor":
        """Another tensor of this shape, whose values are made of these when they are asked for."""
        return replace(self, load=lambda: change(self.array()), steps=further(self))

    def reshaped(self, shape: Sequence[int]) -> "Tensor":
        """The same values, cut into axes otherwise."""
        return replace(self, shape=tuple(shape))

    def turned(self, order: Sequence[int]) -> "Tensor":
        """The same values with their axes in another order."""
        shape = tuple(self.shape[axis] for axis in order)
        load = lambda: self.array().transpose(order)  # noqa: E731 as in `changed`
        return replace(self, shape=shape, load=load, steps=further(self))


def further(*tensors: Tensor) -> int:
    """The steps of a tensor that is made of these; UnsupportedError where they are too many."""
    steps = 1 + max(tensor.steps for tensor in tensors)
    if steps > MOST_STEPS:
        raise UnsupportedError(f"it is computed in more than {MOST_STEPS} steps")
    return steps


def shortest(value: float) -> float:
    """The decimal with the fewest digits that is the same in 32 bits.

    >>> shortest(0.10000000149011612)
    0.1
    """
    try:
        (wanted,) = unpack("f", pack("f", value))
    except OverflowError:
        return value
    if wanted != value:  # it needs more than 32 bits
        return value
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if unpack("f", pack("f", float(text)))[0] == wanted:
            return float(text)
    return value


def checked(shape: Sequence[int], name: str) -> tuple[int, ...]:
    """A tensor's shape; FileError where it can't be one."""
    sizes = tuple(map(int, shape))
    if len(sizes) > MOST_AXES or any(size < 0 for size in sizes) or prod(sizes) > MOST_VALUES:
        shown = shorten("×".join(map(str, sizes)), 60)
        what = f'the tensor "{shorten(name)}"' if name else "a tensor that an operator makes"
        raise FileError(f"{what} can't be {shown}")
    return sizes


def of_array(array: Any, name: str = "") -> Tensor:
    """Values that are known already."""
    return Tensor(name, tuple(array.shape), lambda: array)


def filled(shape: Sequence[int], value: Any, name: str = "") -> Tensor:
    """One number in every place; it takes room for one."""
    import numpy as np

    sizes = checked(shape, name)
    return Tensor(name, sizes, lambda: np.broadcast_to(value, sizes))


MADE_UP = re.compile(
    r"(?:val|const|constant|scalar_tensor_default|const_fold_opt_+)[_\d]*"
    r"|(?:.*/)?_?Constant(?:OfShape)?(?:_\d+)?(?:_output_0)?|.*/fixed_\d+"
)
"""What exporters, and we, call numbers that operators are given, and that nobody trains."""


def of_proto(proto: Any, folder: Path, *, stored: bool = False) -> Tensor:
    """A tensor of the file, or of a file beside it; FileError where its bytes are not there."""
    from onnx import TensorProto, numpy_helper

    sizes = checked(proto.dims, proto.name)
    stored = stored and not MADE_UP.fullmatch(proto.name)
    what = f'the tensor "{shorten(proto.name)}"'
    names = TensorProto.DataType.DESCRIPTOR.values_by_number
    if proto.data_type not in names or proto.data_type == TensorProto.UNDEFINED:
        raise FileError(f"{what} has an unknown type, {proto.data_type}")
    if proto.HasField("segment"):
        raise FileError(f"{what} is in segments, which nobody reads")
    if proto.data_location == TensorProto.EXTERNAL:
        from netsheet.convert.onnx_model.beside import values_beside

        return Tensor(proto.name, sizes, values_beside(proto, sizes, folder), stored)
    _check_bytes(proto, prod(sizes), what)
    return Tensor(proto.name, sizes, lambda: numpy_helper.to_array(proto), stored)


def _check_bytes(proto: Any, count: int, what: str) -> None:
    """Refuse a tensor whose values are not all there."""
    wanted = bytes_of(proto.data_type, count)
    if proto.HasField("raw_data"):
        raw = len(proto.raw_data)
        if raw != wanted:
            raise FileError(f"{what} has {raw:,} bytes, and {wanted:,} are needed")
        return
    lists = ("float_data", "int32_data", "string_data", "int64_data", "double_data", "uint64_data")
    there = max(len(getattr(proto, name)) for name in lists)
    if there not in {count, wanted, 2 * count}:  # two for a complex number, or two in a byte
        raise FileError(f"{what} has {there:,} values, and {count:,} are needed")


def bytes_of(data_type: int, count: int) -> int:
    """Bytes that so many values take; types of 4 and 2 bits share bytes."""
    from onnx import helper

    name = str(helper.tensor_dtype_to_string(data_type)).rpartition(".")[2]
    for bits in (2, 4):
        if name in {f"INT{bits}", f"UINT{bits}"} or name.startswith(f"FLOAT{bits}"):
            return -(-count * bits // 8)
    return count * int(helper.tensor_dtype_to_np_dtype(data_type).itemsize)


class Stored(Mapping[str, Any]):
    """Weights by the names that the sheet gives them, each loaded when it is asked for."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self.tensors = dict(tensors)

    def __getitem__(self, name: str) -> Any:
        """The values, as 32-bit floats unless they are finer."""
        import numpy as np

        array = self.tensors[name].array()
        fine = array.dtype in {np.dtype("float32"), np.dtype("float64"), np.dtype("float16")}
        return array if fine or array.dtype.kind in "iub" else array.astype("float32")

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)

    def __repr__(self) -> str:
        return f"<{len(self)} tensors>"
