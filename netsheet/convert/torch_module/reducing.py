"""Rules for what makes one number of many: means, sums, maxima, norms."""

from itertools import groupby
from math import prod
from typing import Any

from netsheet.convert.torch_module.arithmetic import inner, joined
from netsheet.convert.torch_module.trace import Call, Traced
from netsheet.convert.torch_module.translate import Rule, Translator
from netsheet.convert.torch_module.view import MOST, Sizes, View, plain
from netsheet.core.errors import UnsupportedError

POOLS = {"mean": "global average pool", "max": "global max pool"}
"""A reduction over all positions that has a name of its own."""


def reduced(t: Translator, call: Call, one: Traced, by: str, dims: Any, made: Traced) -> View:
    """One number for all values along some dimensions."""
    view = t.whole(one)
    if dims is None and one.varies:
        raise UnsupportedError("it goes over the batch, and a sheet is of one sample")
    over = t.axes(one, range(len(one.shape)) if dims is None else dims)
    view = along(t, call, view, by, over)
    sizes = t.sizes(made) if made.varies or not one.varies else made.shape
    view = view.reshaped(sizes)
    at = t.batch(one)
    if len(made.shape) < len(one.shape) and at > 0:
        at -= sum(axis < at for axis in over)
    t.set(made, view, batch=max(at, 0))
    return view


def along(t: Translator, call: Call, view: View, by: str, over: tuple[int, ...]) -> View:
    """The same view with 1 along some axes."""
    left = tuple(1 if axis in over else n for axis, n in enumerate(view.sizes))
    if left == view.sizes and by not in {"variance", "norm"}:
        return view
    if view.order is not None and len(view.base) <= MOST:
        order = view.order
        letters = "".join(sorted((view.letters[axis] for axis in over), key="CDHWL".index))
        rank = len(view.base) - 1
        if by in POOLS and rank and "C" not in letters and len(letters) == rank:
            kind = "adaptive average pool" if by == "mean" else "adaptive max pool"
            return t.make(call.visit, kind, view.row, label=call.name, size=1).permuted(order)
        made = t.make(call.visit, "reduce", view.row, label=call.name, by=by, over=letters)
        return made.permuted(order)
    few, places = _few(view.sizes, over)
    row = t.at(view.reshaped(few), call.visit)
    names = plain(row, few).letters
    letters = "".join(names[place] for place in places)
    made = t.make(call.visit, "reduce", row, label=call.name, by=by, over=letters)
    return made.reshaped(left)


def _few(sizes: Sizes, over: tuple[int, ...]) -> tuple[Sizes, list[int]]:
    """Neighbouring axes that fare alike taken as one, and which of these are gone through."""
    few: list[int] = []
    places: list[int] = []
    for gone, group in groupby(range(len(sizes)), key=lambda axis: axis in over):
        if gone:
            places.append(len(few))
        few.append(prod(sizes[axis] for axis in group))
    if len(few) > MOST:
        raise UnsupportedError(f"it goes over axes of {len(sizes)}")
    return tuple(few), places


def _dims(call: Call, *names: str) -> dict[str, Any]:
    given = dict(zip(("input", *names), call.args, strict=False)) | dict(call.kwargs)
    if "axis" in given:
        given["dim"] = given.pop("axis")
    return given


def reduction(by: str) -> Rule:
    """The rule of a function that does this."""

    def rule(t: Translator, call: Call) -> View:
        """As the function says."""
        given = _dims(call, "dim", "keepdim")
        dims = given.get("dim")
        dims = None if dims in ((), []) else dims
        return reduced(t, call, given["input"], by, dims, call.made[0])

    return rule


def extreme(by: str) -> Rule:
    """The rule of `max` or `min`: of two maps, along a dimension (the places are left), of all."""

    def rule(t: Translator, call: Call) -> View:
        """As the arguments say."""
        given = _dims(call, "dim", "keepdim")
        other = given.get("other", given.get("dim"))
        if isinstance(other, Traced):
            name = "maximum" if by == "max" else "minimum"
            return joined(t, call, name, (given["input"], other))
        return reduced(t, call, given["input"], by, other, call.made[0])

    return rule


def spread(t: Translator, call: Call) -> list[View]:
    """`torch.var`, `std` and `var_mean`: with n or with n − 1."""
    given = _dims(call, "dim", "unbiased", "keepdim")
    one, dims = given["input"], given.get("dim")
    correction = given.get("correction")
    unbiased = given.get("unbiased", True) if correction is None else correction == 1
    if isinstance(dims, bool):
        unbiased, dims = dims, None
    if correction not in {None, 0, 1}:
        raise UnsupportedError(f"correction={correction!r} has no place in a sheet")
    if dims is None and one.varies:
        raise UnsupportedError("it goes over the batch, and a sheet is of one sample")
    over = t.axes(one, range(len(one.shape)) if dims is None else dims)
    view, sizes = t.whole(one), t.sizes(call.made[0])
    many = prod(view.sizes[axis] for axis in over)
    found = along(t, call, view, "variance", over)
    row = found.row
    if unbiased:
        factor = many / (many - 1)
        row = t.make(call.visit, "rescale", row, label=call.name, factor=factor).row
    if call.name == "std":
        row = t.make(call.visit, "power", row, label=call.name, exponent=0.5).row
    views = [found._replace(row=row).reshaped(sizes)]
    if call.name in {"var_mean", "std_mean"}:
        views.append(along(t, call, view, "mean", over).reshaped(sizes))
    return views


def norm(t: Translator, call: Call) -> View:
    """`torch.norm` and `vector_norm`: the root of the sum of squares."""
    order = ("ord", "dim", "keepdim") if call.name == "vector_norm" else ("p", "dim", "keepdim")
    given = _dims(call, *order)
    power = given.get("ord", given.get("p", 2))
    if power not in {None, 2, "fro"}:
        raise UnsupportedError(f"a norm of order {power!r} has no place in a sheet")
    return reduced(t, call, given["input"], "norm", given.get("dim"), call.made[0])


def normalize(t: Translator, call: Call) -> View:
    """`torch.nn.functional.normalize`: over the norm along a dimension, or over ε."""
    given = _dims(call, "p", "dim", "eps")
    one, dim = given["input"], given.get("dim", 1)
    if given.get("p", 2) != 2:  # noqa: PLR2004 the usual norm
        raise UnsupportedError(f"a norm of order {given['p']!r} has no place in a sheet")
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    rank = len(one.shape)
    places = {each % rank for each in dims}
    shape = tuple(1 if place in places else n for place, n in enumerate(one.shape))
    length = inner(t, call, "norm", (one,), shape, dim=dim, keepdim=True)
    bounded = inner(t, call, "clamp", (length,), shape, min=given.get("eps", 1e-12))
    return joined(t, call, "divide", (one, bounded))


RULES: dict[str, Rule] = {
    "mean": reduction("mean"),
    "sum": reduction("sum"),
    "amax": reduction("max"),
    "amin": reduction("min"),
    "max": extreme("max"),
    "min": extreme("min"),
    **dict.fromkeys(("var", "std", "var_mean"), spread),
    **dict.fromkeys(("norm", "vector_norm"), norm),
    "normalize": normalize,
}
"""What each function comes to."""
