"""Written Python, as a linter sees it: ruff's own rules and its own format, nothing of ours."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest


def assert_tidy(texts: Mapping[str, str], folder: Path) -> None:
    """Assert that ruff has nothing to say about files, nor to change in them, as it comes."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    _ruff("check", "--output-format=concise", "--no-cache", "--isolated", str(folder))
    _ruff("format", "--diff", "--isolated", str(folder))


def assert_formatted(text: str, folder: Path) -> None:
    """Assert that ruff would not change a text, but for the blank lines between its parts."""
    (folder / "part.py").write_text(text, encoding="utf-8")
    _ruff("format", "--isolated", str(folder))
    changed = (folder / "part.py").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line] == [
        line for line in changed.splitlines() if line
    ]


def _ruff(*command: str) -> None:
    ruff = shutil.which("ruff") or pytest.importorskip("ruff").find_ruff_bin()
    run = subprocess.run([ruff, *command], capture_output=True, text=True, check=False)
    assert 0 == run.returncode, run.stdout + run.stderr
