"""Rules for products: linear layers on vectors and on maps, matrices, attention.

Requirements met here: a linear layer on a map works at every position, and is a convolution of
1×1; a product with a stored matrix is one with its weights; a product of two maps is a `matmul`.
"""

from math import prod
from typing import TYPE_CHECKING, Any

from netsheet.convert.torch_module.arithmetic import inner, joined, number
from netsheet.convert.torch_module.trace import Call, Traced, viewed
from netsheet.convert.torch_module.translate import Rule, Translator
from netsheet.convert.torch_module.view import MOST, View
from netsheet.core.errors import UnsupportedError
from netsheet.layers.registry import find

if TYPE_CHECKING:
    from collections.abc import Sequence


def linear(t: Translator, call: Call) -> View:
    """`torch.nn.functional.linear`."""
    names = ("input", "weight", "bias")
    given = dict(zip(names, call.args, strict=False)) | dict(call.kwargs)
    return multiplied(t, call, given["input"], given["weight"], given.get("bias"))


def multiplied(t: Translator, call: Call, one: Traced, weight: Traced, bias: Traced | None) -> View:
    """A map's last axis times a stored matrix of (out, in)."""
    if weight.varies or not one.varies:
        raise UnsupportedError("its weight is computed from the network's input")
    view = t.whole(one)
    computed = bias is not None and bias.leaf is None and viewed(bias) is None
    given = {"weight": weight} | ({} if bias is None or computed else {"bias": bias})
    if len(weight.shape) != 2:  # noqa: PLR2004 a matrix
        raise UnsupportedError("its weight is no matrix")
    out = weight.shape[0]
    try:
        how = _dense if len(view.sizes) == 1 else _positions
        made = how(t, call, view, out, given)
    except UnsupportedError:
        made, computed = _by_rows(t, call, view, weight), bias is not None
    if computed:
        product = Traced(call.made[0].shape, varies=True)
        t.set(product, made, batch=t.batch(one))
        return joined(t, call, "add", (product, bias))
    t.set(call.made[0], made, batch=t.batch(one))
    return made


def _dense(t: Translator, call: Call, view: View, out: int, given: dict[str, Traced]) -> View:
    """A dense layer on a flat vector; a map that was laid flat is read as it is."""
    if view.steps and not view.steps[-1].order:
        before = view._replace(steps=view.steps[:-1])
        if len(before.sizes) <= MOST:
            view = before
    row = t.at(view, call.visit)
    kind: Any = find("dense")
    layer, weights = t.stored(kind(out=out, bias="bias" in given), [row], given)
    return t.add(call.visit, call.name, layer, (row,), weights)


def _positions(t: Translator, call: Call, view: View, out: int, given: dict[str, Traced]) -> View:
    """A convolution of 1×1 on a map whose last axis is brought to the channels."""
    sizes = view.sizes
    if view.steps and view.steps[-1].order:
        view = t.turned(view, call.visit)
    if view.letters[-1:] != "C":
        many = sizes[:-1] if len(sizes) <= MOST else (prod(sizes[:-1]),)
        view = view.reshaped((*many, sizes[-1]))
        rank = len(many)
        row = t.at(view.permuted((rank, *range(rank))), call.visit)
        order: Sequence[int] = (*range(1, rank + 1), 0)
    else:
        row, order = view.row, view.order or ()
    kind: Any = find("conv")
    layer, weights = t.stored(kind(out=out, kernel=1, bias="bias" in given), [row], given)
    made = t.add(call.visit, call.name, layer, (row,), weights).permuted(order)
    return made.reshaped((*sizes[:-1], out))


def _by_rows(t: Translator, call: Call, view: View, weight: Traced) -> View:
    """A product with a matrix that is made by rows of its own, of what is stored elsewhere."""
    sizes = view.sizes
    flat = view.reshaped((prod(sizes[:-1]), sizes[-1]))
    columns = t.view(weight).permuted((1, 0))
    rows = [t.at(each, call.visit) for each in (flat, columns)]
    made = t.make(call.visit, "matmul", *rows, label=call.name)
    return made.reshaped((*sizes[:-1], weight.shape[0]))


def matmul(t: Translator, call: Call) -> View:
    """`torch.matmul`: with a stored matrix on either side, or of two maps."""
    one, other = [*call.args, *call.kwargs.values()][:2]
    if call.name == "rmatmul":
        one, other = other, one
    return product(t, call, one, other)


