"""Where the project lies, what belongs to it, and which libraries only its extras bring."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "netsheet"

EXTRAS = frozenset({"PIL", "cv2", "matplotlib", "numpy", "onnx", "safetensors", "scipy", "torch"})
"""Import names of what the extras bring: heavy, and perhaps not installed."""


def missing(names: frozenset[str]) -> list[str]:
    """Those of the modules that are not installed, in order."""
    return sorted(name for name in names if find_spec(name) is None)


def project_files() -> list[Path]:
    """Every file that is tracked, or that would be if all were added now."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what belongs to the project can't be told")
    listing = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    files = (ROOT / name for name in sorted(set(listing.split("\0"))) if name)
    return [file for file in files if file.is_file()]
