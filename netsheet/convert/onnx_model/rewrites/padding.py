"""A border of zeros laid on before a convolution: its padding."""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation
from netsheet.layers.operators import flat_pads, pairs

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
    if given.mode != "zero" or auto not in {"NOTSET", "VALID"} or sizes is None:
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


RULES = {"Conv": pad}
