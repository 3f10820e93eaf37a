"""Files and folders written whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from netsheet.core.errors import FileError


def write_whole(path: str | Path, data: str | bytes) -> None:
    """Write a file through a temporary one beside it, so that it is never half there.

    Its folder is made; a file already there is replaced, and keeps its mode. FileError says
    why it can't be written; whatever stops the writing, nothing is left beside the file.
    """
    target = Path(path)
    raw = data.encode("utf-8") if isinstance(data, str) else data
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"there can be no folder {target.parent}"
        raise FileError(f"{what}\n  {_why(error)}", path=target) from error
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        part.write_bytes(raw)
        if target.is_file():
            part.chmod(target.stat().st_mode & 0o777)
        part.replace(target)
    except OSError as error:
        raise FileError(f"{target} can't be written\n  {_why(error)}", path=target) from error
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def whole_folder(path: str | Path) -> Iterator[Path]:
    """A folder to fill, which takes its name when it is full and lies safely on the disk.

    Whatever stops the filling, even a kill, there is never half a folder of that name; what a kill
    leaves is called `.….part`, and `remove_parts` takes it away. FileError says why it can't be
    written, also where one of that name exists already.
    """
    target = Path(path)
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        part.mkdir(parents=True)
        yield part
        for each in (*part.iterdir(), part):
            _settle(each)
        part.rename(target)
        _settle(target.parent)
    except OSError as error:
        raise FileError(f"{target} can't be written\n  {_why(error)}", path=target) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def remove_parts(folder: str | Path) -> None:
    """Take away what writers that were killed have left half done in a folder."""
    for part in Path(folder).glob(".*.part"):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """Have the system put a file or folder on the disk now."""
    if os.name == "nt" and path.is_dir():
        return  # where folders can't be opened
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
