"""The same values cut into axes otherwise: `Reshape`, `Flatten`, `Squeeze` and `Unsqueeze`.

A vector behind is a `Flatten`; a map another `Reshape`; the same axes are nothing at all.
"""

from math import prod
from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.fold import resolved, squeezed, unsqueezed
from netsheet.convert.onnx_model.operation import Operation, constant
from netsheet.core.errors import UnsupportedError
from netsheet.core.shape import AXES

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk

CUTTING = frozenset({"Reshape", "Flatten"})


def reshape(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Reshape`, whose sizes must be known when the file is read."""
    shape = target(operation, walk)
    return None if shape is None else _cut(operation, walk, shape)


def target(operation: "Operation", walk: "Walk") -> tuple[int, ...] | None:
    """The shape that a `Reshape` makes; None where what it reads has none that is known."""
    x, sizes = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    if x.shape is None:
        return None
    if sizes is None or sizes.tensor is None:
        raise UnsupportedError("it is cut into sizes that are only known as it runs")
    wanted = [int(n) for n in sizes.tensor.numbers()]
    once = wanted[:1] == [1] and -1 not in wanted and prod(wanted) == prod(x.shape[1:])
    if once and not x.mixed:  # made for one sample, whatever the file says of its batch
        wanted[0] = walk.batch
    return resolved(wanted, x.shape, allowzero=bool(operation.attributes.get("allowzero", 0)))


def flatten(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Flatten` to two axes, before and behind a place."""
    x = operation.x
    if x.shape is None:
        return None
    place = operation.attributes.get("axis", 1)
    if not -x.rank <= place <= x.rank:
        raise UnsupportedError(f"there is no axis {place} among {x.rank}")
    place = place % x.rank if place < 0 else place
    return _as_reshape(operation, walk, (prod(x.shape[:place]), prod(x.shape[place:])))


def squeeze(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Squeeze` of axes of 1."""
    shape = operation.x.shape
    return (
        None if shape is None else _as_reshape(operation, walk, squeezed(shape, _axes(operation)))
    )


def unsqueeze(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Unsqueeze` to more axes of 1."""
    shape = operation.x.shape
    return (
        None if shape is None else _as_reshape(operation, walk, unsqueezed(shape, _axes(operation)))
    )


def _as_reshape(operation: "Operation", walk: "Walk", shape: tuple[int, ...]) -> "Value":
    """The same as a `Reshape`, so that its idioms are looked for."""
    return walk.put("Reshape", (operation.x, constant(shape)), {"allowzero": 1}, operation.node)


def _axes(operation: "Operation") -> list[int]:
    axes = operation.inputs[1] if len(operation.inputs) > 1 else None
    if axes is None:
        return []
    if axes.tensor is None:
        raise UnsupportedError("its axes are only known as it runs")
    return [int(n) for n in axes.tensor.numbers()]


def _cut(operation: "Operation", walk: "Walk", shape: tuple[int, ...]) -> "Value":
    """The value with this shape."""
    x = operation.x
    if x.op in CUTTING and x.maker is not None and x.readers == 1:  # cut twice is cut once
        again = {"allowzero": 1}
        return walk.put("Reshape", (x.maker.x, constant(shape)), again, operation.node)
    if shape == x.shape:
        return x
    node = operation.node
    if x.mixed or shape[:1] != (walk.batch,):
        value = walk.known("Reshape", (x,), {}, node, shape, "it mixes samples with positions")
        value.mixed = True
        return value
    if not 1 < len(shape) <= 1 + len(AXES) or x.sample is None:
        single = len(shape) == 1 or x.rank == 1
        why = "a sample is a single number" if single else "a sample has more than three axes"
        return walk.known("Reshape", (x,), {}, node, shape, why)
    if len(shape) == 2:  # noqa: PLR2004 batch and values
        return walk.place(Operation("Flatten", (x,), {}, node))
    sizes = constant((0, *shape[1:]))
    return walk.place(Operation("Reshape", (x, sizes), {}, node))


RULES = {"Reshape": reshape, "Flatten": flatten, "Squeeze": squeeze, "Unsqueeze": unsqueeze}
