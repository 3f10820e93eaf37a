"""The algorithms, one file each, found by folder."""

from functools import cache
from importlib import import_module
from pathlib import Path

from netsheet.convolution.algorithm import Algorithm
from netsheet.core.errors import ChoiceError
from netsheet.layers.registry import suggestion


@cache
def algorithms() -> dict[str, Algorithm]:
    """Every algorithm by name, in the order of their files."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    modules = [import_module(f"{__name__}.{file.stem}") for file in files if file.stem[0] != "_"]
    return {module.ALGORITHM.name: module.ALGORITHM for module in modules}


def find_algorithm(name: str) -> Algorithm:
    """An algorithm by name; ChoiceError with the nearest names otherwise."""
    found = algorithms().get(name.casefold().replace("-", " ").replace("_", " "))
    if found is None:
        hint = suggestion(name, algorithms()) or f"; there are auto, {', '.join(algorithms())}"
        raise ChoiceError(f'there is no algorithm "{name}"{hint}')
    return found
