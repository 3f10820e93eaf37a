"""A sheet's text from a file: read whole, with a bound, and every failure named.

Requirements met here: UTF-8, with or without a mark, and UTF-16 with its mark are read as they
are; of anything else the place is named at which it isn't text.
"""

from pathlib import Path

from netsheet.core.errors import FileError

LARGEST_FILE = 16_000_000
"""Bytes of the largest file that is read as a sheet or document."""


def read_file(path: Path) -> str:
    """A sheet's text; FileError says why it can't be read."""
    try:
        if path.is_dir():
            message = f"{path} is a folder, not a sheet"
            raise FileError(message, path=path)
        size = path.stat().st_size
        if size > LARGEST_FILE:
            message = f"{path} has {size:,} bytes; a sheet has at most {LARGEST_FILE:,}"
            raise FileError(message, path=path)
        data = path.read_bytes()
    except OSError as error:
        reason = {
            "FileNotFoundError": "there is no such file",
            "PermissionError": "it may not be read",
        }
        message = (
            f"{path} can't be read: {reason.get(type(error).__name__, error.strerror or error)}"
        )
        raise FileError(message, path=path) from error
    return decode(data, str(path))


def decode(data: bytes, source: str) -> str:
    """Text from bytes: UTF-8, or UTF-16 with its mark; FileError names the place otherwise."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            message = f"{source} begins like UTF-16, but isn't"
            raise FileError(message, path=source) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = f"byte 0x{data[error.start]:02x} in line {line}"
        message = f"{source} is not UTF-8: {byte}; save it as UTF-8"
        raise FileError(message, path=source) from error
