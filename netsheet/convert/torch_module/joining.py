"""Rules for maps laid behind each other, and for borders around them."""

from collections.abc import Sequence
from math import inf, prod
from typing import Any

from netsheet.convert.torch_module.reading import sliced
from netsheet.convert.torch_module.trace import Call, Traced
from netsheet.convert.torch_module.translate import Rule, Translator
from netsheet.convert.torch_module.view import MOST, View, plain
from netsheet.core.errors import UnsupportedError
from netsheet.layers.operand import axes
from netsheet.layers.registry import find


def joined(t: Translator, call: Call, views: Sequence[View], axis: int) -> View:
    """Views laid behind each other along an axis."""
    kind: Any = find("concat")
    if len(views) == 1:
        return views[0]
    order = views[0].order
    if (
        order is not None
        and len(views[0].base) <= MOST
        and all(view.order == order for view in views)
    ):
        letter = views[0].letters[axis]
        row = t.add(call.visit, call.name, kind(over=letter), [view.row for view in views])
        return row.permuted(order)
    sizes = views[0].sizes
    before, behind = prod(sizes[:axis]), prod(sizes[axis + 1 :])
    rows = []
    for view in views:
        few = [
            n
            for n, keep in ((before, before != 1), (view.sizes[axis], True), (behind, behind != 1))
            if keep
        ]
        rows.append(t.at(view.reshaped(tuple(few)), call.visit))
    letter = plain(rows[0], t.shapes[rows[0]]).letters[int(before != 1)]
    made = t.add(call.visit, call.name, kind(over=letter), rows)
    wide = sum(view.sizes[axis] for view in views)
    return made.reshaped((*sizes[:axis], wide, *sizes[axis + 1 :]))


def _among(t: Translator, parts: Sequence[Traced], varies: bool) -> list[View]:  # noqa: FBT001 a fact of the call
    """Views of tensors that are joined; a stored one has no batch, and is the same for all."""
    views = []
    for part in parts:
        if not varies or part.varies:
            views.append(t.whole(part))
            continue
        view = t.view(part)
        if view.sizes[0] != 1 or part.shape[0] not in {1, t.trace.batch}:
            raise UnsupportedError("a stored tensor has a value for each sample")
        sizes = part.shape[1:]
        view = view.reshaped(view.sizes[1:])
        if view.sizes != sizes:
            view = t.stretched(view, sizes, part)
        views.append(view)
    return views


def cat(t: Translator, call: Call) -> View:
    """`torch.cat`."""
    given = dict(zip(("tensors", "dim"), call.args, strict=False)) | dict(call.kwargs)
    parts = [part for part in given["tensors"] if part.shape != (0,)]
    dim = given.get("dim", given.get("axis", 0))
    lead = next((part for part in parts if part.varies), parts[0])
    (axis,) = t.axes(call.made[0] if call.made[0].varies else lead, dim)
    view = joined(t, call, _among(t, parts, varies=call.made[0].varies), axis)
    t.set(call.made[0], view, batch=t.batch(lead))
    return view


def stack(t: Translator, call: Call) -> View:
    """`torch.stack`: an axis of 1 is put in, and maps are joined along it."""
    given = dict(zip(("tensors", "dim"), call.args, strict=False)) | dict(call.kwargs)
    parts, made = given["tensors"], call.made[0]
    dim = given.get("dim", 0) % len(made.shape)
    at = t.batch(parts[0])
    if dim <= at:
        axis, batch = dim, at + 1
    else:
        axis, batch = dim - (at >= 0), at
    views = [
        view.reshaped((*view.sizes[:axis], 1, *view.sizes[axis:]))
        for view in _among(t, parts, varies=made.varies)
    ]
    view = joined(t, call, views, axis)
    t.set(made, view, batch=max(batch, 0))
    return view


MODES = {"constant": "zero", "replicate": "edge", "reflect": "reflect", "circular": "wrap"}


def bordered(border: Sequence[tuple[int, int]], mode: str) -> Any:
    """The layer that lays a border around a map: before and behind each axis, channels first."""
    (before, behind), *inside = border
    even = all(a == b for a, b in inside)
    kind: Any = find("pad")
    return kind(
        padding=axes([a for a, _ in inside]) if even and inside else tuple(inside) or 0,
        mode=mode,
        channels=before if before == behind else ((before, behind),),
    )


def pad(t: Translator, call: Call) -> View:
    """`torch.nn.functional.pad`: a border, channels of zeros, or less of the map."""
    names = ("input", "pad", "mode", "value")
    given = dict(zip(names, call.args, strict=False)) | dict(call.kwargs)
    one, flat = given["input"], [int(n) for n in given["pad"]]
    mode, value = given.get("mode", "constant"), given.get("value") or 0
    pairs = list(zip(flat[::2], flat[1::2], strict=True))[::-1]
    rank = len(one.shape)
    dims = [rank - len(pairs) + place for place in range(len(pairs))]
    border = [(0, 0)] * len(t.sizes(one))
    for dim, pair in zip(dims, pairs, strict=True):
        if any(pair):
            border[t.axes(one, dim)[0]] = pair
    if mode not in MODES or value not in {0, -inf}:
        raise UnsupportedError(f"a border of mode {mode!r} with {value:g} has no place in a sheet")
    view = t.whole(one)
    for axis, (before, behind) in enumerate(border):
        if before < 0 or behind < 0:
            start, size = max(0, -before), view.sizes[axis] + min(0, before) + min(0, behind)
            view = sliced(t, call.visit, view, axis, start, size, 1, "slice")
    border = [(max(0, before), max(0, behind)) for before, behind in border]
    if not any(map(any, border)):
        t.set(call.made[0], view, batch=t.batch(one))
        return view
    if view.order is None or len(view.base) > MOST:
        view = plain(t.at(view, call.visit), view.sizes)
    assert view.order is not None  # noqa: S101 a row as it is has one
    own = [border[view.order.index(place)] for place in range(len(view.base))]
    made = t.add(call.visit, "pad", bordered(own, MODES[mode]), (view.row,))
    if value:
        t.low_borders.add(made.row)
    made = made.permuted(view.order)
    t.set(call.made[0], made, batch=t.batch(one))
    return made


RULES: dict[str, Rule] = {"cat": cat, "stack": stack, "pad": pad}
"""What each function comes to."""
