"""Which layer kind an operator is.

Requirements met here: a kind is asked only about operators that it names; its signature is what
it accepts, so that an attribute or input that it doesn't know is a refusal, with its name, and
never dropped; weights must have the shapes that the layer says.
"""

from collections.abc import Sequence
from functools import cache
from inspect import Parameter as Argument
from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple

from netsheet.convert.onnx_model.operation import Operation, Value
from netsheet.convert.onnx_model.tensors import Tensor
from netsheet.core.errors import RuleError, UnsupportedError
from netsheet.core.shape import AXES, Shape
from netsheet.core.span import shorten
from netsheet.layers.base import Layer, Weight
from netsheet.layers.parameter import Parameter
from netsheet.layers.registry import kinds

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.walk import Walk


IDIOMS = frozenset(
    {
        *("ChannelNormalization", "ChannelRMSNormalization", "ChannelShuffle", "Glu"),
        *("LeadingLRN", "LogSigmoid", "PixelUnshuffle", "Rescale"),
    }
)
"""What rewritings call several operators of the standard that are put together."""


class Reader(NamedTuple):
    """What a kind's `from_onnx` takes: maps first, then constants by name, attributes by name.

    many: it takes any number of maps. needed: the constants that it can't do without.
    """

    kind: type[Layer]
    maps: int
    many: bool
    constants: tuple[str, ...]
    needed: frozenset[str]
    attributes: frozenset[str]


@cache
def readers() -> dict[str, tuple[Reader, ...]]:
    """Kinds by operator; those that take constants come before those that take only maps."""
    found: dict[str, list[Reader]] = {}
    for kind in kinds():
        for op in kind.onnx_ops:
            found.setdefault(op, []).append(_reader(kind))
    return {
        op: tuple(sorted(each, key=lambda one: (one.many, one.maps > 1)))
        for op, each in found.items()
    }


def _reader(kind: type[Layer]) -> Reader:
    given = signature(kind.from_onnx).parameters.values()
    positional = [
        each.name
        for each in given
        if each.kind in {Argument.POSITIONAL_ONLY, Argument.POSITIONAL_OR_KEYWORD}
    ]
    many = any(each.kind == Argument.VAR_POSITIONAL for each in given)
    maps = sum(name == "x" or name.startswith("x_") or name == "other" for name in positional)
    named = frozenset(each.name for each in given if each.kind == Argument.KEYWORD_ONLY)
    needed = frozenset(each.name for each in given if each.default is Argument.empty)
    return Reader(kind, maps, many, tuple(positional[maps:]), needed, named)


def layer_of(operation: Operation, walk: "Walk") -> Shape:
    """Read an operator as a layer, and note it there; the shape of one sample of its output.

    UnsupportedError says why no kind reads it.
    """
    asked = readers().get(operation.op, ())
    if not asked:
        raise UnsupportedError("no layer is this operator")
    reasons: list[str] = []
    for reader in asked:
        try:
            return _read(reader, operation, walk)
        except UnsupportedError as error:
            reasons.append(str(error))
        except RuleError as error:
            reasons.append("; ".join((error.what, *error.sums)))
    raise UnsupportedError("; or ".join(dict.fromkeys(reasons)))


def _read(reader: Reader, operation: Operation, walk: "Walk") -> Shape:
    unknown = operation.attributes.keys() - reader.attributes
    if unknown:
        names = ", ".join(shorten(name) for name in sorted(unknown))
        raise UnsupportedError(f"{reader.kind.kind} knows no attribute {names}")
    count = len(operation.inputs) if reader.many else reader.maps
    given = [value for value in operation.inputs[:count] if value is not None]
    if len(given) < max(count, 1):
        raise UnsupportedError("it reads too little")
    rest = operation.inputs[count:]
    if len(rest) > len(reader.constants):
        raise UnsupportedError(f"{reader.kind.kind} reads no more than {len(reader.constants)}")
    constants = dict(zip(reader.constants, map(_constant, rest, reader.constants), strict=False))
    for name in reader.constants:
        if name in reader.needed and constants.get(name) is None:
            raise UnsupportedError(f"its {name} is left out")
    xs = [_shape(value, given) for value in given]
    named = {"op": operation.op} if "op" in reader.attributes else {}
    layer = reader.kind.from_onnx(*xs, *constants.values(), **operation.attributes, **named)
    output: Shape = layer.facts(*xs).output
    stored = _stored(layer, layer.weights(*xs), constants)
    operation.layer, operation.stored = layer, stored
    operation.reads = tuple(_map(value, x, walk) for value, x in zip(given, xs, strict=True))
    return output


def _constant(value: Value | None, name: str) -> Tensor | None:
    """An input that must be a constant."""
    if value is None or value.tensor is not None:
        return None if value is None else value.tensor
    raise UnsupportedError(f"its {name} is made by the network, and not stored")


def _shape(value: Value, others: Sequence[Value]) -> Shape:
    """One sample of a map, or a constant read as one: its axes are counted from the last."""
    if value.tensor is None:
        if value.sample is None:
            shown = "×".join(map(str, (value.shape or ())[1:]))
            raise UnsupportedError(f"it reads {shown or 'a single number'}, which is no map")
        return value.sample
    rank = max((other.rank for other in others if other.tensor is None), default=0)
    sizes: tuple[int, ...] = (1,) * (rank - len(value.tensor.shape)) + value.tensor.shape
    if len(sizes) != rank or sizes[0] != 1 or not 1 < rank <= 1 + len(AXES):
        shown = "×".join(map(str, value.tensor.shape))
        raise UnsupportedError(f"a constant of {shown} is not the same for every sample")
    return Shape(sizes[1:])


def _map(value: Value, x: Shape, walk: "Walk") -> Value:
    """A map as it is; a constant as the output of a row of its own."""
    if value.tensor is None:
        return value
    if value.maker is None:
        layer = Parameter(sizes=tuple(x), trained=value.tensor.stored)
        tensor = value.tensor.reshaped(tuple(x))
        made = Operation("Parameter", (), {}, _node(value), layer=layer, stored={"value": tensor})
        made.output = Value(value.name, (1, *x), maker=made)
        value.maker = made
        walk.made.append(made)
    return value.maker.output


def _node(value: Value) -> Any:
    from netsheet.convert.onnx_model.model import Node

    return Node("Parameter", "", (), (value.name,), ())


def _stored(
    layer: Layer, weights: Sequence[Weight], constants: dict[str, Tensor | None]
) -> dict[str, Tensor]:
    """The constants that are weights; refuses shapes that are others but for axes of 1."""
    found: dict[str, Tensor] = {}
    for weight in weights:
        tensor = constants.get(weight.name)
        if tensor is None:
            continue
        wanted = tuple(map(int, weight.shape))
        if [n for n in tensor.shape if n != 1] != [n for n in wanted if n != 1]:
            shapes = ("×".join(map(str, each)) for each in (tensor.shape, wanted))
            given, need = shapes
            raise UnsupportedError(f"its {weight.name} is {given}, and {layer.kind} needs {need}")
        found[weight.name] = tensor.reshaped(wanted)
    return found
