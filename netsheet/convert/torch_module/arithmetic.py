"""Rules for arithmetic: maps with maps, with stored tensors, and with numbers.

Requirements met here: what is added to a map or multiplied with it is stretched as torch does,
from the last axis on; a trained factor for each channel is a layer scale; a number is no row.
"""

from collections.abc import Callable
from math import log
from typing import Any, NamedTuple

from netsheet.convert.torch_module.rows import Stored
from netsheet.convert.torch_module.trace import Call, Traced
from netsheet.convert.torch_module.translate import Rule, Translator
from netsheet.convert.torch_module.view import MOST, Sizes, View, plain
from netsheet.core.errors import UnsupportedError
from netsheet.layers.registry import find


def _given(call: Call, *names: str) -> dict[str, Any]:
    return dict(zip(names, call.args, strict=False)) | dict(call.kwargs)


def number(value: Any) -> float | None:
    """A Python number, or a stored tensor of one value that training leaves alone."""
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, Traced) and not value.varies and value.shape in {(), (1,)}:
        if any(leaf.trained for leaf in value.leaves()):
            return None
        known = value.value()
        return None if known is None else float(known)
    return None


def pointwise(t: Translator, call: Call, one: Traced, kind: str, label: str, **given: Any) -> View:
    """A row for each value by itself, however the map is cut."""
    view = t.view(one)
    made = t.make(call.visit, kind, view.row, label=label, **given)
    t.set(call.made[0], view._replace(row=made.row), batch=t.batch(one))
    return view._replace(row=made.row)


def rescaled(
    t: Translator, call: Call, one: Traced, factor: float = 1.0, shift: float = 0.0
) -> View:
    """Times a number, and plus another; nothing where these change nothing."""
    if factor == 1 and shift == 0:
        view = t.view(one)
        t.set(call.made[0], view, batch=t.batch(one))
        return view
    return pointwise(t, call, one, "rescale", call.name, factor=factor, shift=shift)


class Scalar(NamedTuple):
    """A number, and which side of the sign it stands on."""

    value: float
    first: bool


def binary(t: Translator, call: Call) -> View:
    """One of the four kinds of arithmetic, between any two things."""
    given = _given(call, "input", "other")
    one, other = given["input"], given["other"]
    name = call.name
    if name.startswith("r") and name[1:] in JOINS:
        one, other, name = other, one, name[1:]
    if given.get("rounding_mode") is not None:
        raise UnsupportedError("it rounds its quotient")
    scale = float(given.get("alpha", 1))
    if (value := number(other)) is not None and not isinstance(one, int | float):
        return BY_NUMBER[name](t, call, one, Scalar(value * scale, first=False))
    if (value := number(one)) is not None:
        return BY_NUMBER[name](t, call, other, Scalar(value, first=True))
    if scale != 1:
        raise UnsupportedError(f"alpha={scale:g} has no place in a sheet")
    if name == "mul":
        scaled = channel_scale(t, call, one, other) or channel_scale(t, call, other, one)
        if scaled is not None:
            return scaled
    return joined(t, call, JOINS[name], (one, other))


JOINS = {"add": "add", "sub": "subtract", "mul": "multiply", "div": "divide"}


def _added(t: Translator, call: Call, one: Traced, scalar: Scalar) -> View:
    return rescaled(t, call, one, shift=scalar.value)


def _subtracted(t: Translator, call: Call, one: Traced, scalar: Scalar) -> View:
    if scalar.first:
        return rescaled(t, call, one, -1.0, scalar.value)
    return rescaled(t, call, one, shift=-scalar.value)


def _multiplied(t: Translator, call: Call, one: Traced, scalar: Scalar) -> View:
    return rescaled(t, call, one, scalar.value)


def _divided(t: Translator, call: Call, one: Traced, scalar: Scalar) -> View:
    if not scalar.first:
        return rescaled(t, call, one, 1 / scalar.value)
    view = pointwise(t, call, one, "power", call.name, exponent=-1.0)
    if scalar.value == 1:
        return view
    made = t.make(call.visit, "rescale", view.row, label=call.name, factor=scalar.value)
    t.views.pop(id(call.made[0]))
    t.set(call.made[0], view._replace(row=made.row), batch=t.batch(one))
    return view._replace(row=made.row)


BY_NUMBER: dict[str, Callable[[Translator, Call, Traced, Scalar], View]] = {
    "add": _added,
    "sub": _subtracted,
    "mul": _multiplied,
    "div": _divided,
}


