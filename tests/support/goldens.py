"""Texts that are kept as files, to be compared letter by letter.

They are rewritten only when asked for: `NETSHEET_REWRITE_GOLDENS=1 pytest tests/render`.
"""

import os
from pathlib import Path

from support.project import ROOT

FOLDER = ROOT / "tests" / "golden" / "render"
REWRITE = "NETSHEET_REWRITE_GOLDENS"


def assert_golden(name: str, text: str, folder: Path = FOLDER) -> None:
    """Assert that a text is the one kept under this name."""
    path = folder / name
    if os.environ.get(REWRITE):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.is_file(), f"{name} isn't kept yet: set {REWRITE}=1 to write it"
    with path.open(encoding="utf-8", newline="") as file:
        kept = file.read()
    assert kept == text, f"{name} has changed; {REWRITE}=1 rewrites it, if that is meant"
