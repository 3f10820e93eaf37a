"""Every example in a docstring is run; one that needs an extra says so by importing it."""

import doctest
import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from support.project import EXTRAS, PACKAGE, ROOT, missing

MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.name != "__main__.py"
)


def needs(examples: list[doctest.Example]) -> frozenset[str]:
    """The extras' modules that these examples import."""
    source = "".join(example.source for example in examples)
    return EXTRAS.intersection(re.findall(r"^\s*(?:import|from) (\w+)", source, re.MULTILINE))


def assert_docstrings_hold(module: ModuleType) -> None:
    """Run each docstring's examples, but for those that need what is not installed."""
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for found in doctest.DocTestFinder().find(module):
        if not missing(needs(found.examples)):
            runner.run(found, out=report.append)
    assert 0 == runner.failures, "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_what_a_docstring_shows_is_so(name: str) -> None:
    """Each example in the module's docstrings gives what it shows."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as absent:
        if (absent.name or "").partition(".")[0] not in missing(EXTRAS):
            raise
        pytest.skip(f"{absent.name} is not installed")
    assert_docstrings_hold(module)


PLANTED = '''
def double(x: int) -> int:
    """Twice a number.

    >>> double(2)
    {shown}
    """
    return 2 * x

def heavy() -> None:
    """Something for which torch is needed.

    >>> import torch
    >>> torch.no_such_thing
    42
    """
'''


def plant(folder: Path, monkeypatch: pytest.MonkeyPatch, shown: str) -> ModuleType:
    """Import a module whose docstring shows this answer to `double(2)`."""
    (folder / "planted_docstrings.py").write_text(PLANTED.format(shown=shown), encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "planted_docstrings", raising=False)
    return importlib.import_module("planted_docstrings")


def test_a_false_docstring_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a docstring that shows a wrong answer fails."""
    monkeypatch.setattr(sys.modules[__name__], "missing", lambda names: sorted(names & {"torch"}))
    with pytest.raises(AssertionError, match=r"Expected:\s+5\s+Got:\s+4"):
        assert_docstrings_hold(plant(tmp_path, monkeypatch, "5"))


def test_a_docstring_that_needs_an_extra_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where torch is missing an example that imports it is left out, and no other."""
    monkeypatch.setattr(sys.modules[__name__], "missing", lambda names: sorted(names & {"torch"}))
    assert_docstrings_hold(plant(tmp_path, monkeypatch, "4"))
