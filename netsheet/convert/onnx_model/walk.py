"""The walk over a file's operators: each is computed, rewritten, or read as a layer.

Requirements met here: sizes follow from our own rules, the batch apart; what is known when the
file is read (sizes, axes, pads, however they were computed) is a number, not an operator; what
no kind reads is kept with its reason, and a value whose shape nobody knows ends only the way
that leads through it.
"""

from collections.abc import Sequence
from typing import Any

from netsheet.convert.onnx_model.attributes import attributes_of
from netsheet.convert.onnx_model.branches import Branches
from netsheet.convert.onnx_model.constants import known_value
from netsheet.convert.onnx_model.inputs import inputs_of
from netsheet.convert.onnx_model.kinds import layer_of
from netsheet.convert.onnx_model.model import Model, Node
from netsheet.convert.onnx_model.modern import modern
from netsheet.convert.onnx_model.operation import Operation, Value
from netsheet.convert.onnx_model.rewrites import rewrites
from netsheet.convert.onnx_model.rewrites.slices import split
from netsheet.convert.onnx_model.shapes import shape_of
from netsheet.core.errors import UnsupportedError
from netsheet.core.shape import AXES, Shape
from netsheet.core.span import shorten
from netsheet.layers.input import Input

COMPUTING = (ArithmeticError, IndexError, KeyError, TypeError, ValueError)
"""What numpy says of sums that can't be: of attributes and sizes that a file made up."""