def channel_scale(t: Translator, call: Call, one: Any, other: Any) -> View | None:
    """A map times a trained factor for each channel."""
    if not (isinstance(other, Traced) and other.leaf is not None and other.leaf.trained):
        return None
    if not isinstance(one, Traced) or not one.varies or id(other.leaf.tensor) in t.owners:
        return None
    view = t.view(one)
    sizes, wide = view.sizes, [n for n in other.shape if n != 1]
    if view.order is None or len(view.base) > MOST or sizes != t.sizes(one) or len(wide) != 1:
        return None
    axis = len(sizes) - len(other.shape) + other.shape.index(wide[0])
    if axis < 0 or view.letters[axis] != "C" or wide[0] != sizes[axis]:
        return None
    kind: Any = find("layer scale")
    values = other.value()
    alike = values is not None and bool((values == values.flatten()[0]).all())
    layer = kind(initial=float(values.flatten()[0])) if alike else kind()
    shape = (wide[0], *(1,) * (len(view.base) - 1))
    weights = {"weight": Stored(other, shape)}
    label = other.leaf.name
    made = t.add(call.visit, label, layer, (view.row,), weights, whole_name=bool(label))
    made = made.permuted(view.order)
    t.set(call.made[0], made, batch=t.batch(one))
    return made


# Two maps.


def joined(t: Translator, call: Call, kind: str, operands: tuple[Any, ...]) -> View:
    """A row that joins maps and stored tensors value by value."""
    made = call.made[0]
    out = t.sizes(made)
    views = [_wide(t, one, len(out), made.varies) for one in operands]
    batch = max((t.batch(one) for one in operands if isinstance(one, Traced)), default=0)
    first = max(views, key=lambda view: (view.sizes == out, bool(view.steps)))
    if all(view.steps == first.steps and view.base == first.base for view in views):
        row = _join(t, call, kind, views, [view.base for view in views])
        view = first._replace(row=row.row)
    elif first.order is not None and len(first.base) == len(out) <= MOST:
        back = sorted(range(len(out)), key=first.order.__getitem__)
        laid = [view.permuted(back) for view in views]
        rows = [plain(t.at(view, call.visit), view.sizes) for view in laid]
        view = _join(t, call, kind, rows, [view.sizes for view in laid]).permuted(first.order)
    else:
        few = together([view.sizes for view in views])
        rows = [
            plain(t.at(view.reshaped(sizes), call.visit), sizes)
            for view, sizes in zip(views, few, strict=True)
        ]
        view = _join(t, call, kind, rows, few).reshaped(_stretched(v.sizes for v in views))
    t.set(made, view, batch=batch)
    return view


def _wide(t: Translator, one: Any, count: int, varies: bool) -> View:  # noqa: FBT001 a fact of the call
    """The view of an operand with as many axes as the outcome; a stored one has no batch."""
    if not isinstance(one, Traced):
        raise UnsupportedError(f"it joins a map with {one!r}")
    view = t.view(one)
    sizes = view.sizes
    if varies and not one.varies and len(sizes) == count + 1:
        if sizes[0] not in {1, t.trace.batch}:
            raise UnsupportedError("a stored tensor has a value for each sample")
        sizes = sizes[1:]
    return view.reshaped((1,) * (count - len(sizes)) + sizes)


def _join(t: Translator, call: Call, kind: str, views: list[View], sizes: list[Sizes]) -> View:
    """The row itself; maps of several sizes are stretched."""
    differ = len(set(sizes)) > 1
    given = {"stretch": True} if kind == "add" and differ else {}
    return t.make(call.visit, kind, *(view.row for view in views), label=call.name, **given)


def _stretched(sizes: Any) -> Sizes:
    return tuple(max(axis) for axis in zip(*sizes, strict=True))


def together(sizes: list[Sizes]) -> list[Sizes]:
    """The same sizes with fewer axes: neighbours that are stretched alike are taken as one."""
    groups: list[list[int]] = []
    last: tuple[bool, ...] | None = None
    full = _stretched(sizes)
    for place, axis in enumerate(zip(*sizes, strict=True)):
        alike = tuple(n == full[place] for n in axis)
        if groups and (full[place] == 1 or alike == last):
            groups[-1].append(place)
            continue
        groups.append([place])
        last = alike if full[place] != 1 else None
    found = []
    for each in sizes:
        shape = []
        for group in groups:
            n = 1
            for place in group:
                n *= each[place]
            shape.append(n)
        found.append(tuple(shape) or (1,))
    if len(groups) > MOST:
        raise UnsupportedError(f"it joins maps of {len(full)} axes")
    return found


# Of each value by itself.


