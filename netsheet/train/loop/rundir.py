"""A run's folder: who may write into it, what lies where.

Requirements met here: two runs never write into one folder; a lock that its process has left
behind locks nobody out; a folder says by itself what was run, and how it can go on.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from netsheet.core.errors import FileError, TrainingError
from netsheet.core.files import remove_parts, write_whole

RUN, SHEET, MODEL = "run.json", "sheet.md", "model.safetensors"
LOG, REPORT, CHECKPOINTS, LOCK = "log.csv", "report.html", "checkpoints", ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder alone; TrainingError if another process does. The dead hold nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise FileError(f"{folder} can't be written\n  {why}", path=folder) from error
    with file:
        if not _lock(file):
            file.seek(0)
            owner = file.read(20).strip()
            who = f"process {owner}" if owner.isdigit() else "another process"
            raise TrainingError(
                f"{folder} is being written by {who}\n"
                "  wait for it, or give this run a folder of its own with --out"
            )
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        remove_parts(folder)
        remove_parts(folder / CHECKPOINTS)
        yield


def _lock(file: IO[str]) -> bool:
    """Take the lock if nobody has it."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        import msvcrt

        try:
            file.seek(1_000_000)  # beyond the text, which others may read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined] # there alone
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unused(base: Path, name: str) -> Path:
    """The first of name-1, name-2, … that isn't there."""
    number = 1
    while (base / f"{name}-{number}").exists():
        number += 1
    return base / f"{name}-{number}"


def check_new(folder: Path) -> None:
    """Refuse a folder that a run has written into before; TrainingError says how to go on."""
    if (folder / RUN).exists():
        raise TrainingError(
            f"{folder} holds a run already\n"
            f"  go on with it: netsheet train --resume {folder}\n"
            "  or give this run a folder of its own with --out"
        )


def write_run(folder: Path, made: Mapping[str, Any], sheet: str) -> None:
    """Write down what is run, and the sheet as it is trained."""
    write_whole(folder / SHEET, sheet)
    text = json.dumps({"format": 1, **made}, indent=1, ensure_ascii=False)
    write_whole(folder / RUN, text + "\n")


def read_run(folder: Path) -> tuple[dict[str, Any], str]:
    """What a folder says was run, and the sheet; TrainingError if it holds no run."""
    try:
        made = json.loads((folder / RUN).read_text(encoding="utf-8"))
        sheet = (folder / SHEET).read_text(encoding="utf-8")
        known = isinstance(made, dict) and made.get("format") == 1
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder} holds no run\n  {_first(error)}") from error
    if not known:
        raise TrainingError(f"{folder} holds a run of another format")
    return made, sheet


def _first(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).strip().splitlines()[0].lower()