class Walk:
    """The operators of a model as layers, in their order.

    made: every operation, whether it is a layer or not. merged: batch norms put together of two
    pieces. fixed: stored tensors that were taken for fixed numbers.
    """

    def __init__(self, model: Model, wanted: Shape | None) -> None:
        self.model = model
        self.made: list[Operation] = []
        self.merged = 0
        self.fixed: set[str] = set()
        self.branches = Branches(model.path)
        self.values: dict[str, Value] = {
            name: Value(name, tensor.shape, tensor) for name, tensor in model.constants.items()
        }
        self.readers: dict[str, int] = dict.fromkeys(model.outputs, 1)
        self._count(model.nodes)
        given = inputs_of(model, self.readers, wanted)
        self.batch, self.notes = given.batch, given.notes
        self.inputs = [self._input(name, shape) for name, shape in given.shapes.items()]
        self.made += self.inputs
        for node in model.nodes:
            self._step(node)
        self.outputs = [self.values[name] for name in model.outputs]

    def _count(self, nodes: Sequence[Node]) -> None:
        """Count how many operators read each value."""
        for node in nodes:
            for name in node.inputs:
                self.readers[name] = self.readers.get(name, 0) + 1

    def _input(self, name: str, shape: Shape) -> Operation:
        value = Value(name, (self.batch, *shape), readers=self.readers[name])
        node = Node("Input", name, (), (name,), ())
        value.maker = Operation("Input", (), {}, node, value, Input(shape=shape))
        self.values[name] = value
        return value.maker

    # --- one operator of the file ---

    def _step(self, node: Node) -> None:
        """Give an operator's outputs their values."""
        inputs = tuple(self.values[name] if name else None for name in node.inputs)
        condition = inputs[0].single() if node.op == "If" and inputs and inputs[0] else None
        try:
            if condition is not None:
                made = self._branch(node, taken=bool(condition))
            else:
                made = self._values(node, inputs)
        except UnsupportedError as error:
            made = [self.unknown(node.op, inputs, node, str(error))]
        except COMPUTING as error:
            why = shorten(f"its inputs or attributes can't be: {error}", 120)
            made = [self.unknown(node.op, inputs, node, why)]
        for place, name in enumerate(node.outputs):
            if name:
                value = made[place] if place < len(made) else self._further(node, place, made)
                value.name = value.name or name
                # one of its readers was this operator, or the one that put it there
                value.readers += self.readers.get(name, 0) - 1
                self.values[name] = value

    def _values(self, node: Node, inputs: tuple[Value | None, ...]) -> list[Value]:
        """The values of an operator's outputs: of the first, but for `Split`."""
        attributes = attributes_of(node, self.model.path.parent)
        known = known_value(node, inputs, attributes, self.model.opset)
        if known is not None:
            return [known]
        op, inputs, attributes = modern(node.op, inputs, attributes, self.model.opset)
        if any(value is not None and value.shape is None for value in inputs):
            return [self.unknown(op, inputs, node, "")]
        if op == "Split":
            return split(self, inputs, attributes, node)
        return [self.put(op, inputs, attributes, node)]

    def _branch(self, node: Node, *, taken: bool) -> list[Value]:
        """Walk over the branch of an `If` that is taken; the values that it gives."""
        with self.branches.opened(node, self.values, taken=taken) as (nodes, constants, outputs):
            for name, tensor in constants.items():
                self.values[name] = Value(name, tensor.shape, tensor)
            self._count(nodes)
            for name in outputs:
                self.readers[name] = self.readers.get(name, 0) + 1
            for inner in nodes:
                self._step(inner)
            return [self.values[name] for name in outputs]

    def _further(self, node: Node, place: int, made: Sequence[Value]) -> Value:
        """A further output, which no layer has; of an operator that is lost it is lost too."""
        first = made[0].maker if made else None
        lost = first is not None and first.layer is None
        why = "" if lost else f"no layer has this operator's output {place + 1}"
        return self.unknown(node.op, first.inputs if first else (), node, why, shaped=False)

    # --- what rewritings do ---

    def put(
        self, op: str, inputs: Sequence[Value | None], attributes: dict[str, Any], node: Node
    ) -> Value:
        """Rewrite an operator, or else read it as a layer; its value."""
        operation = Operation(op, tuple(inputs), attributes, node)
        if inputs and inputs[0] is not None:
            for rewrite in rewrites().get(op, ()):
                found = rewrite(operation, self)
                if found is not None:
                    return found
        return self.place(operation)

    def place(self, operation: Operation) -> Value:
        """Read an operator as a layer; where no kind does, its value is known by shape alone."""
        if any(value is not None and value.shape is None for value in operation.inputs):
            return self.unknown(operation.op, operation.inputs, operation.node, "")
        shape: Shape | None
        try:
            shape = layer_of(operation, self)
        except UnsupportedError as error:
            operation.why = str(error)
            shape = self._seen(operation)
        operation.output.shape = None if shape is None else (self.batch, *shape)
        return self._made(operation)

    def known(
        self,
        op: str,
        inputs: Sequence[Value | None],
        attributes: dict[str, Any],
        node: Node,
        shape: Sequence[int],
        why: str,
    ) -> Value:
        """A value that no layer makes, though its shape is known: a step on the way to others."""
        operation = Operation(op, tuple(inputs), attributes, node, why=why)
        operation.output.shape = tuple(shape)
        return self._made(operation)

    def unknown(
        self,
        op: str,
        inputs: Sequence[Value | None],
        node: Node,
        why: str,
        *,
        shaped: bool = True,
    ) -> Value:
        """The value of an operator that nobody reads; without a reason it reads such a one."""
        operation = Operation(op, tuple(inputs), {}, node, why=why)
        seen = self._seen(operation) if shaped and why else None
        operation.output.shape = None if seen is None else (self.batch, *seen)
        return self._made(operation)

    def _made(self, operation: Operation) -> Value:
        operation.output.maker = operation
        operation.output.readers = 1
        self.made.append(operation)
        return operation.output

    def _seen(self, operation: Operation) -> Shape | None:
        """The shape of a value that no layer makes: as the file says it, or by its operator."""
        said = self.model.said.get((*operation.node.outputs, "")[0])
        if said is not None and said.sizes is not None:
            sizes = [size for size in said.sizes[1:] if isinstance(size, int) and size > 0]
            if 1 <= len(sizes) == len(said.sizes) - 1 <= len(AXES):
                return Shape(sizes)
        return shape_of(operation, self.batch)
