"""A folder, a tar archive or a single file as named bytes, plain or unpacked from gzip.

Requirements met here: nothing is extracted to disk; no more is unpacked than was asked for, so
that a small file can't fill the memory; what can't be read is told with its name.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netsheet.core.errors import DataError

LARGEST = 4 * 10**9
"""Most bytes that a file may unpack to."""

TARS = (".tar", ".tar.gz", ".tgz")


@dataclass(frozen=True)
class Box:
    """Where files lie: a folder (its files, not those of folders inside) or a tar archive.

    Names are those of the files themselves, without the folders of an archive.
    """

    path: Path
    inside: bytes | None = None

    def names(self) -> list[str]:
        """Names of all files, in order; DataError if it can't be looked into."""
        return sorted(self._sizes())

    def _sizes(self) -> dict[str, int]:
        try:
            if self.path.is_dir():
                return {
                    each.name: each.stat().st_size for each in self.path.iterdir() if each.is_file()
                }
            with tarfile.open(self.path) as archive:
                return {Path(each.name).name: each.size for each in archive if each.isfile()}
        except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
            raise DataError(
                f"{self.path} can't be read\n  {_why(error)}", path=self.path
            ) from error

    def read(self, name: str, limit: int = LARGEST) -> bytes:
        """A file's bytes, unpacked if its name ends in .gz; DataError if they exceed the limit."""
        try:
            with self._open(name) as file:
                return unpacked(file, name, limit)
        except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
            what = f"{self.path / name} is cut short or damaged\n  {_why(error)}"
            raise DataError(what, path=self.path / name) from error

    def raw(self, name: str, limit: int = LARGEST) -> bytes:
        """A file's bytes as they lie there."""
        with self._open(name) as file:
            return file.read(limit)

    def _open(self, name: str) -> io.BufferedIOBase:
        if self.path.is_dir():
            return (self.path / name).open("rb")
        with tarfile.open(self.path) as archive:
            for each in archive:
                if each.isfile() and Path(each.name).name == name and each.size <= LARGEST:
                    file = archive.extractfile(each)
                    assert file is not None  # noqa: S101 it is a file
                    return io.BytesIO(file.read(each.size))
        raise FileNotFoundError(2, "there is no such file in the archive", name)


def unpacked(file: io.BufferedIOBase, name: str, limit: int) -> bytes:
    """What a file holds, through gzip if its name says so; DataError beyond the limit."""
    if name.endswith(".gz"):
        with gzip.GzipFile(fileobj=file) as packed:
            data = packed.read(limit + 1)
    else:
        data = file.read(limit + 1)
    if len(data) > limit:
        what = f"{name} holds more than the {limit:,} bytes that it should"
        raise DataError(f"{what}\n  it is another file, or a broken one", path=name)
    return data


def _why(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).strip().splitlines()[0].lower()


def tars(folder: Path) -> Iterator[Path]:
    """Tar archives in a folder, in order."""
    for each in sorted(folder.iterdir()):
        if each.name.endswith(TARS) and each.is_file():
            yield each
