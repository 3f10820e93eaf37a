"""An `If` whose condition is known when the file is read: the branch that is taken, and no other.

Requirements met here: branches within branches end, and together have no more operators than a
network may.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from netsheet.convert.onnx_model.functions import laid_out
from netsheet.convert.onnx_model.order import sorted_nodes
from netsheet.convert.onnx_model.tensors import Tensor, of_proto
from netsheet.core.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from netsheet.convert.onnx_model.model import Node

DEEPEST = 8


def branch(node: "Node", condition: bool) -> Any:  # noqa: FBT001 the value of an input
    """The graph that an `If` runs."""
    wanted = "then_branch" if condition else "else_branch"
    found = [each.g for each in node.attributes if each.name == wanted]
    if len(found) != 1:
        raise UnsupportedError(f"it has no {wanted}")
    return found[0]


def opened(
    graph: Any, known: "Collection[str]", path: Path
) -> "tuple[tuple[Node, ...], dict[str, Tensor]]":
    """A branch's operators in order, and its constants; it reads what is known outside too."""
    constants = {
        stored.name: of_proto(stored, path.parent, stored=True) for stored in graph.initializer
    }
    nodes = laid_out(graph.node, path)
    return sorted_nodes(nodes, {*known, *constants}, path), constants
