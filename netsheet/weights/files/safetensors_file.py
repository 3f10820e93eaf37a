"""Files of safetensors: tensors by name, and no code.

Requirements met here: the header is checked against the file before a value is read. Tensors
stand in alphabetical order, and so their order says nothing about the network.
"""

import math
from pathlib import Path
from typing import Any

from netsheet.weights.files import Format
from netsheet.weights.table import Entry, Table

SORTS = {
    "float": {"F64", "F32", "F16", "BF16"},
    "int": {f"{sign}{bits}" for sign in "IU" for bits in (8, 16, 32, 64)},
    "bool": {"BOOL"},
}
"""What a dtype is; the others can't be weights."""


def read(path: Path) -> Table:
    """The tensors of a file."""
    import safetensors

    with safetensors.safe_open(path, framework="numpy") as file:
        entries = tuple(_entry(path, name, file.get_slice(name)) for name in file.keys())  # noqa: SIM118 the file is no mapping
    return Table(path, entries, ordered=False)


def _entry(path: Path, name: str, told: Any) -> Entry:  # noqa: ANN401 safetensors' own
    """A tensor by its name."""
    dtype = str(told.get_dtype())
    sort = next((sort for sort, dtypes in SORTS.items() if dtype in dtypes), "other")
    shape = tuple(told.get_shape())

    def load() -> Any:  # noqa: ANN401 numpy's array
        import safetensors

        if dtype == "BF16":
            return _from_bfloat16(path, name, shape)
        with safetensors.safe_open(path, framework="numpy") as file:
            return file.get_tensor(name)

    return Entry(name, shape, sort, dtype, load)


def _from_bfloat16(path: Path, name: str, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 numpy's array
    """bfloat16, which numpy has not: the upper half of a float32."""
    import json

    import numpy as np

    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        begin, _ = json.loads(file.read(length))[name]["data_offsets"]
    upper = np.fromfile(path, "<u2", math.prod(shape), offset=8 + length + begin)
    return (upper.astype("<u4") << 16).view("<f4").reshape(shape)


FORMAT = Format("safetensors", (".safetensors",), read)
