"""numpy's .npz: arrays by name in an archive, without pickled objects.

Requirements met here: the header of an array tells its shape before any of it is unpacked, so
that an archive which unpacks to more than it says, or says more than fits, costs nothing.
"""

import zipfile
from pathlib import Path
from typing import Any

from netsheet.weights.files import Format
from netsheet.weights.table import Entry, Table

SORTS = {"f": "float", "i": "int", "u": "int", "b": "bool"}


def read(path: Path) -> Table:
    """The arrays of an archive."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".npy")]
        entries = tuple(_entry(path, archive, name) for name in names)
    return Table(path, entries)


def _entry(path: Path, archive: zipfile.ZipFile, member: str) -> Entry:
    """An array by its name."""
    from numpy.lib import format as form

    with archive.open(member) as file:
        version = form.read_magic(file)
        header = form.read_array_header_1_0 if version == (1, 0) else form.read_array_header_2_0
        shape, _, dtype = header(file)
    name = member.removesuffix(".npy")

    def load() -> Any:  # noqa: ANN401 numpy's array
        with zipfile.ZipFile(path) as again, again.open(member) as file:
            return form.read_array(file, allow_pickle=False)

    return Entry(name, shape, SORTS.get(dtype.kind, "other"), str(dtype), load)


FORMAT = Format("numpy", (".npz",), read)
