"""Operators on constants alone, computed when the file is read: sizes above all.

Exporters write sizes as sums: the shape of a value, its second number, times two, and so on.

Requirements met here: what these come to is what any runtime computes; values that are many are
computed only when they are asked for; results far larger than any network's are refused.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from netsheet.convert.onnx_model.inputs import OPEN_BATCH
from netsheet.convert.onnx_model.tensors import Tensor, checked, filled, further, of_array
from netsheet.core.errors import UnsupportedError

FEW = 65_536
"""So many values are computed at once; more of them when they are asked for."""

Rule = Callable[..., Any]


def fold(op: str, inputs: Sequence[Tensor | None], attributes: dict[str, Any]) -> Tensor | None:
    """What an operator makes of constants; None where that isn't computed here."""
    if op in LAZY and inputs and inputs[0] is not None:
        return LAZY[op](*inputs, **attributes)
    rule = RULES.get(op)
    if rule is None:
        return None
    given = [each for each in inputs if each is not None]
    if op in ELEMENTWISE:
        return _elementwise(rule, given)
    if sum(each.count for each in given) > FEW:
        return None
    arrays = [None if each is None else each.array() for each in inputs]
    made: Tensor = of_array(rule(*arrays, **attributes))
    return made


def _elementwise(rule: Rule, given: Sequence[Tensor]) -> Tensor:
    """Value by value: at once where they are few, else when they are asked for."""
    import numpy as np

    shape = checked(np.broadcast_shapes(*(each.shape for each in given)), "")
    if prod(shape) <= FEW:
        return of_array(np.asarray(rule(*(each.array() for each in given))))
    return Tensor("", shape, lambda: rule(*(each.array() for each in given)), steps=further(*given))


# --- the same values, otherwise cut ---


def _reshape(x: Tensor, shape: Tensor | None = None, *, allowzero: int = 0) -> Tensor:
    if shape is None:
        raise UnsupportedError("a reshape without a shape")
    wanted = [int(size) for size in shape.numbers()]
    sizes = resolved(wanted, x.shape, allowzero=bool(allowzero))
    return x.reshaped(sizes)


def resolved(wanted: Sequence[int], shape: Sequence[int], *, allowzero: bool) -> tuple[int, ...]:
    """A shape as it is asked for, with 0 for a size that stays and one −1 for what is left."""
    sizes = [
        shape[place] if size == 0 and not allowzero and place < len(shape) else size
        for place, size in enumerate(wanted)
    ]
    if sizes.count(-1) == 1 and all(size > 0 for size in sizes if size != -1):
        left = prod(shape) // prod(size for size in sizes if size != -1)
        sizes[sizes.index(-1)] = left
    if any(size < 0 for size in sizes) or prod(sizes) != prod(shape):
        asked, there = (
            "×".join("N" if n == OPEN_BATCH else str(n) for n in each) or "one number"
            for each in (wanted, shape)
        )
        raise UnsupportedError(f"{there} can't be cut into {asked}")
    return tuple(sizes)


def _transpose(x: Tensor, *, perm: Sequence[int] = ()) -> Tensor:
    order = list(perm) or list(range(len(x.shape)))[::-1]
    if sorted(order) != list(range(len(x.shape))):
        raise UnsupportedError(f"{order} is no order of {len(x.shape)} axes")
    return x.turned(order)


