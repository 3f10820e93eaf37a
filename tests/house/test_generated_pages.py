"""Pages made from the code are what the code says."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from support.project import ROOT


def generator() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="argparse words its help differently in other versions"
)
def test_pages_are_fresh() -> None:
    """Layers, columns and commands are documented as they are."""
    assert [] == generator().stale(ROOT / "docs")


def test_a_stale_page_is_noticed(tmp_path: Path) -> None:
    """A page with one word changed, and a missing page, are both found."""
    made = generator()
    (tmp_path / "pictures").mkdir()
    for name, make in made.PAGES.items():
        (tmp_path / name).write_text(make(), encoding="utf-8")
    assert [] == made.stale(tmp_path)
    page = tmp_path / "columns.md"
    page.write_text(page.read_text(encoding="utf-8").replace("bytes", "bites", 1), encoding="utf-8")
    (tmp_path / "layers.md").unlink()
    assert ["layers.md", "columns.md"] == made.stale(tmp_path)
