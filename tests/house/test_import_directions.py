"""Who may import whom, read from the source: imports inside functions and for types count as well.

Also where things may lie: no module is a catch-all, and errors have one home.
"""

import ast
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import pytest

from support.project import EXTRAS, PACKAGE

MAY_IMPORT = {
    "core": frozenset[str](),
    "layers": frozenset({"core"}),
    "fold": frozenset({"core", "layers"}),  # what repeats, for whoever writes tables or programs
    "text": frozenset({"core", "layers", "fold"}),
    "sheet": frozenset({"core", "layers"}),
    "convert": frozenset(
        {"core", "layers", "fold", "text", "sheet", "render", "run"}
    ),  # run: a file with weights for a network without any holds those that it begins with
    "zoo": frozenset({"core", "layers", "text"}),
    "compare": frozenset({"core", "layers", "sheet"}),  # two networks, row by row
    "render": frozenset(
        {"core", "layers", "sheet", "audit", "compare", "convolution"}  # formats what they computed
    ),
    "audit": frozenset({"core", "layers", "text", "sheet"}),
    "redesign": frozenset({"core", "layers", "text", "sheet"}),
    "picture": frozenset({"core"}),
    "convolution": frozenset({"core", "layers", "sheet", "picture"}),
    "weights": frozenset({"core", "layers", "sheet"}),
    "run": frozenset({"core", "layers", "sheet", "picture", "convolution", "weights"}),
    # a run keeps its sheet as text, says bytes as every sheet does, and its report is a page of ours
    "train": frozenset({"core", "layers", "sheet", "run", "picture", "text", "render"}),
}
"""Which of our packages each package may import, besides itself."""

DOORS = frozenset({"__init__", "__main__", "cli", "net", "web"})
"""Modules that put the others together, and so may import anything of ours."""

DOORMEN = DOORS - {"net"}
"""The only ones that may import a door."""

STANDARD_LIBRARY_ONLY = frozenset({"core", "layers", "sheet", "zoo"})
"""Packages that import no other library, not even inside a function: a layer is handed `nn`."""

HEAVY_AT_THE_TOP = frozenset({"convolution", "picture", "run", "train"})
"""The only packages that may import an extra's library when they are imported themselves.

Pictures are Pillow's and numpy's by nature, convolution is numpy's, what runs is torch's.
"""

LIBRARIES = EXTRAS | {"markdown_it", "rich"}
"""Import names of everything that pyproject.toml names for those who use the package."""

CATCH_ALLS = frozenset({"common", "helper", "helpers", "misc", "util", "utils"})

HOME_OF_ERRORS = "core/errors.py"


class When(Enum):
    """When an import is carried out."""

    AT_THE_TOP = "when the module is imported"
    FOR_TYPES = "only by a type checker"
    INSIDE = "when a function is called"


class Import(NamedTuple):
    """One name that a module imports: its dotted name, the line, and when it is imported."""

    target: str
    line: int
    when: When


