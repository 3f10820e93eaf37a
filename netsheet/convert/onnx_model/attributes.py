"""An operator's attributes as Python values."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from netsheet.convert.onnx_model.tensors import of_proto, shortest
from netsheet.core.errors import UnsupportedError
from netsheet.core.span import shorten

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.model import Node


def attributes_of(node: "Node", folder: Path) -> dict[str, Any]:
    """Numbers, words, lists and tensors, by name; UnsupportedError for what a layer can't have."""
    found: dict[str, Any] = {}
    for each in node.attributes:
        if each.name in found:
            raise UnsupportedError(f'its attribute "{shorten(each.name)}" is there twice')
        found[each.name] = _value(each, folder)
    return found


def _value(given: Any, folder: Path) -> Any:  # noqa: PLR0911 one for each type
    match given.type:
        case 1:
            return shortest(given.f)
        case 2:
            return int(given.i)
        case 3:
            return given.s.decode("utf-8", "replace")
        case 4:
            return of_proto(given.t, folder)
        case 6:
            return tuple(map(shortest, given.floats))
        case 7:
            return tuple(map(int, given.ints))
        case 8:
            return tuple(text.decode("utf-8", "replace") for text in given.strings)
        case 5 | 10:
            raise UnsupportedError("it runs a graph of its own, which no layer does")
        case _:
            raise UnsupportedError(f'its attribute "{shorten(given.name)}" is of no known type')
