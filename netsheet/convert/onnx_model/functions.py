"""Functions that a file brings with it: operators made of operators, laid out in their place.

Requirements met here: a function that calls itself, or that grows without end by calling others
many times, is refused; names inside are kept apart from those outside.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netsheet.core.errors import FileError
from netsheet.core.span import shorten

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.model import Node

MOST_NODES = 50_000
DEEPEST = 32
STANDARD = frozenset({"", "ai.onnx"})
SCOPES = ("pkg.torch.onnx.name_scopes", "pkg.onnxscript.name_scopes")
"""Where exporters write the modules that an operator comes from, outermost first."""


def inlined(proto: Any, path: Path) -> list["Node"]:
    """The operators of a model, functions laid out; FileError where there is no end of them."""
    functions = {(each.domain, each.name): each for each in proto.functions}
    found: list[Node] = []
    _lay_out(proto.graph.node, functions, "", {}, {}, found, path, 0)
    return found


def laid_out(nodes: Iterable[Any], path: Path) -> list["Node"]:
    """The operators of a graph that calls no function."""
    found: list[Node] = []
    _lay_out(nodes, {}, "", {}, {}, found, path, 0)
    return found


def _lay_out(
    nodes: Iterable[Any],
    functions: dict[tuple[str, str], Any],
    prefix: str,
    names: dict[str, str],
    given: dict[str, Any],
    found: list["Node"],
    path: Path,
    depth: int,
) -> None:
    """Lay operators out behind those found; `names` are those outside, by those inside."""
    from netsheet.convert.onnx_model.model import Node

    if depth > DEEPEST:
        raise _fault(path, f"its functions call each other more than {DEEPEST} deep")

    def outside(name: str) -> str:
        return names.get(name, prefix + name) if name and prefix else name

    for node in nodes:
        if len(found) >= MOST_NODES:
            raise _fault(path, f"it has more than {MOST_NODES:,} operators")
        inputs = tuple(map(outside, node.input))
        outputs = tuple(map(outside, node.output))
        attributes = _attributes(node, given)
        function = functions.get((node.domain, node.op_type))
        label = f"{prefix}{node.name}"
        if function is None:
            op = node.op_type if node.domain in STANDARD else f"{node.domain}.{node.op_type}"
            found.append(Node(op, label, inputs, outputs, attributes, _scope(node)))
            continue
        inner = f"{prefix}{node.name or f'{node.op_type}_{len(found)}'}/"
        bound = dict(zip(function.input, (*inputs, *[""] * len(function.input)), strict=False))
        made = zip(function.output, outputs, strict=False)
        handed = {each.name: each for each in (*function.attribute_proto, *attributes)}
        below = bound | {name: value for name, value in made if value}
        _lay_out(function.node, functions, inner, below, handed, found, path, depth + 1)


def _attributes(node: Any, given: dict[str, Any]) -> tuple[Any, ...]:
    """An operator's attributes, those that refer to a function's own put in."""
    found = []
    for each in node.attribute:
        if not each.ref_attr_name:
            found.append(each)
        elif each.ref_attr_name in given:
            copy = type(each)()
            copy.CopyFrom(given[each.ref_attr_name])
            copy.name = each.name
            found.append(copy)
    return tuple(found)


def _scope(node: Any) -> str:
    """The module that an operator comes from, as `layer1.0.conv1`, if an exporter says so."""
    from ast import literal_eval

    for each in node.metadata_props:
        if each.key in SCOPES and len(each.value) < 4096:  # noqa: PLR2004 longer than any name
            try:
                scopes = literal_eval(each.value)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                return ""
            if isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes):
                return scopes[-2] if len(scopes) > 1 else ""
    return ""


def _fault(path: Path, what: str) -> FileError:
    return FileError(f"{path} is no network\n  {shorten(what, 120)}", path=path)
