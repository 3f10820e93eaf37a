"""The walk over a file's operators: each is computed, rewritten, or read as a layer.

Requirements met here: sizes follow from our own rules, the batch apart; what is known when the
file is read (sizes, axes, pads, however they were computed) is a number, not an operator; what
no kind reads is kept with its reason, and a value whose shape nobody knows ends only the way
that leads through it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from netsheet.convert.onnx_model.attributes import attributes_of
from netsheet.convert.onnx_model.branches import DEEPEST, branch, opened
from netsheet.convert.onnx_model.fold import fold
from netsheet.convert.onnx_model.functions import MOST_NODES
from netsheet.convert.onnx_model.kinds import layer_of
from netsheet.convert.onnx_model.model import Given, Model, Node
from netsheet.convert.onnx_model.modern import modern
from netsheet.convert.onnx_model.operation import Operation, Value
from netsheet.convert.onnx_model.rewrites import rewrites
from netsheet.convert.onnx_model.shapes import shape_of
from netsheet.convert.onnx_model.tensors import Tensor, of_array
from netsheet.core.errors import FileError, NetsheetError, RuleError, UnsupportedError
from netsheet.core.shape import AXES, Shape
from netsheet.core.span import shorten

OPEN_BATCH = 7919
"""An open batch stands in sums about sizes as this prime, and so it is known again in them."""

COMPUTING = (ArithmeticError, IndexError, KeyError, TypeError, ValueError)
"""What numpy says of sums that can't be: of attributes and sizes that a file made up."""


