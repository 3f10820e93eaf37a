"""Checkpoints: a folder of safetensors and JSON each, whole or not at all, checked when read.

Requirements met here: a kill at any moment leaves the last whole checkpoint usable; one that was
damaged afterwards is noticed, and the one before it taken; nothing in a checkpoint is executed.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from netsheet.core.errors import FileError, TrainingError
from netsheet.core.files import whole_folder

KEPT = 2
"""Checkpoints that are kept: the last, and one in case that is damaged."""

NAME = re.compile(r"step-(\d{8})")
STATE = "state.json"


class Checkpoint(NamedTuple):
    """A checkpoint as read: tensors by file and name, and plain values."""

    path: Path
    tensors: dict[str, dict[str, Tensor]]
    state: dict[str, Any]


def write(
    folder: Path, step: int, tensors: Mapping[str, Mapping[str, Tensor]], state: Mapping[str, Any]
) -> Path:
    """Write the checkpoint of a step, each group of tensors as a file of its name.

    FileError where it can't be written; then the earlier ones are as they were.
    """
    path = folder / f"step-{step:08d}"
    aside = path.with_name(f".{path.name}.part")
    with whole_folder(path) as part:
        files = {}
        for name, group in tensors.items():
            file = part / f"{name}.safetensors"
            try:
                save_file({key: value.contiguous() for key, value in group.items()}, file)
            except SafetensorError as error:
                what = f"{path} can't be written\n  {str(error).lower()}"
                raise FileError(what, path=path) from error
            files[file.name] = _sum(file)
        text = json.dumps({"format": 1, **state, "files": files}, indent=1, ensure_ascii=False)
        (part / STATE).write_text(text + "\n", encoding="utf-8")
        mode = (part / STATE).stat().st_mode
        for file in part.iterdir():
            file.chmod(mode & 0o777)  # safetensors lets nobody else read
        if path.exists():  # damaged, and taken again from the one before
            path.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)
    for old in steps(folder)[:-KEPT]:
        shutil.rmtree(folder / f"step-{old:08d}", ignore_errors=True)
    return path


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def steps(folder: Path) -> list[int]:
    """The steps of which there are checkpoints, ascending."""
    if not folder.is_dir():
        return []
    matches = (NAME.fullmatch(each.name) for each in folder.iterdir() if each.is_dir())
    return sorted(int(match[1]) for match in matches if match)


def latest(folder: Path) -> tuple[Checkpoint, list[str]]:
    """The last checkpoint that is whole, and what is wrong with later ones; or TrainingError."""
    wrong: list[str] = []
    for step in reversed(steps(folder)):
        path = folder / f"step-{step:08d}"
        try:
            return read(path), wrong
        except FileError as error:
            wrong.append(str(error).splitlines()[0])
    said = "".join(f"\n  {line}" for line in wrong)
    raise TrainingError(f"{folder} holds no whole checkpoint to go on from{said}")


def read(path: Path) -> Checkpoint:
    """A checkpoint; FileError if a file is missing, or is not what was written."""
    try:
        state = json.loads((path / STATE).read_text(encoding="utf-8"))
        tensors = {}
        for name, expected in state["files"].items():
            file = path / name
            if _sum(file) != expected:
                raise FileError(f"{file} is not as it was written: it is damaged", path=file)
            tensors[file.stem] = load_file(file)
        if state["format"] != 1:
            raise FileError(
                f"{path} is of format {state['format']}; this netsheet reads 1", path=path
            )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise FileError(f"{path} can't be read: {_first(error)}", path=path) from error
    return Checkpoint(path, tensors, state)


def _first(error: Exception) -> str:
    text = str(getattr(error, "strerror", None) or error).strip()
    return text.splitlines()[0].lower() if text else type(error).__name__
