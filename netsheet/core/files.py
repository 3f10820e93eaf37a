"""Files written whole or not at all."""

import secrets
from contextlib import suppress
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


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
