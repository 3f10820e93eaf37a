"""Files are written whole or not at all."""

import os
from pathlib import Path

import pytest

from netsheet.core.errors import FileError
from netsheet.core.files import write_whole


def test_a_file_is_written_with_its_folder(tmp_path: Path) -> None:
    """Missing folders are made; nothing else is left behind."""
    path = tmp_path / "a" / "b.md"
    write_whole(path, "# Ä\n")
    assert "# Ä\n" == path.read_text(encoding="utf-8")
    assert ["b.md"] == [each.name for each in path.parent.iterdir()]


def test_an_existing_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    """Permissions are those of the file that stood there."""
    path = tmp_path / "x.csv"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert (b"new", 0o640) == (path.read_bytes(), path.stat().st_mode & 0o777)


def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle of writing changes nothing and leaves no scraps."""
    path = tmp_path / "x.md"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(FileError, match=r"x\.md can't be written\n  no space left on device"):
        write_whole(path, "new")
    assert "old" == path.read_text()
    assert ["x.md"] == [each.name for each in tmp_path.iterdir()]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """Where a folder has the file's name, it stays."""
    with pytest.raises(FileError, match="can't be written\n  is a directory"):
        write_whole(tmp_path, "x")


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """A refusal of the system is told in its words."""
    path = tmp_path / "file"
    path.write_text("x")
    with pytest.raises(FileError, match="there can be no folder"):
        write_whole(path / os.curdir / "inside.md", "x")
