"""A stand-in for packages that another one imports, that can't be loaded, and that it needn't have.

torchvision, for one, can't be loaded by torch's CPU build of another version. The stand-in has every
name and can do nothing; it is for a process of its own.
"""

import importlib.abc
import importlib.machinery
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
    """Finds some packages, and gives the stand-in."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self.packages = packages

    def find_spec(self, fullname: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        """Their own names only."""
        if fullname.partition(".")[0] not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """The stand-in."""
        return _Stand(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is in it."""


def stand_in(*packages: str) -> None:
    """Have the stand-in imported for these packages, from now on."""
    sys.meta_path.insert(0, _Finder(packages))