def clamp(t: Translator, call: Call) -> View:
    """`torch.clamp`: relu where it is one."""
    names = {"clamp": ("input", "min", "max"), "clamp_min": ("input", "min")}
    given = _given(call, *names.get(call.name, ("input", "max")))
    low, high = given.get("min"), given.get("max")
    one = given["input"]
    if isinstance(low, Traced) or isinstance(high, Traced):
        low = number(low) if low is not None else None
        high = number(high) if high is not None else None
        if low is None and high is None:
            raise UnsupportedError("its bounds are tensors")
    if low == 0 and high is None:
        return pointwise(t, call, one, "relu", call.name)
    low, high = (-LARGEST if low is None else low), (LARGEST if high is None else high)
    return pointwise(t, call, one, "hardtanh", call.name, low=float(low), high=float(high))


LARGEST = 3.4028234663852886e38
"""The largest 32-bit number: a bound that is none."""


def power(t: Translator, call: Call) -> View:
    """`x ** n` with a fixed n, and n ** x."""
    given = _given(call, "input", "exponent")
    one, exponent = given["input"], given["exponent"]
    if call.name == "rpow" or not isinstance(one, Traced):
        base = exponent if call.name == "rpow" else one
        powered = one if call.name == "rpow" else exponent
        value = number(base)
        if value is None or value <= 0:
            raise UnsupportedError("its base is no positive number")
        view = t.view(powered)
        scaled = t.make(call.visit, "rescale", view.row, label=call.name, factor=log(value))
        made = t.make(call.visit, "exp", scaled.row, label=call.name, of="exp")
        t.set(call.made[0], view._replace(row=made.row), batch=t.batch(powered))
        return view._replace(row=made.row)
    value = number(exponent)
    if value is None:
        raise UnsupportedError("its exponent is no fixed number")
    if value == 1:
        return rescaled(t, call, one)
    return pointwise(t, call, one, "power", call.name, exponent=value)


POWERS = {"square": 2.0, "sqrt": 0.5, "rsqrt": -0.5, "reciprocal": -1.0}


def named_power(t: Translator, call: Call) -> View:
    """`torch.sqrt` and its kin."""
    return pointwise(t, call, call.read()[0], "power", call.name, exponent=POWERS[call.name])


def negative(t: Translator, call: Call) -> View:
    """−x."""
    return rescaled(t, call, call.read()[0], -1.0)


def function(t: Translator, call: Call) -> View:
    """`torch.exp` and its kin."""
    one = call.read()[0]
    name = call.name
    view = t.view(one)
    kind: Any = find("function")
    made = t.add(call.visit, name, kind(of=name), (view.row,))
    t.set(call.made[0], view._replace(row=made.row), batch=t.batch(one))
    return view._replace(row=made.row)


def chosen(t: Translator, call: Call) -> View:
    """`torch.maximum` and `torch.minimum`; with a number, a bound."""
    given = _given(call, "input", "other")
    one, other = given["input"], given["other"]
    value = number(other)
    if value is None:
        return joined(t, call, call.name, (one, other))
    low, high = (value, LARGEST) if call.name == "maximum" else (-LARGEST, value)
    return pointwise(t, call, one, "hardtanh", call.name, low=low, high=high)


def scaled_sum(t: Translator, call: Call) -> View:
    """`torch.addcmul`, a + b·c, and `torch.addcdiv`, a + b/c; other factors than 1 are refused."""
    given = _given(call, "input", "tensor1", "tensor2")
    if float(given.get("value", 1)) != 1:
        raise UnsupportedError("value has no place in a sheet")
    name = call.name.removeprefix("addc")
    term = inner(t, call, name, (given["tensor1"], given["tensor2"]), call.made[0].shape)
    return joined(t, call, "add", (given["input"], term))


def inner(
    t: Translator, call: Call, name: str, args: tuple[Any, ...], shape: Sizes, **kwargs: Any
) -> Traced:
    """A tensor that a call makes on its way, by a call of its own."""
    varies = any(isinstance(one, Traced) and one.varies for one in args)
    made = Traced(shape, varies)
    made.call = Call(name, call.function, args, kwargs, call.visit, made=(made,))
    t.translate(made.call)
    return made


RULES: dict[str, Rule] = {
    **dict.fromkeys((*JOINS, "rsub", "rdiv"), binary),
    **dict.fromkeys(("clamp", "clamp_min", "clamp_max"), clamp),
    **dict.fromkeys(("pow", "rpow", "float_power"), power),
    **dict.fromkeys(POWERS, named_power),
    **dict.fromkeys(("exp", "log", "abs", "sin", "cos", "erf", "sign"), function),
    **dict.fromkeys(("floor", "ceil", "round"), function),
    **dict.fromkeys(("maximum", "minimum"), chosen),
    "neg": negative,
    "addcmul": scaled_sum,
    "addcdiv": scaled_sum,
}
"""What each function comes to."""
