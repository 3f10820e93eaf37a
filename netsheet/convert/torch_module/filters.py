"""Rules for convolutions whose filters are computed from what is stored.

Requirements met here: standardised filters are seen for what they are, with their gain and scale.
"""

from dataclasses import fields, replace
from typing import Any, NamedTuple

from netsheet.convert.torch_module.arithmetic import joined, number
from netsheet.convert.torch_module.trace import WHOLE_VIEWS, Call, Traced, tensors
from netsheet.convert.torch_module.translate import (
    NO_BATCH,
    Rule,
    Translator,
    by_call,
    from_torch,
)
from netsheet.convert.torch_module.view import View
from netsheet.core.errors import RuleError, UnsupportedError
from netsheet.layers.operand import Made, axes
from netsheet.layers.registry import find


class Standard(NamedTuple):
    """Filters that are standardised: the stored ones, their gain if there is one, scale and ε."""

    filters: Traced
    gain: Traced | None
    scale: float
    epsilon: float


def stripped(traced: Traced) -> Traced:
    """The tensor that others only read otherwise."""
    while traced.call is not None and traced.call.name in WHOLE_VIEWS:
        traced = next(tensors(traced.call.args))
    return traced


def standard(weight: Traced) -> Standard | None:
    """How filters are standardised, if they are: batch norm's arithmetic on stored filters."""
    normed = stripped(weight)
    call = normed.call
    if call is None or call.name != "batch_norm":
        return None
    names = (
        "input",
        "running_mean",
        "running_var",
        "weight",
        "bias",
        "training",
        "momentum",
        "eps",
    )
    given = dict(zip(names, call.args, strict=False)) | dict(call.kwargs)
    filters = stripped(given["input"])
    alone = given.get("running_mean") is None and given.get("bias") is None
    rows = weight.shape[0], weight.shape[0] and _inner(weight.shape)
    if not alone or not given.get("training") or filters.leaf is None:
        return None
    if given["input"].shape != (1, *rows) or filters.shape != weight.shape:
        return None
    factors = given.get("weight")
    epsilon = float(given.get("eps", 1e-5))
    if factors is None:
        return Standard(filters, None, 1.0, epsilon)
    gain, scale = stripped(factors), 1.0
    if gain.call is not None and gain.call.name == "mul":
        one, other = gain.call.args
        scale = number(other) or 0.0
        gain = stripped(one)
    if gain.leaf is None or not scale:
        return None
    return Standard(filters, gain, scale, epsilon)


def _inner(shape: tuple[int, ...]) -> int:
    many = 1
    for n in shape[1:]:
        many *= n
    return many


def conv(t: Translator, call: Call) -> View:
    """`torch.nn.functional.conv2d` and its kin."""
    weight = call.kwargs.get("weight", call.args[1] if len(call.args) > 1 else None)
    found = None
    if isinstance(weight, Traced) and not weight.varies and weight.leaf is None:
        found = standard(weight)
    if found is None:
        try:
            return t.by_kind(call)
        except UnsupportedError as error:
            try:
                return dynamic(t, call)
            except RuleError:  # filters of no map: the first reason is the one to tell
                raise error from None
    (kind,) = by_call()[call.name]
    place = {id(weight): found.filters}
    args, kwargs = t.operands(call, kind.torch_reads, place)
    plain = from_torch(kind, args, kwargs)
    layer = standardised(plain.layer, found)
    gain = None if found.gain is None else t.operand(found.gain, "plain", call.visit)
    weights = {**plain.weights, **({} if gain is None else {"gain": gain})}
    return t.made(call, Made(layer, plain.reads, weights))


def dynamic(t: Translator, call: Call) -> View:
    """A convolution that reads its filters from a row; a bias is added by a row of its own."""
    names = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
    given = dict(zip(names, call.args, strict=False)) | dict(call.kwargs)
    one, weight, bias = given["input"], given["weight"], given.get("bias")
    if weight.varies and t.batch(weight) != NO_BATCH:
        raise UnsupportedError("its weight is computed from the network's input")
    rows = [t.at(t.whole(one), call.visit), t.at(t.whole(weight), call.visit)]
    kind: Any = find("dynamic conv")
    padding = given.get("padding", 0)
    layer = kind(
        stride=axes(given.get("stride", 1)),
        padding=padding if isinstance(padding, str) else axes(padding),
        dilation=axes(given.get("dilation", 1)),
        groups=given.get("groups", 1),
    )
    made = t.add(call.visit, call.name, layer, rows)
    if bias is None:
        return made
    product = Traced(call.made[0].shape, varies=True)
    t.set(product, made)
    wide = Traced((*bias.shape, *(1,) * (len(made.sizes) - 1)), bias.varies)
    t.set(wide, t.view(bias).reshaped(wide.shape), batch=NO_BATCH)
    return joined(t, call, "add", (product, wide))


def standardised(layer: Any, found: Standard) -> Any:
    """The same convolution with standardised filters."""
    kind: Any = find("standardised conv")
    given = {each.name: getattr(layer, each.name) for each in fields(layer) if each.init}
    made = kind(**given)
    return replace(made, gain=found.gain is not None, scale=found.scale, epsilon=found.epsilon)


RULES: dict[str, Rule] = dict.fromkeys(("conv1d", "conv2d", "conv3d"), conv)
"""What each function comes to."""
