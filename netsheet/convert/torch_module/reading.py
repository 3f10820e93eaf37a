"""Rules for what reads the same values otherwise: reshapes, turns, slices, and what is the same.

Requirements met here: a reshape or a permutation makes no row until somebody needs it; a slice of
all of an axis is none.
"""

from collections.abc import Sequence
from itertools import count
from math import prod
from typing import Any

from netsheet.convert.torch_module.trace import Call, Traced, Visit
from netsheet.convert.torch_module.translate import NO_BATCH, Rule, Translator
from netsheet.convert.torch_module.view import MOST, Sizes, View, plain
from netsheet.core.errors import UnsupportedError


def same(t: Translator, call: Call) -> View:
    """The first tensor as it is."""
    one = call.read()[0]
    view = t.view(one)
    t.set(call.made[0], view, batch=t.batch(one))
    return view


def reshape(t: Translator, call: Call) -> View:
    """The sizes that torch made."""
    one, made = call.read()[0], call.made[0]
    if t.batch(one) > 0:
        view = t.whole(one)
        if t.sizes(one) != t.sizes(made):
            raise UnsupportedError("its batch stands behind another axis")
        return view
    sizes = t.sizes(made)
    view = t.view(one)
    if view.sizes != t.sizes(one):
        view = _stretch_kept(t, one, view, sizes)
    return view.reshaped(sizes)


def _stretch_kept(t: Translator, one: Traced, view: View, sizes: Sizes) -> View:
    """What is to be stretched, stretched now; but axes of 1 that are put in or left out wait."""
    wide = [n for n in t.sizes(one) if n != 1]
    if wide == [n for n in sizes if n != 1] and len(sizes) == len(t.sizes(one)):
        return view
    return t.whole(one)


def expand(t: Translator, call: Call) -> View:
    """As it is; axes are stretched where somebody needs them."""
    one, made = call.read()[0], call.made[0]
    view, sizes = t.view(one), t.sizes(made)
    if not one.varies and len(made.shape) > len(view.sizes):
        return view.reshaped((1,) * (len(made.shape) - len(view.sizes)) + view.sizes)
    if len(view.sizes) < len(sizes):
        view = view.reshaped((1,) * (len(sizes) - len(view.sizes)) + view.sizes)
    return view


