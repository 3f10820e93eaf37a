"""Local response normalisation written out, as torch exports it, or on a map laid as a plane.

Written out it is x over a power of k plus α times the mean of the squares of neighbouring
channels, which are laid along an axis of their own for a pool. Runtimes know `LRN` on two axes;
on one, or three, a map is cut into two before it and back behind it.
"""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.rewrites.layer_norm import squared
from netsheet.convert.onnx_model.rewrites.reshaping import target
from netsheet.layers.axis import pads
from netsheet.layers.base import per_axis

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk


def norm(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Div` by such a power."""
    x, power = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    power = None if power is None else power.back("Reshape") or power
    beta = None if power is None else power.back("Pow", 1)
    strength = None if power is None else power.back("Pow")
    if beta is None or beta.single() is None or strength is None or strength.maker is None:
        return None
    if strength.op != "Rescale" or x.sample is None:
        return None
    size = _neighbours(strength.maker.x, x)
    if not size:
        return None
    given = strength.maker.attributes
    attributes = {"size": size, "alpha": given["factor"], "bias": given["shift"]}
    op = "LRN" if size % 2 else "LeadingLRN"
    return walk.put(op, (x,), {**attributes, "beta": beta.single()}, operation.node)


def _neighbours(mean: "Value", x: "Value") -> int:
    """Over how many channels a value is the mean of x's squares; 0 if it isn't that."""
    pooled = mean.back("Reshape") or mean
    wide = pooled.back("AveragePool")
    column = None if wide is None else wide.back("Pad")
    squares = None if column is None else column.back("Reshape")
    if squares is None or column is None or wide is None:
        return 0
    pool, border = (None if v.maker is None else v.maker.layer for v in (pooled, wide))
    shape, sample = column.sample, x.sample
    if pool is None or border is None or shape is None or sample is None:
        return 0
    if squared(squares) is not x or tuple(shape[:2]) != (1, sample.channels):
        return 0
    sides = per_axis(pool.kernel, shape.rank, attribute="kernel")
    size = sides[0]
    laid = pads(border.padding, shape, 1)
    wanted = ((size // 2, (size - 1) // 2), *((0, 0),) * (shape.rank - 1))
    plain = set(sides[1:]) <= {1} and pool.padding == 0 and pool.step == 1
    return size if plain and laid == wanted and border.mode == "zero" else 0


def plane(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Reshape` back to a map's shape of the norm of that map, cut into other axes."""
    normed, flat = operation.x, operation.x.back("LRN")
    x = None if flat is None else flat.back("Reshape")
    if flat is None or x is None or x.shape is None or flat.shape is None or normed.readers != 1:
        return None
    if target(operation, walk) != x.shape or flat.shape[:2] != x.shape[:2]:
        return None
    assert normed.maker is not None  # noqa: S101 it was looked through
    return walk.put("LRN", (x,), normed.maker.attributes, operation.node)


RULES = {"Div": norm, "Reshape": plane}
