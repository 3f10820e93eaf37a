"""Channels laid out in rows, a row a group, turned, and read in a row again."""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation
from netsheet.convert.onnx_model.rewrites.reshaping import target

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk


def shuffle(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Reshape`, `Transpose` of the two parts of the channels, `Reshape` back."""
    turned = operation.x
    rows = turned.back("Transpose")
    x = None if rows is None else rows.back("Reshape")
    if x is None or rows is None or turned.maker is None or x.sample is None:
        return None
    groups, each, *size = (rows.shape or (0, 0, 0))[1:]
    swapped = [0, 2, 1, *range(3, len(x.sample) + 2)]
    laid = (groups * each, *size) == tuple(x.sample) and not rows.mixed
    if not laid or list(turned.maker.attributes["perm"]) != swapped:
        return None
    if target(operation, walk) != x.shape:
        return None
    return walk.place(Operation("ChannelShuffle", (x,), {"groups": groups}, operation.node))


RULES = {"Reshape": shuffle}
