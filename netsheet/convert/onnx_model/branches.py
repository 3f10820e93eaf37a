"""An `If` whose condition is known when the file is read: the branch that is taken, and no other.

Requirements met here: branches within branches end, and together have no more operators than a
network may.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from netsheet.convert.onnx_model.functions import MOST_NODES, laid_out
from netsheet.convert.onnx_model.model import Node
from netsheet.convert.onnx_model.order import sorted_nodes
from netsheet.convert.onnx_model.tensors import Tensor, of_proto
from netsheet.core.errors import FileError

DEEPEST = 8

Opened = tuple[tuple[Node, ...], dict[str, Tensor], tuple[str, ...]]
"""A branch's operators in order, its constants, and the names of its outputs."""


class Branches:
    """The branches of one file that were opened, and how deep they lie."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.depth = self.steps = 0

    @contextmanager
    def opened(self, node: Node, known: Collection[str], *, taken: bool) -> Iterator[Opened]:
        """The branch of an `If` that is taken; it reads what is known outside too."""
        graph = self._graph(node, "then_branch" if taken else "else_branch")
        constants = {
            stored.name: of_proto(stored, self.path.parent, stored=True)
            for stored in graph.initializer
        }
        nodes = sorted_nodes(laid_out(graph.node, self.path), {*known, *constants}, self.path)
        outputs = tuple(each.name for each in graph.output)
        made = {name for each in nodes for name in each.outputs}
        if len(outputs) != len(node.outputs) or not made.union(known, constants).issuperset(
            outputs
        ):
            raise self._fault(f"{node} has a branch that gives other values than it")
        self.steps += len(nodes)
        self.depth += 1
        if self.depth > DEEPEST or self.steps > MOST_NODES:
            raise self._fault(f"{node} has branches without end")
        yield nodes, constants, outputs
        self.depth -= 1

    def _graph(self, node: Node, name: str) -> Any:
        found = [each.g for each in node.attributes if each.name == name]
        if len(found) != 1:
            raise self._fault(f"{node} has no {name}")
        return found[0]

    def _fault(self, what: str) -> FileError:
        return FileError(f"{self.path} is no network\n  {what}", path=self.path)