class Walk:
    """The operators of a model as layers, in their order."""

    def __init__(self, model: Model, wanted: Shape | None) -> None:
        self.model = model
        self.made: list[Operation] = []
        self.notes: list[str] = []
        self.merged = self.depth = self.steps = 0
        self.fixed: set[str] = set()
        self.batch = OPEN_BATCH
        self.values: dict[str, Value] = {
            name: Value(name, tensor.shape, tensor) for name, tensor in model.constants.items()
        }
        self._count_readers()
        self.inputs = self._inputs(wanted)
        for node in model.nodes:
            self._step(node)
        self.outputs = [self.values[name] for name in model.outputs]

    def _count_readers(self) -> None:
        self.readers: dict[str, int] = dict.fromkeys(self.model.outputs, 1)
        for node in self.model.nodes:
            for name in node.inputs:
                self.readers[name] = self.readers.get(name, 0) + 1

    # --- inputs ---

    def _inputs(self, wanted: Shape | None) -> list[Operation]:
        """The network's inputs; the shape wanted is the first's."""
        read = [each for each in self.model.inputs if each.name in self.readers]
        idle = [each.name for each in self.model.inputs if each.name not in self.readers]
        if idle:
            self.notes.append(f"nothing reads the input {', '.join(map(shorten, idle))}")
        if not read:
            raise FileError(f"{self.model.path} has no input", path=self.model.path)
        sizes = read[0].sizes
        if sizes and isinstance(sizes[0], int) and sizes[0] > 0:
            self.batch = sizes[0]
            if self.batch > 1:
                what = f"the file is made for batches of {self.batch}; a sheet is for one sample"
                self.notes.append(what)
        found = [
            self._input(each, wanted if place == 0 else None) for place, each in enumerate(read)
        ]
        self.made += found
        return found

    def _input(self, given: Given, wanted: Shape | None) -> Operation:
        from netsheet.layers.input import Input

        shape = wanted or self._declared(given)
        node = Node("Input", given.name, (), (given.name,), ())
        value = Value(given.name, (self.batch, *shape), readers=self.readers[given.name])
        value.maker = Operation("Input", (), {}, node, value, Input(shape=shape))
        self.values[given.name] = value
        return value.maker

    def _declared(self, given: Given) -> Shape:
        """An input's shape as the file has it; FileError where it is open, or can't be."""
        path = self.model.path
        what = f'{path} leaves its input "{shorten(given.name)}" open'
        if given.sizes is None:
            raise FileError(f"{what}\n  say how large it is: --input C×H×W", path=path)
        sample = given.sizes[1:]
        if not 1 <= len(sample) <= 4:  # noqa: PLR2004 C and at most three axes
            shown = "×".join(map(str, given.sizes)) or "one number"
            why = f'its input "{shorten(given.name)}" is {shorten(shown, 60)}'
            need = "a sheet's has its batch first, then channels and up to three axes"
            raise UnsupportedError(f"{path} can't be read\n  {why}\n  {need}")
        if not all(isinstance(size, int) for size in sample):
            shown = "×".join("?" if size is None else str(size) for size in given.sizes)
            raise FileError(
                f"{what}: {shorten(shown, 60)}\n  say how large it is: --input C×H×W", path=path
            )
        try:
            return Shape.of(size for size in sample if isinstance(size, int))
        except RuleError as error:
            what = f'{path} has an input "{shorten(given.name)}" of no size'
            raise FileError(f"{what}\n  {error.what}", path=path) from error

    # --- operators ---

    def _step(self, node: Node) -> None:
        """One operator of the file: its outputs get their values."""
        inputs = tuple(self.values[name] if name else None for name in node.inputs)
        if node.op == "If" and self._taken(node, inputs):
            return
        try:
            attributes = attributes_of(node, self.model.path.parent)
            made = self._constant(node, inputs, attributes)
            if made is None:
                spelled = modern(node.op, inputs, attributes, self.model.opset)
                lost = [v for v in spelled.inputs if v is not None and v.shape is None]
                made = (
                    [self.unknown(node.op, inputs, node, "")]
                    if lost
                    else self._several(spelled.op, spelled.inputs, spelled.attributes, node)
                )
        except UnsupportedError as error:
            made = [self.unknown(node.op, inputs, node, str(error))]
        except COMPUTING as error:
            why = f"its inputs or attributes can't be: {error}"
            made = [self.unknown(node.op, inputs, node, shorten(why, 120))]
        for place, name in enumerate(node.outputs):
            if not name:
                continue
            value = made[place] if place < len(made) else self._further(node, place, made)
            value.name = value.name or name
            value.readers += self.readers.get(name, 0) - 1  # one of its readers gave it this name
            self.values[name] = value

    def _taken(self, node: Node, inputs: Sequence[Value | None]) -> bool:
        """Walk over the branch of an `If` that is taken, if that is known already."""
        condition = inputs[0].single() if inputs and inputs[0] is not None else None
        if condition is None:
            return False
        graph = branch(node, bool(condition))
        self.depth += 1
        if self.depth > DEEPEST or len(graph.output) != len(node.outputs):
            raise UnsupportedError(f"{self.model.path}: {node} has branches without end")
        nodes, constants = opened(graph, self.values, self.model.path)
        self.steps += len(nodes)
        if self.steps > MOST_NODES:
            raise UnsupportedError(f"{self.model.path} has more than {MOST_NODES:,} operators")
        for name, tensor in constants.items():
            self.values[name] = Value(name, tensor.shape, tensor)
        for inner in nodes:
            for name in inner.inputs:
                self.readers[name] = self.readers.get(name, 0) + 1
        for each in graph.output:
            self.readers[each.name] = self.readers.get(each.name, 0) + 1
        for inner in nodes:
            self._step(inner)
        for name, each in zip(node.outputs, graph.output, strict=True):
            if each.name not in self.values:
                raise UnsupportedError(f"{self.model.path}: {node} has a branch without an end")
            value = self.values[name] = self.values[each.name]
            value.readers += self.readers.get(name, 0) - 1
        self.depth -= 1
        return True

    def _further(self, node: Node, place: int, made: Sequence[Value]) -> Value:
        """A further output, which no layer has; of an operator that is not known, no more than it."""
        first = made[0].maker if made else None
        lost = first is not None and first.layer is None
        why = "" if lost else f"no layer has this operator's output {place + 1}"
        return self.unknown(node.op, first.inputs if first else (), node, why, shaped=False)

    def _constant(
        self, node: Node, inputs: Sequence[Value | None], attributes: dict[str, Any]
    ) -> list[Value] | None:
        """The values of an operator on constants alone, or on nothing but a shape."""
        import numpy as np

        if node.op in {"Shape", "Size"} and inputs and inputs[0] is not None:
            shape = inputs[0].shape
            if shape is None:
                raise UnsupportedError("it asks for a size that nobody knows")
            sizes = np.array(shape, np.int64)[_span(len(shape), **attributes)]
            return [_known(sizes if node.op == "Shape" else sizes.prod(), node.outputs[0])]
        if node.op == "Constant":
            return [_known(_given_constant(attributes), node.outputs[0])]
        if not inputs or any(value is not None and value.tensor is None for value in inputs):
            return None
        tensors = [None if value is None else value.tensor for value in inputs]
        spelled = modern(node.op, tuple(inputs), attributes, self.model.opset)
        tensors = [None if value is None else value.tensor for value in spelled.inputs]
        with np.errstate(all="ignore"):
            tensor = fold(spelled.op, tensors, spelled.attributes)
        if tensor is None:
            return None
        named = tensor.name if tensor.name and node.op != "Identity" else node.outputs[0]
        return [Value(named, tensor.shape, replace(tensor, name=named))]

    def _several(
        self, op: str, inputs: tuple[Value | None, ...], attributes: dict[str, Any], node: Node
    ) -> list[Value]:
        """The values of an operator, of which only Split has several that layers make."""
        if op == "Split":
            from netsheet.convert.onnx_model.rewrites.slices import split

            return split(self, inputs, attributes, node)
        return [self.put(op, inputs, attributes, node)]

    def put(
        self, op: str, inputs: Sequence[Value | None], attributes: dict[str, Any], node: Node
    ) -> Value:
        """Rewrite an operator, or else read it as a layer; its value."""
        operation = Operation(op, tuple(inputs), attributes, node)
        for rewrite in rewrites().get(op, ()):
            found = rewrite(operation, self)
            if found is not None:
                return found
        return self.place(operation)

    def place(self, operation: Operation) -> Value:
        """Read an operator as a layer; where no kind does, its value is known by shape alone."""
        unknown = [v for v in operation.inputs if v is not None and v.shape is None]
        if unknown:
            return self.unknown(operation.op, operation.inputs, operation.node, "")
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
        """The value of an operator that nobody reads; empty reason: it reads one of those."""
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


def _known(array: Any, name: str) -> Value:
    """A constant that is computed."""
    import numpy as np

    tensor = array if isinstance(array, Tensor) else of_array(np.asarray(array), name)
    return Value(name, tensor.shape, replace(tensor, name=tensor.name or name))


def _span(rank: int, start: int = 0, end: int | None = None) -> slice:
    """The axes whose sizes are asked for."""
    return slice(*slice(start, end).indices(rank))


def _given_constant(attributes: dict[str, Any]) -> Any:
    """The value of a `Constant`, in whichever attribute it stands."""
    import numpy as np

    for key, dtype in (("float", np.float32), ("int", np.int64)):
        for name in (f"value_{key}", f"value_{key}s"):
            if name in attributes:
                return np.array(attributes[name], dtype)
    value = attributes.get("value")
    if not isinstance(value, Tensor):
        raise UnsupportedError("it is a constant of a kind that no layer has")
    return value


__all__ = ["NetsheetError", "Walk"]
