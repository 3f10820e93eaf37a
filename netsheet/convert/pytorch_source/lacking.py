"""Classes that torch lacks, as text: a written file holds those that it uses, and nothing else.

Requirements met here: most are the very classes that `to_torch()` runs, copied with all that
they need, so that a written file can't compute something else, and a class that is added there
can be written at once; their text is read, and never imported, so that no torch is needed.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = Path(__file__).parents[2]

RUN = "netsheet.run.nn"
"""The module that holds, or imports, every class that `to_torch()` runs and torch lacks."""

REQUIRED = "…"
"""The default of an argument that has none."""

NOQA = re.compile(r"  # (?:noqa|type:).*$", re.MULTILINE)


class Signature(NamedTuple):
    """A class's arguments with their defaults, and how many are written without their names."""

    arguments: tuple[tuple[str, Any], ...]
    positional: int


class Imported(NamedTuple):
    """A name that comes from elsewhere: `from module import name`, or a module by itself."""

    module: str
    name: str = ""


@dataclass(frozen=True)
class Source:
    """A module of ours, read as text: its definitions and imports by name, nothing carried out."""

    lines: tuple[str, ...]
    nodes: dict[str, ast.stmt]
    imports: dict[str, Imported]

    @classmethod
    def of(cls, text: str) -> "Source":
        """What stands at the top of a module."""
        nodes: dict[str, ast.stmt] = {}
        imports: dict[str, Imported] = {}
        for node in ast.parse(text).body:
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    nodes[name] = node
                case (
                    ast.Assign(targets=[ast.Name(id=name)])
                    | ast.AnnAssign(target=ast.Name(id=name))
                ):
                    nodes[name] = node
                case ast.Import(names=names):
                    imports |= {each.asname or each.name: Imported(each.name) for each in names}
                case ast.ImportFrom(module=str(module), names=names):
                    imports |= {each.name: Imported(module, each.name) for each in names}
        return cls(tuple(text.splitlines()), nodes, imports)

    def text(self, name: str) -> str:
        """A definition as it stands there, without what is meant for a linter."""
        node = self.nodes[name]
        assert node.end_lineno is not None  # noqa: S101 a node that was parsed has an end
        return NOQA.sub("", "\n".join(self.lines[node.lineno - 1 : node.end_lineno]))

    def needs(self, name: str) -> Iterator[str]:
        """The names at the top of its module that a definition uses, in order."""
        found = [
            (node.lineno, node.col_offset, node.id)
            for node in ast.walk(self.nodes[name])
            if isinstance(node, ast.Name)
        ]
        for _, _, used in sorted(found):
            if used != name and (used in self.nodes or used in self.imports):
                yield used


@cache
def source(module: str) -> Source:
    """A module of ours by its dotted name."""
    path = PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    return Source.of(path.read_text(encoding="utf-8"))


@cache
def own() -> Source:
    """What is written in another way than it is run: borders, and a tensor by itself."""
    text = (Path(__file__).parent / "own.txt").read_text(encoding="utf-8")
    axes = [text.replace("RANKd", f"{rank}d") for rank in (1, 2, 3)]
    return Source.of("\n".join(axes))


@dataclass
class Lacking:
    """The classes that one written file needs, each behind those that it needs itself."""

    definitions: dict[str, str] = field(default_factory=dict)
    imports: set[Imported] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Whether a class is one that torch lacks."""
        found = self._find(name)
        return found is not None and isinstance(found[0].nodes[name], ast.ClassDef)

    def signature(self, name: str) -> Signature | None:
        """The arguments of a class that torch lacks; None where its constructor is torch's."""
        found = self._find(name)
        return None if found is None else _signature(*found)

    def base(self, name: str) -> str:
        """The class of torch that a class builds on; empty where it builds on none."""
        found = self._find(name)
        node = None if found is None else found[0].nodes[found[1]]
        bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
        return next((b.removeprefix("nn.") for b in bases if b.startswith("nn.")), "")

    def add(self, name: str) -> None:
        """Take in a class, with all that it needs."""
        found = self._find(name)
        assert found is not None  # noqa: S101 asked for by `signature`
        self._take(*found)

    def _find(self, name: str, module: str = RUN) -> tuple[Source, str] | None:
        """Where a name is defined: here, where `to_torch` takes it from, or nowhere of ours."""
        if name in own().nodes:
            return own(), name
        there = source(module)
        if name in there.nodes:
            return there, name
        imported = there.imports.get(name)
        if imported is None or not imported.module.startswith("netsheet."):
            return None
        return self._find(imported.name, imported.module)

    def _take(self, there: Source, name: str) -> None:
        if name in self.definitions:
            return
        for need in there.needs(name):
            if need in there.nodes:
                self._take(there, need)
                continue
            imported = there.imports[need]
            found = None
            if imported.module.startswith("netsheet."):
                found = self._find(imported.name, imported.module)
            if found is None:
                self.imports.add(imported)
            else:
                self._take(*found)
        self.definitions.setdefault(name, there.text(name))


def _signature(there: Source, name: str) -> Signature | None:
    """The arguments that a class's own constructor names."""
    node = there.nodes[name]
    assert isinstance(node, ast.ClassDef)  # noqa: S101 checked by the caller
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            break
    else:
        return None
    args = method.args
    places = [*args.posonlyargs, *args.args][1:]
    defaults = [REQUIRED] * (len(places) - len(args.defaults)) + list(map(_value, args.defaults))
    named = [(each.arg, default) for each, default in zip(places, defaults, strict=True)]
    for each, given in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        named.append((each.arg, REQUIRED if given is None else _value(given)))
    required = [default for _, default in named[: len(places)]].count(REQUIRED)
    return Signature(tuple(named), required)


def _value(node: ast.expr) -> Any:
    """A default, where it is a plain value."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return REQUIRED