class ImportFinder(ast.NodeVisitor):
    """Collect every import of a module, wherever it stands in it."""

    def __init__(self, package: tuple[str, ...]) -> None:
        self.package = package  # of the module that is read: what its relative imports start from
        self.when = When.AT_THE_TOP
        self.found: list[Import] = []

    def add(self, target: str, node: ast.stmt | ast.expr) -> None:
        """Note one imported name."""
        self.found.append(Import(target, node.lineno, self.when))

    def visit_during(self, when: When, nodes: list[ast.stmt]) -> None:
        """Visit nodes that are carried out at another time than what surrounds them."""
        before, self.when = self.when, when
        for node in nodes:
            self.visit(node)
        self.when = before

    def visit_Import(self, node: ast.Import) -> None:
        """`import a.b, c`."""
        for alias in node.names:
            self.add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """`from a import b, c`, `from . import d`: each name may be a module."""
        start = self.package[: len(self.package) - node.level + 1] if node.level else ()
        for alias in node.names:
            self.add(".".join(filter(None, (*start, node.module, alias.name))), node)

    def visit_Call(self, node: ast.Call) -> None:
        """`importlib.import_module("a.b")` and `__import__("a.b")`, where the name stands there."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        match node.args:
            case [ast.Constant(value=str(target)), *_] if name in {"import_module", "__import__"}:
                self.add(target, node)
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        """`if TYPE_CHECKING:` is never carried out."""
        if ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            types = self.when if self.when is When.INSIDE else When.FOR_TYPES
            self.visit_during(types, node.body)
            self.visit_during(self.when, node.orelse)
        else:
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """A function's body is carried out when it is called."""
        self.visit_during(When.INSIDE, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 the name is ast's


def imports(path: Path, root: Path) -> list[Import]:
    """Every import in a module of the package that lies at `root`."""
    package = (root.name, *path.relative_to(root).parent.parts)
    finder = ImportFinder(package)
    finder.visit(ast.parse(path.read_text(encoding="utf-8"), str(path)))
    return finder.found


def area(path: Path, root: Path) -> str:
    """The package, or the module beside the packages, that a file belongs to."""
    return path.relative_to(root).with_suffix("").parts[0]


def target_area(target: str, root: Path) -> str:
    """The area that holds an imported name; `__init__` where it is none of the root's modules."""
    name = target.partition(".")[2].partition(".")[0]
    exists = (root / name).is_dir() or (root / f"{name}.py").is_file()
    return name if name and exists else "__init__"


def complaint_about_ours(found: Import, home: str, root: Path) -> str | None:
    """What is wrong with an import of one of our own modules, if anything."""
    there = target_area(found.target, root)
    if there == home:
        return None
    importers = DOORMEN if there in DOORS else DOORS
    if home in importers or there in MAY_IMPORT.get(home, frozenset()):
        return None
    return f"{home} may not import {there}"


def complaint_about_library(found: Import, home: str) -> str | None:
    """What is wrong with an import of somebody else's module, if anything."""
    library = found.target.partition(".")[0]
    if library in sys.stdlib_module_names:
        return None
    if home in STANDARD_LIBRARY_ONLY:
        return f"{home} imports the standard library only, not {library}"
    if library not in LIBRARIES:
        return f"{library} is not among our dependencies"
    if library in EXTRAS and found.when is When.AT_THE_TOP and home not in HEAVY_AT_THE_TOP:
        return f"{library} is imported {found.when.value}; import it in the function that needs it"
    return None


def complaints_about_imports(root: Path) -> Iterator[str]:
    """Every import that may not be, with its place."""
    for path in sorted(root.rglob("*.py")):
        place, home = path.relative_to(root), area(path, root)
        if home not in MAY_IMPORT and home not in DOORS:
            yield f"{place}: give {home} its row in MAY_IMPORT, or make it a door"
            continue
        for found in imports(path, root):
            ours = found.target.partition(".")[0] == root.name
            wrong = (
                complaint_about_ours(found, home, root)
                if ours
                else complaint_about_library(found, home)
            )
            if wrong:
                yield f"{place}:{found.line}: {wrong}"


def complaints_about_places(root: Path) -> Iterator[str]:
    """Every module that is a catch-all, and every error class away from home."""
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        for name in CATCH_ALLS.intersection(place.with_suffix("").parts):
            yield f"{place}: no module is called {name}; a function lives with what it serves"
        if place.as_posix() == HOME_OF_ERRORS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.ClassDef) and any(
                ast.unparse(base).endswith(("Error", "Exception", "Warning"))
                for base in (*node.bases, ast.Name(node.name))
            ):
                yield f"{place}:{node.lineno}: {node.name} belongs in {HOME_OF_ERRORS}"


def assert_directions(root: Path) -> None:
    """Assert that nothing in the package imports what it may not."""
    assert [] == list(complaints_about_imports(root))


def assert_places(root: Path) -> None:
    """Assert that the package has no catch-all and keeps its errors in one place."""
    assert [] == list(complaints_about_places(root))


def test_imports_go_one_way() -> None:
    """No package imports one that it may not, nor anything heavy when it is imported itself."""
    assert_directions(PACKAGE)


def test_things_lie_where_they_belong() -> None:
    """No module is a catch-all, and every error class is in core/errors.py."""
    assert_places(PACKAGE)


