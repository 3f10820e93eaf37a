"""Rules for norms over an axis that is not the channels: it is brought there."""

from netsheet.convert.torch_module.trace import Call, Traced
from netsheet.convert.torch_module.translate import Rule, Translator
from netsheet.convert.torch_module.view import View


def over_last(t: Translator, call: Call) -> View:
    """`layer_norm` and `rms_norm`: over the channels, or over an axis that is brought to them."""
    names = ("input", "normalized_shape")
    given = dict(zip(names, call.args, strict=False)) | dict(call.kwargs)
    one = given["input"]
    view = t.turned(t.whole(one), call.visit)
    count = len(given["normalized_shape"])
    if count > 1 or not view.letters or view.letters[-1] == "C" or len(view.sizes) == 1:
        return t.by_kind(call)
    rank = len(view.sizes)
    first = view.permuted((rank - 1, *range(rank - 1)))
    laid = Traced(one.shape, one.varies)
    back = t.at(first, call.visit)
    t.set(laid, View(back, first.sizes).permuted((*range(1, rank), 0)), batch=t.batch(one))
    args = tuple(laid if arg is one else arg for arg in call.args)
    kwargs = {name: laid if arg is one else arg for name, arg in call.kwargs.items()}
    made = t.by_kind(Call(call.name, call.function, args, kwargs, call.visit, made=call.made))
    t.set(call.made[0], made, batch=t.batch(one))
    return made


RULES: dict[str, Rule] = dict.fromkeys(("layer_norm", "rms_norm"), over_last)
"""What each function comes to."""