def product(t: Translator, call: Call, one: Traced, other: Traced) -> View:
    """The product of two tensors as matrices over their last two axes."""
    if one.varies and not other.varies and len(other.shape) == 2:  # noqa: PLR2004 a matrix
        return multiplied(t, call, one, turned(call, other), None)
    if one.varies and not other.varies and len(other.shape) == 1:
        column = read(call, other, (1, *other.shape))
        view = multiplied(t, call, one, column, None)
        made = view.reshaped(t.sizes(call.made[0]))
        t.views.pop(id(call.made[0]))
        t.set(call.made[0], made, batch=t.batch(one))
        return made
    if other.varies and not one.varies and len(one.shape) == 2:  # noqa: PLR2004 a matrix
        view = t.whole(other)
        rank = len(view.sizes)
        swap = (*range(rank - 2), rank - 1, rank - 2)
        columns = Traced(other.shape, varies=True)
        t.set(columns, view.permuted(swap), batch=t.batch(other))
        made = multiplied(t, call, columns, one, None).permuted(swap)
        t.views.pop(id(call.made[0]))
        t.set(call.made[0], made, batch=t.batch(other))
        return made
    return maps(t, call, one, other)


def turned(call: Call, traced: Traced) -> Traced:
    """A stored matrix with its rows as columns."""
    import torch

    made = Traced(traced.shape[::-1], varies=False)
    made.call = Call("t", torch.t, (traced,), {}, call.visit, made=(made,))
    return made


def read(call: Call, traced: Traced, shape: tuple[int, ...]) -> Traced:
    """A stored tensor read with other sizes."""
    import torch

    made = Traced(shape, varies=False)
    made.call = Call("reshape", torch.reshape, (traced, shape), {}, call.visit, made=(made,))
    return made


def maps(t: Translator, call: Call, one: Traced, other: Traced) -> View:
    """A product of two maps; axes before the last two are taken as one where there are many."""
    if t.batch(one) > 0 or t.batch(other) > 0:
        raise UnsupportedError("its batch stands behind another axis")
    sizes = t.sizes(call.made[0])
    views = [_matrices(t, each, call.made[0]) for each in (one, other)]
    if any(len(view.sizes) < 2 for view in views):  # noqa: PLR2004 a matrix
        raise UnsupportedError("it multiplies a map with a vector")
    if len({view.sizes[:-2] for view in views}) > 1:
        raise UnsupportedError("its matrices are repeated for other axes")
    lead = views[0].sizes[:-2]
    few = lead if len(lead) <= MOST - 2 else (prod(lead),)
    rows = [t.at(view.reshaped((*few, *view.sizes[-2:])), call.visit) for view in views]
    made = t.make(call.visit, "matmul", *rows, label=call.name).reshaped(sizes)
    t.set(call.made[0], made)
    return made


def _matrices(t: Translator, traced: Traced, made: Traced) -> View:
    """An operand of a product of maps; a stored one has no batch."""
    view = t.whole(traced)
    if made.varies and not traced.varies:
        rank = len(made.shape) - 1
        sizes = view.sizes[1:] if len(view.sizes) > rank else view.sizes
        view = view.reshaped((1,) * (rank - len(sizes)) + sizes)
    return view


def affine(t: Translator, call: Call) -> View:
    """`torch.addmm`: a product plus a bias."""
    names = ("input", "mat1", "mat2")
    given = dict(zip(names, call.args, strict=False)) | dict(call.kwargs)
    bias, one, other = given["input"], given["mat1"], given["mat2"]
    if number(given.get("beta", 1)) != 1 or number(given.get("alpha", 1)) != 1:
        raise UnsupportedError("alpha and beta have no place in a sheet")
    if bias.varies or other.varies or len(bias.shape) != 1:
        raise UnsupportedError("it adds up what a sheet can't name")
    return multiplied(t, call, one, turned(call, other), bias)


def attention(t: Translator, call: Call) -> View:
    """`scaled_dot_product_attention`: softmax(q·kᵀ·scale)·v."""
    names = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal")
    given = dict(zip(names, call.args, strict=False)) | dict(call.kwargs)
    q, k, v = given["query"], given["key"], given["value"]
    if given.get("is_causal") or given.get("enable_gqa"):
        raise UnsupportedError("its mask has no place in a sheet")
    scale = given.get("scale") or q.shape[-1] ** -0.5
    flipped = (*k.shape[:-2], k.shape[-1], k.shape[-2])
    scores = (*q.shape[:-1], k.shape[-2])
    turned_k = inner(t, call, "transpose", (k, -2, -1), flipped)
    scaled = inner(t, call, "mul", (q, scale), q.shape)
    made = inner(t, call, "matmul", (scaled, turned_k), scores)
    if given.get("attn_mask") is not None:
        made = inner(t, call, "add", (made, given["attn_mask"]), scores)
    shares = inner(t, call, "softmax", (made,), scores, dim=-1)
    return product(t, call, shares, v)


RULES: dict[str, Rule] = {
    "linear": linear,
    **dict.fromkeys(("matmul", "rmatmul", "mm", "bmm"), matmul),
    "addmm": affine,
    "scaled_dot_product_attention": attention,
}
"""What each function comes to."""