def squeezed(shape: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
    """A shape without some axes of 1; without all of them where none is named."""
    gone = {axis % len(shape) for axis in axes} if axes else set(range(len(shape)))
    if axes and any(shape[axis] != 1 for axis in gone):
        raise UnsupportedError(f"axes {list(axes)} of {list(shape)} are not all 1")
    return tuple(n for axis, n in enumerate(shape) if axis not in gone or n != 1)


def unsqueezed(shape: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
    """A shape with new axes of 1 at these places of the result."""
    rank = len(shape) + len(axes)
    if any(not -rank <= axis < rank for axis in axes) or len({a % rank for a in axes}) < len(axes):
        raise UnsupportedError(f"{list(axes)} are no places of new axes among {rank}")
    rest = iter(shape)
    new = {axis % rank for axis in axes}
    return tuple(1 if axis in new else next(rest) for axis in range(rank))


def _axes(axes: Any) -> list[int]:
    return [int(n) for n in (axes.numbers() if isinstance(axes, Tensor) else axes or ())]


def _cast(x: Tensor, *, to: int, saturate: int = 1) -> Tensor:  # noqa: ARG001 of 8-bit floats
    from onnx import helper

    dtype = helper.tensor_dtype_to_np_dtype(to)
    if x.count <= FEW:
        return of_array(x.array().astype(dtype))
    return x.changed(lambda array: array.astype(dtype))


def _constant_of_shape(shape: Tensor, *, value: Tensor | None = None) -> Tensor:
    import numpy as np

    number = np.float32(0) if value is None else value.array().reshape(-1)[0]
    return filled([int(n) for n in shape.numbers()], number)


def _expand(x: Tensor, shape: Tensor) -> Tensor:
    import numpy as np

    sizes = np.broadcast_shapes(x.shape, tuple(int(n) for n in shape.numbers()))
    checked(sizes, x.name)
    return Tensor("", tuple(sizes), lambda: np.broadcast_to(x.array(), sizes), steps=further(x))


def _flatten(x: Tensor, *, axis: int = 1) -> Tensor:
    place = axis % (len(x.shape) + 1)
    return x.reshaped((prod(x.shape[:place]), prod(x.shape[place:])))


LAZY: dict[str, Callable[..., Tensor]] = {
    "Identity": lambda x: x,
    "Dropout": lambda x, *_, **__: x,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Squeeze": lambda x, axes=(): x.reshaped(squeezed(x.shape, _axes(axes))),
    "Unsqueeze": lambda x, axes=(): x.reshaped(unsqueezed(x.shape, _axes(axes))),
    "Flatten": _flatten,
    "Cast": _cast,
    "ConstantOfShape": _constant_of_shape,
    "Expand": _expand,
}
"""Operators that say the same values otherwise, or one value often."""


# --- arithmetic ---


def _divide(x: Any, y: Any) -> Any:
    """Whole numbers are divided towards 0."""
    import numpy as np

    if x.dtype.kind not in "iu":
        return x / y
    if not np.all(y):
        raise UnsupportedError("whole numbers divided by 0")
    return (np.sign(x) * np.sign(y) * (np.abs(x) // np.abs(y))).astype(x.dtype)


def _modulo(x: Any, y: Any, *, fmod: int = 0) -> Any:
    import numpy as np

    if not np.all(y):
        raise UnsupportedError("a remainder of a division by 0")
    return np.fmod(x, y) if fmod else np.mod(x, y)


def _gather(x: Any, places: Any, *, axis: int = 0) -> Any:
    if x.size * max(1, places.size) > FEW:
        raise UnsupportedError("a choice among too many numbers")
    return x.take(places, axis=axis)


def _slice(x: Any, starts: Any, ends: Any, axes: Any = None, steps: Any = None) -> Any:
    chosen = range(len(starts)) if axes is None else [int(n) for n in axes]
    by = [1] * len(starts) if steps is None else [int(n) for n in steps]
    cut = [slice(None)] * x.ndim
    for axis, start, end, step in zip(chosen, starts, ends, by, strict=True):
        stop = int(end)
        cut[axis] = slice(int(start), None if step < 0 and stop < -x.shape[axis] else stop, step)
    return x[tuple(cut)]


def _range(start: Any, limit: Any, delta: Any) -> Any:
    import numpy as np

    if not delta or abs((limit - start) / delta) > FEW:
        raise UnsupportedError("a range without end")
    return np.arange(start, limit, delta, dtype=start.dtype)


def _tile(x: Any, repeats: Any) -> Any:
    import numpy as np

    if x.size * prod(int(n) for n in repeats) > FEW:
        raise UnsupportedError("a tile of too many numbers")
    return np.tile(x, repeats)


def _reduction(name: str) -> Rule:
    def reduce(x: Any, axes: Any = None, *, keepdims: int = 1, **_: Any) -> Any:
        import numpy as np

        along = None if axes is None else tuple(int(n) for n in axes)
        return getattr(np, name)(x, axis=along, keepdims=bool(keepdims)).astype(x.dtype)

    return reduce


def _by_numpy(name: str) -> Rule:
    def call(*arrays: Any, **named: Any) -> Any:
        import numpy as np

        return getattr(np, name)(*arrays, **named)

    return call


def _concat(*arrays: Any, axis: int) -> Any:
    import numpy as np

    return np.concatenate(arrays, axis=axis)


ELEMENTWISE: dict[str, Rule] = {
    "Add": lambda x, y: x + y,
    "Sub": lambda x, y: x - y,
    "Mul": lambda x, y: x * y,
    "Div": _divide,
    "Pow": lambda x, y: (x**y).astype(x.dtype),
    "Neg": lambda x: -x,
    "Not": lambda x: ~x,
    "Equal": lambda x, y: x == y,
    "Less": lambda x, y: x < y,
    "LessOrEqual": lambda x, y: x <= y,
    "Greater": lambda x, y: x > y,
    "GreaterOrEqual": lambda x, y: x >= y,
    "And": lambda x, y: x & y,
    "Or": lambda x, y: x | y,
    "Reciprocal": lambda x: 1 / x,
    "Where": _by_numpy("where"),
    **{name: _by_numpy(name.casefold()) for name in ("Abs", "Sqrt", "Exp", "Log", "Floor", "Ceil")},
    "Min": lambda *xs: _fold_in("minimum", xs),
    "Max": lambda *xs: _fold_in("maximum", xs),
}
"""Operators that work value by value."""


def _fold_in(name: str, xs: Sequence[Any]) -> Any:
    import numpy as np

    found = xs[0]
    for x in xs[1:]:
        found = getattr(np, name)(found, x)
    return found


RULES: dict[str, Rule] = {
    **ELEMENTWISE,
    "Mod": _modulo,
    "Gather": _gather,
    "Slice": _slice,
    "Concat": _concat,
    "Range": _range,
    "Tile": _tile,
    "ReduceProd": _reduction("prod"),
    "ReduceSum": _reduction("sum"),
    "ReduceMax": _reduction("max"),
    "ReduceMin": _reduction("min"),
}
"""Operators on few numbers."""
