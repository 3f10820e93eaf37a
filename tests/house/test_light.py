"""Arithmetic is light: it loads nothing that an extra brings, nor the terminal library."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.project import EXTRAS

HEAVY = EXTRAS | {"rich"}


def assert_light(statements: str, path: Path | None = None) -> None:
    """Run statements in a fresh interpreter and assert that no heavy module got loaded."""
    run = subprocess.run(
        [sys.executable, "-P", "-c", f"{statements}\nimport sys; print(*sorted(sys.modules))"],
        env={**os.environ, **({"PYTHONPATH": str(path)} if path else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == run.returncode, run.stderr
    assert [] == sorted(HEAVY & set(run.stdout.split())), f"loaded by {statements!r}"


@pytest.mark.parametrize(
    "statements",
    [
        "import netsheet",
        "import netsheet.sheet",
        "import netsheet; netsheet.load('alexnet').sheet().total.params",
        "import netsheet; netsheet.load('alexnet').sheet()['conv2'].params.explain()",
    ],
)
def test_arithmetic_is_light(statements: str) -> None:
    """Importing, counting and explaining need no torch, no numpy, no onnx, no pillow, no rich."""
    assert_light(statements)


@pytest.mark.parametrize("heavy", sorted(HEAVY))
def test_a_heavy_import_is_noticed(heavy: str, tmp_path: Path) -> None:
    """Negative control: a module that imports something heavy, however deep, isn't light."""
    (tmp_path / f"{heavy}.py").touch()  # stands in for the library, which may not be installed
    (tmp_path / "planted.py").write_text(f"import {heavy}\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=f"'{heavy}'"):
        assert_light("import planted", tmp_path)


def test_a_failing_import_is_noticed() -> None:
    """Negative control: statements that can't be run aren't light, they are broken."""
    with pytest.raises(AssertionError, match="No module named 'no_such_module'"):
        assert_light("import no_such_module")
