"""A border laid on before a window slides: zeros before a convolution, −∞ before a max pool."""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation
from netsheet.layers.operators import flat_pads, pairs

LOWEST = -1e30
"""So low that no value is lower: exporters write the lowest number there is."""

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk


def pad(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Pad` with zeros, read by nothing else, and the convolution's own border."""
    x = operation.x
    if x.op != "Pad" or x.maker is None or x.readers != 1 or x.maker.layer is None:
        return None
    before, given = x.maker.x, x.maker.layer
    sizes = before.sample
    auto = operation.attributes.get("auto_pad", "NOTSET")
    if (
        given.mode != "zero"
        or given.channels != 0
        or auto not in {"NOTSET", "VALID"}
        or sizes is None
    ):
        return None
    from netsheet.layers.axis import pads

    laid = pads(given.padding, sizes, 1)
    own = operation.attributes.get("pads", ()) if auto == "NOTSET" else ()
    own = pairs(own or (0,) * 2 * sizes.rank, sizes.rank)
    both = tuple((a + c, b + d) for (a, b), (c, d) in zip(laid, own, strict=True))
    attributes = {**operation.attributes, "pads": flat_pads(both), "auto_pad": "NOTSET"}
    return walk.place(
        Operation("Conv", (before, *operation.inputs[1:]), attributes, operation.node)
    )


def lowest(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Pad` with −∞, and a max pool without a border of its own."""
    x = operation.x
    if x.op != "Pad" or x.maker is None or len(x.maker.inputs) < 3:  # noqa: PLR2004 a value is given
        return None
    before, sides, value, *axes = x.maker.inputs
    number = None if value is None else value.single()
    if before is None or sides is None or sides.tensor is None or before.sample is None:
        return None
    given = [int(n) for n in sides.tensor.numbers()]
    rank = before.rank
    own = any(operation.attributes.get("pads", ())) or operation.attributes.get("auto_pad")
    if number is None or number > LOWEST or own or axes or len(given) != 2 * rank:
        return None
    laid = pairs(given, rank)
    if laid[0] != (0, 0) or laid[1] != (0, 0) or min(given) < 0:
        return None
    attributes = {**operation.attributes, "pads": flat_pads(laid[2:])}
    return walk.place(Operation("MaxPool", (before,), attributes, operation.node))


RULES = {"Conv": pad, "MaxPool": lowest}