def plant(folder: Path, files: dict[str, str]) -> Path:
    """Make a package of one file in every area, and these besides."""
    root = folder / "netsheet"
    innocent = {f"{name}/__init__.py": "" for name in MAY_IMPORT}
    doors = {"__init__.py": "from netsheet.net import Net", "net.py": "", "cli.py": ""}
    for name, source in {**innocent, **doors, "web/__init__.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source + "\n", encoding="utf-8")
    return root


INNOCENT = {
    "core/numbers.py": "import math\nfrom netsheet.core import errors\nfrom . import shape",
    "layers/conv.py": "from netsheet.core.shape import Shape\nfrom ..core import numbers",
    "text/read.py": "from markdown_it import MarkdownIt",
    "convert/torch.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch",
    "convert/onnx.py": "def read() -> None:\n    import onnx.helper",
    "run/realise.py": "import torch\nimport numpy as np\nfrom PIL import Image",
    "render/terminal.py": "import rich\nfrom netsheet import sheet",
    "net.py": "from netsheet import text, convert\ndef f():\n    from netsheet.run import x",
    "cli.py": "from netsheet import load\nfrom netsheet.net import Net\nimport netsheet.web",
    "__main__.py": "from netsheet.cli import main",
}

GUILTY = {
    "upwards": ("core/a.py", "import netsheet.layers", "core may not import layers"),
    "sideways": ("text/a.py", "from netsheet.sheet import x", "text may not import sheet"),
    "by the root": ("sheet/a.py", "from netsheet import text", "sheet may not import text"),
    "relative": ("layers/a.py", "from ..sheet import x", "layers may not import sheet"),
    "relative, bare": ("layers/a.py", "from .. import text", "layers may not import text"),
    "relative, deep": ("sheet/b/a.py", "from ...run import x", "sheet may not import run"),
    "in a function": ("core/a.py", "def f():\n    import netsheet.sheet", "a.py:2: core may not"),
    "in a method": (
        "core/a.py",
        "class A:\n  def f(self):\n    import netsheet.run",
        "a.py:3: core",
    ),
    "in a coroutine": ("core/a.py", "async def f():\n    import netsheet.run", "a.py:2: core"),
    "for types": (
        "zoo/a.py",
        "if TYPE_CHECKING:\n    import netsheet.sheet",
        "a.py:2: zoo may not",
    ),
    "by name": ("core/a.py", "import_module('netsheet.text')", "core may not import text"),
    "a door": ("sheet/a.py", "from netsheet.net import Net", "sheet may not import net"),
    "the root": ("convert/a.py", "from netsheet import load", "convert may not import __init__"),
    "all of the root": ("audit/a.py", "import netsheet", "audit may not import __init__"),
    "door to door": ("net.py", "from netsheet import cli", "net may not import cli"),
    "torch at the top": ("convert/a.py", "import torch.nn", "torch is imported when the module is"),
    "torch, by trying": (
        "net.py",
        "try:\n    import torch\nexcept ImportError:\n    pass",
        "torch",
    ),
    "torch in a class": ("audit/a.py", "class A:\n    import torch", "a.py:2: torch is imported"),
    "numpy if not for types": (
        "render/a.py",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import numpy",
        "a.py:4: numpy is imported when the module is",
    ),
    "torch in a layer": ("layers/a.py", "def f():\n    import torch", "standard library only"),
    "a library in core": ("core/a.py", "import rich", "core imports the standard library only"),
    "a stranger": ("text/a.py", "import pandas", "pandas is not among our dependencies"),
    "a new package": ("stuff/a.py", "", "give stuff its row"),
}


def test_innocent_imports_pass(tmp_path: Path) -> None:
    """What the table allows is allowed, however it is written."""
    assert_directions(plant(tmp_path, INNOCENT))


@pytest.mark.parametrize("fault", GUILTY)
def test_a_guilty_import_is_noticed(fault: str, tmp_path: Path) -> None:
    """Negative control: an import that may not be is found, wherever it stands."""
    name, source, expected = GUILTY[fault]
    with pytest.raises(AssertionError, match=expected):
        assert_directions(plant(tmp_path, {**INNOCENT, name: source}))


MISPLACED = {
    "a catch-all": ("core/utils.py", "", "no module is called utils"),
    "a catch-all folder": ("text/common/read.py", "", "no module is called common"),
    "an error by name": ("text/a.py", "class ReadError(Base): ...", "a.py:1: ReadError belongs in"),
    "an error by base": ("text/a.py", "class Oops(ValueError): ...", "a.py:1: Oops belongs in"),
    "an error of ours": (
        "net.py",
        "class Oops(errors.RuleError): ...",
        "net.py:1: Oops belongs in",
    ),
    "an error in a function": (
        "run/a.py",
        "def f():\n  class A(Exception): ...",
        "a.py:2: A belongs",
    ),
}


def test_well_placed_things_pass(tmp_path: Path) -> None:
    """Errors at home, and modules with names of their own, are fine."""
    errors = {HOME_OF_ERRORS: "class NetsheetError(Exception): ..."}
    assert_places(plant(tmp_path, {**INNOCENT, **errors, "text/utility_bill.py": ""}))


@pytest.mark.parametrize("fault", MISPLACED)
def test_a_misplaced_thing_is_noticed(fault: str, tmp_path: Path) -> None:
    """Negative control: a catch-all, or an error class away from home, is found."""
    name, source, expected = MISPLACED[fault]
    with pytest.raises(AssertionError, match=expected):
        assert_places(plant(tmp_path, {name: source}))
