"""The named filters, a file each, found by folder; one that has two directions holds both."""

from functools import cache
from importlib import import_module
from pathlib import Path

from netsheet.convolution.named import Filter


@cache
def filters() -> dict[str, Filter]:
    """Every named filter, from plain to fancy."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    modules = [import_module(f"{__name__}.{file.stem}") for file in files if file.stem[0] != "_"]
    found = sorted((each for module in modules for each in module.FILTERS), key=lambda f: f.place)
    return {each.name: each for each in found}
