"""What a sweep has done, a line each, written down before the next thing begins.

Requirements met here: a kill loses at most the line in hand, which is then not believed; a journal
belongs to one sweep and is not mixed with another's.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netsheet.core.errors import FileError, TrainingError

NAME = "journal.jsonl"


class Journal:
    """The lines of a sweep's folder; `done` holds the result of each trial, by name."""

    def __init__(self, folder: Path, sweep: Mapping[str, Any]) -> None:
        """Open the journal of this sweep, new or not; TrainingError if it is another's."""
        self.path = folder / NAME
        self.done: dict[str, dict[str, Any]] = {}
        head = json.loads(json.dumps(sweep))
        lines = _whole_lines(self.path)
        if lines and lines[0].get("sweep") != head:
            before = lines[0].get("sweep") or {}
            differs = [name for name in head if head[name] != before.get(name)]
            raise TrainingError(
                f"{folder} holds another sweep: its {', '.join(differs) or 'beginning'} differ\n"
                "  repeat the command that began it, or give this sweep a folder of its own"
            )
        if not lines:
            self._write({"sweep": head}, new=True)
        for line in lines[1:]:
            if line.get("event") == "done":
                self.done[line["trial"]] = line["result"]

    def note(self, trial: str, event: str, **more: Any) -> None:
        """Write down an event of a trial: begun, done, failed."""
        self._write({"trial": trial, "event": event, **more})
        if event == "done":
            self.done[trial] = more["result"]

    def _write(self, line: Mapping[str, Any], *, new: bool = False) -> None:
        text = json.dumps(line, ensure_ascii=False) + "\n"
        try:
            with self.path.open("w" if new else "a", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise FileError(f"{self.path} can't be written\n  {why}", path=self.path) from error


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    """The lines that were written whole; a torn last one is cut off."""
    if not path.exists():
        return []
    raw = path.read_bytes()
    whole = raw[: raw.rfind(b"\n") + 1]
    if whole != raw:
        with path.open("r+b") as file:
            file.truncate(len(whole))
    found = []
    for line in whole.decode("utf-8", "replace").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError as error:
            raise FileError(f"{path} is damaged: a line of it is no JSON", path=path) from error
    return found
