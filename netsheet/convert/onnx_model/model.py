"""A file opened: its operators in order, its constants, inputs and outputs.

Requirements met here: what the file holds is checked before anything is made of it: whole, of a
version that is known, each value made once and before it is read, functions and operators not
more than any network has; a file at fault is told with what, where and why, as one of our errors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from netsheet.convert.onnx_model.functions import inlined
from netsheet.convert.onnx_model.library import onnx_of
from netsheet.convert.onnx_model.order import sorted_nodes
from netsheet.convert.onnx_model.tensors import Tensor, of_proto
from netsheet.convert.onnx_model.weigh import weigh
from netsheet.core.errors import FileError, UnsupportedError
from netsheet.core.span import shorten

OLDEST = 7
LARGEST_FILE = 2**31
STANDARD = frozenset({"", "ai.onnx"})
"""The domain of the standard's own operators, by both its names."""


class Node(NamedTuple):
    """An operator as the file has it; an empty input or output is left out.

    op: with its domain before it where it is not the standard's. scope: the module that it comes
    from, where an exporter says so.
    """

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: tuple[Any, ...]
    scope: str = ""

    def __str__(self) -> str:
        return f'{shorten(self.op)} "{shorten(self.name or (*self.outputs, "")[0])}"'


class Given(NamedTuple):
    """An input, or what the file says of a value: sizes, with None where one is left open."""

    name: str
    sizes: tuple[int | str | None, ...] | None


@dataclass(frozen=True)
class Model:
    """A file that was read and found whole."""

    path: Path
    proto: Any
    name: str
    opset: int
    nodes: tuple[Node, ...]
    constants: dict[str, Tensor]
    inputs: tuple[Given, ...]
    outputs: tuple[str, ...]
    said: dict[str, Given]


def open_model(path: Path) -> Model:
    """Read a file; FileError for one that is not whole, UnsupportedError for an old version."""
    proto = _parsed(path)
    opset = _opset(proto, path)
    graph = proto.graph
    folder = path.parent
    constants: dict[str, Tensor] = {}
    for stored in graph.initializer:
        if not stored.name or stored.name in constants:
            what = f'two of its tensors are called "{shorten(stored.name)}"'
            raise _fault(path, what if stored.name else "one of its tensors has no name")
        constants[stored.name] = of_proto(stored, folder, stored=True)
    if graph.sparse_initializer:
        raise UnsupportedError(f"{path} has sparse tensors, which are not read")
    inputs = _unique(graph.input, path, "inputs")
    given = tuple(each for each in inputs if each.name not in constants)
    nodes = inlined(proto, path)
    known = {each.name for each in given} | constants.keys()
    ordered = sorted_nodes(nodes, known, path)
    outputs = tuple(each.name for each in _unique(graph.output, path, "outputs"))
    made = known | {name for node in ordered for name in node.outputs}
    missing = [name for name in outputs if name not in made]
    if missing or not outputs:
        what = (
            f'nothing makes its output "{shorten(missing[0])}"' if missing else "it has no output"
        )
        raise _fault(path, what)
    said = {each.name: each for each in map(_given, (*graph.value_info, *graph.output))}
    name = graph.name or path.stem
    return Model(path, proto, name, opset, ordered, constants, given, outputs, said)


def _parsed(path: Path) -> Any:
    """The file's message; FileError says why there is none."""
    onnx = onnx_of()
    try:
        if not path.is_file():
            raise FileError(f"there is no file {path}", path=path)
        size = path.stat().st_size
        if size >= LARGEST_FILE:
            what = f"{path} has {size:,} bytes; an ONNX file has fewer than {LARGEST_FILE:,}"
            raise FileError(what, path=path)
        data = path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise FileError(f"{path} can't be read\n  {why}", path=path) from error
    weigh(data, path)
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except Exception as error:  # a hostile file can make a parser raise anything
        why = shorten(str(error), 120)
        raise FileError(f"{path} is no whole ONNX file\n  {why}", path=path) from error
    if not model.HasField("graph") or not model.graph.output:
        raise FileError(f"{path} is no whole ONNX file\n  it has no network", path=path)
    return model


def _opset(proto: Any, path: Path) -> int:
    """The version of its operators; UnsupportedError outside of what is read."""
    onnx = onnx_of()
    found = [each.version for each in proto.opset_import if each.domain in STANDARD]
    newest = int(onnx.defs.onnx_opset_version())
    opset = int(max(found, default=1))
    if not OLDEST <= opset <= newest:
        why = f"its operators are of opset {opset}; read are {OLDEST} to {newest}"
        hint = "onnx.version_converter brings older files up to date"
        more = "a newer onnx package may know more" if opset > newest else hint
        raise UnsupportedError(f"{path} can't be read\n  {why}\n  {more}")
    return opset


def _unique(listed: Iterable[Any], path: Path, word: str) -> tuple[Given, ...]:
    """Inputs or outputs; FileError where two have one name."""
    found: dict[str, Given] = {}
    for each in map(_given, listed):
        if not each.name or each.name in found:
            raise _fault(path, f'two of its {word} are called "{shorten(each.name)}"')
        found[each.name] = each
    return tuple(found.values())


def _given(info: Any) -> Given:
    """What the file says of a value."""
    kind = info.type.WhichOneof("value")
    if kind != "tensor_type" or not info.type.tensor_type.HasField("shape"):
        return Given(info.name, None)
    sizes = [_size(dim) for dim in info.type.tensor_type.shape.dim]
    return Given(info.name, tuple(sizes))


def _size(dim: Any) -> int | str | None:
    """A size, the name of one that is left open, or None."""
    if dim.HasField("dim_value"):
        return int(dim.dim_value)
    return str(dim.dim_param) or None


def _fault(path: Path, what: str) -> FileError:
    return FileError(f"{path} is no network\n  {what}", path=path)