def repeat(t: Translator, call: Call) -> View:
    """Copies laid behind each other along each axis."""
    one, made = call.read()[0], call.made[0]
    sizes = t.sizes(made)
    view = t.whole(one)
    if not one.varies and view.sizes[:1] == (1,) and sizes[0] == t.trace.batch:
        sizes = (1, *sizes[1:])  # the same for each sample
    if len(view.sizes) != len(sizes):
        view = view.reshaped((1,) * (len(sizes) - len(view.sizes)) + view.sizes)
    from netsheet.convert.torch_module.joining import joined

    for axis, (now, wanted) in enumerate(zip(view.sizes, sizes, strict=True)):
        if wanted != now:
            if wanted // now > MOST_COPIES:
                raise UnsupportedError(f"it makes {wanted // now} copies")
            view = joined(t, call, [view] * (wanted // now), axis)
    return view


MOST_COPIES = 64
"""Copies of a map that are laid out in a sheet."""


def turned(t: Translator, call: Call, order: Sequence[int]) -> View:
    """The axes in the order of torch's dimensions, the batch among them."""
    one = call.read()[0]
    at = t.batch(one)
    dims = [dim % len(one.shape) for dim in order]
    axes = [dim - (0 <= at < dim) for dim in dims if dim != at]
    view = t.whole(one).permuted(axes)
    t.set(call.made[0], view, batch=dims.index(at) if at != NO_BATCH else 0)
    return view


def permute(t: Translator, call: Call) -> View:
    """`torch.permute`."""
    given = call.kwargs.get("dims", call.args[1:])
    return turned(t, call, given[0] if given and isinstance(given[0], list | tuple) else given)


def transpose(t: Translator, call: Call) -> View:
    """`torch.transpose`: two axes swapped; the last two of `T` and its kin."""
    rank = len(call.read()[0].shape)
    order = list(range(rank))
    named = [call.kwargs.get(f"dim{n}", call.kwargs.get(f"axis{n}")) for n in (0, 1)]
    one, other = [*call.args[1:], *(dim for dim in named if dim is not None)][:2] or (-2, -1)
    if call.name in {"T", "t"} and rank < 2:  # noqa: PLR2004 a vector has nothing to turn
        return turned(t, call, order)
    order[one], order[other] = order[other], order[one]
    return turned(t, call, order)


def movedim(t: Translator, call: Call) -> View:
    """`torch.movedim`: some axes to other places."""
    given = dict(zip(("source", "destination"), call.args[1:], strict=False)) | dict(call.kwargs)
    rank = len(call.read()[0].shape)
    source, goal = (
        [dim % rank for dim in ((each,) if isinstance(each, int) else each)]
        for each in (given["source"], given["destination"])
    )
    left = iter(dim for dim in range(rank) if dim not in source)
    places = dict(zip(goal, source, strict=True))
    order = [places[place] if place in places else next(left) for place in range(rank)]
    return turned(t, call, order)


# Slices.


def sliced(
    t: Translator, visit: Visit, view: View, axis: int, start: int, size: int, step: int, label: str
) -> View:
    """`size` of an axis' positions from `start` on, a step apart."""
    sizes = view.sizes
    if size == sizes[axis] and step == 1:
        return view
    after = (*sizes[:axis], size, *sizes[axis + 1 :])
    if not size:
        raise UnsupportedError("it takes nothing of an axis")
    if view.order is not None and len(view.base) <= MOST:
        place = view.order[axis]
        letter = view.letters[axis]
        made = t.make(
            visit, "slice", view.row, label=label, out=size, start=start, over=letter, step=step
        )
        assert made.base[place] == size  # noqa: S101 what was asked for
        return made.permuted(view.order)
    inner, own = prod(sizes[1:]), prod(view.base[1:])
    one_cut = len(view.steps) == 1 and axis == 0 and step == 1 and len(view.base) <= MOST
    if one_cut and not (start * inner % own or size * inner % own):
        first, many = start * inner // own, size * inner // own
        made = t.make(visit, "slice", view.row, label=label, out=many, start=first)
        return made.reshaped(after)
    before, behind = prod(sizes[:axis]), prod(sizes[axis + 1 :])
    few = [
        n for n, keep in ((before, before != 1), (sizes[axis], True), (behind, behind != 1)) if keep
    ]
    row = t.at(view.reshaped(tuple(few)), visit)
    letter = plain(row, few).letters[int(before != 1)]
    made = t.make(visit, "slice", row, label=label, out=size, start=start, over=letter, step=step)
    return made.reshaped(after)


def parted(t: Translator, call: Call) -> list[View]:
    """`torch.chunk`, `split` and their kin: one slice behind the other."""
    one = call.read()[0]
    given = dict(zip(PARTED[call.name], call.args[1:], strict=False)) | dict(call.kwargs)
    (axis,) = t.axes(one, given.get("dim", 0))
    view, start, views = t.whole(one), 0, []
    for made in call.made:
        size = t.sizes(made)[axis] if call.name != "unbind" else 1
        part = sliced(t, call.visit, view, axis, start, size, 1, "slice")
        if call.name == "unbind":
            part = _dropped(part, axis)
        views.append(part)
        t.set(
            made, part, batch=_batch_after(t, one, axis) if call.name == "unbind" else t.batch(one)
        )
        start += size
    return views


PARTED = {
    "chunk": ("chunks", "dim"),
    "unsafe_chunk": ("chunks", "dim"),
    "split": ("split_size_or_sections", "dim"),
    "unsafe_split": ("split_size_or_sections", "dim"),
    "split_with_sizes": ("split_sizes", "dim"),
    "tensor_split": ("indices_or_sections", "dim"),
    "unbind": ("dim",),
}


def _dropped(view: View, axis: int) -> View:
    """A view without an axis of 1."""
    sizes = view.sizes
    return view.reshaped((*sizes[:axis], *sizes[axis + 1 :]))


def _batch_after(t: Translator, one: Traced, axis: int) -> int:
    """Where the batch stands once an axis is dropped."""
    at = t.batch(one)
    return at - 1 if at > axis else at


def narrow(t: Translator, call: Call) -> View:
    """`torch.narrow`."""
    one = call.read()[0]
    names = ("dim", "start", "length")
    given = dict(zip(names, call.args[1:], strict=False)) | dict(call.kwargs)
    (axis,) = t.axes(one, given["dim"])
    start = int(given["start"]) % one.shape[given["dim"]]
    made = sliced(t, call.visit, t.whole(one), axis, start, int(given["length"]), 1, "slice")
    t.set(call.made[0], made, batch=t.batch(one))
    return made


def select(t: Translator, call: Call) -> View:
    """`torch.select`: one position of an axis, which is left out then."""
    one = call.read()[0]
    given = dict(zip(("dim", "index"), call.args[1:], strict=False)) | dict(call.kwargs)
    (axis,) = t.axes(one, given["dim"])
    view = t.whole(one)
    part = sliced(t, call.visit, view, axis, given["index"] % view.sizes[axis], 1, 1, "slice")
    part = _dropped(part, axis)
    t.set(call.made[0], part, batch=_batch_after(t, one, axis))
    return part


def getitem(t: Translator, call: Call) -> View:
    """`x[…]`: slices, positions, new axes of 1, and … for the axes between."""
    one = call.args[0]
    at, view = t.batch(one), t.whole(one)
    batch, dim, axis = at, 0, 0
    for item in _items(call.args[1], len(one.shape)):
        if item is None:
            view = view.reshaped((*view.sizes[:axis], 1, *view.sizes[axis:]))
            batch += dim <= at
            axis += 1
        elif dim == at:
            if item != slice(None):
                raise UnsupportedError("it takes part of the batch")
            dim += 1
        elif isinstance(item, slice):
            start, stop, step = item.indices(view.sizes[axis])
            size = len(range(start, stop, step))
            view = sliced(t, call.visit, view, axis, start, size, step, "slice")
            axis, dim = axis + 1, dim + 1
        else:
            start = int(item) % view.sizes[axis]
            view = sliced(t, call.visit, view, axis, start, 1, 1, "slice")
            view = view.reshaped((*view.sizes[:axis], *view.sizes[axis + 1 :]))
            batch -= dim < at
            dim += 1
    t.set(call.made[0], view, batch=max(batch, 0))
    return view


def _items(index: Any, rank: int) -> list[Any]:
    """What is asked of each dimension; None puts one in."""
    items = list(index) if isinstance(index, tuple) else [index]
    if any(isinstance(item, Traced | list) for item in items):
        raise UnsupportedError("it is indexed by a tensor")
    if any(isinstance(item, slice) and (item.step or 1) < 1 for item in items):
        raise UnsupportedError("it goes backwards")
    named = sum(item is not None and item is not Ellipsis for item in items)
    if Ellipsis in items:
        place = items.index(Ellipsis)
        items[place : place + 1] = [slice(None)] * (rank - named)
        return items
    return items + [slice(None)] * (rank - named)


def iterated(t: Translator, call: Call) -> list[View]:
    """`for part in x`: as unbind along the first dimension."""
    one = call.read()[0]
    (axis,) = t.axes(one, 0)
    view = t.whole(one)
    views = []
    for start, made in zip(count(), call.made, strict=False):
        part = sliced(t, call.visit, view, axis, start, 1, 1, "slice")
        part = _dropped(part, axis)
        t.set(made, part, batch=_batch_after(t, one, axis))
        views.append(part)
    return views


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        ("contiguous", "clone", "detach", "data", "to", "type", "type_as", "float", "double"), same
    ),
    **dict.fromkeys(("half", "bfloat16", "cpu", "cuda", "alias", "positive", "real"), same),
    **dict.fromkeys(
        ("view", "reshape", "flatten", "unflatten", "unsqueeze", "squeeze", "ravel"), reshape
    ),
    **dict.fromkeys(("view_as", "reshape_as"), reshape),
    **dict.fromkeys(("expand", "expand_as", "broadcast_to"), expand),
    **dict.fromkeys(("repeat", "tile"), repeat),
    **dict.fromkeys(("transpose", "swapaxes", "swapdims", "T", "t", "mT", "H", "mH"), transpose),
    **dict.fromkeys(("movedim", "moveaxis"), movedim),
    **dict.fromkeys(PARTED, parted),
    "permute": permute,
    "narrow": narrow,
    "select": select,
    "__getitem__": getitem,
    "__iter__": iterated,
}
"""What each function comes to."""
