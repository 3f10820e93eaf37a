"""timm's models by their tensors: printed as JSON, from a process of its own.

timm's data module imports torchvision, which torch's CPU build can't load; a stand-in that can do
nothing takes its place here, in this process only.
"""

import importlib.abc
import importlib.machinery
import json
import sys
import types
from typing import Any


class _Anything(type):
    """A class that has every attribute."""

    def __getattr__(cls, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return name


class _Stand(types.ModuleType):
    """A module that has every class."""

    __path__: list[str] = []  # noqa: RUF012 a module's own attribute

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name, (), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds torchvision, and gives the stand-in."""

    def find_spec(self, fullname: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        """Its own name only."""
        if fullname.partition(".")[0] != "torchvision":
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """The stand-in."""
        return _Stand(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is in it."""


def main(names: list[str]) -> None:
    """Print the names and shapes of each model's tensors, in their order."""
    sys.meta_path.insert(0, _Finder())
    import timm  # type: ignore[import-not-found, unused-ignore]  # may not be installed
    import torch

    found = {}
    for name in names:
        with torch.device("meta"):
            state = timm.create_model(name).state_dict()
        found[name] = [(key, list(value.shape), str(value.dtype)) for key, value in state.items()]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
