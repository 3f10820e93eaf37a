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
        name = each.name
        if name in found:
            raise UnsupportedError(f'its attribute "{shorten(name)}" is there twice')
        match each.type:
            case 1:
                found[name] = shortest(each.f)
            case 2:
                found[name] = int(each.i)
            case 3:
                found[name] = each.s.decode("utf-8", "replace")
            case 4:
                found[name] = of_proto(each.t, folder)
            case 6:
                found[name] = tuple(map(shortest, each.floats))
            case 7:
                found[name] = tuple(map(int, each.ints))
            case 8:
                found[name] = tuple(text.decode("utf-8", "replace") for text in each.strings)
            case 5 | 10:
                raise UnsupportedError("it runs a graph of its own, which no layer does")
            case _:
                raise UnsupportedError(f'its attribute "{shorten(name)}" is of no known type')
    return found
