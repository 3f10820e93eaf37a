"""Channels laid out in rows, a row a group, turned, and read in a row again."""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation, constant
from netsheet.convert.onnx_model.rewrites.reshaping import target

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk


def shuffle(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Reshape`, `Transpose` of the two parts of the channels, `Reshape` back."""
    turned = operation.x
    rows = turned.back("Transpose")
    x = None if rows is None else rows.back("Reshape")
    if x is None or rows is None or turned.maker is None or rows.mixed:
        return None
    groups, each, *size = (rows.shape or (0, 0, 0))[1:]
    swapped = [0, 2, 1, *range(3, len(size) + 3)]
    if list(turned.maker.attributes["perm"]) != swapped:
        return None
    laid = (groups * each, *size)
    if target(operation, walk) != (walk.batch, *laid):
        return None
    whole = walk.put("Reshape", (x, constant((0, *laid))), {}, operation.node)
    return walk.place(Operation("ChannelShuffle", (whole,), {"groups": groups}, operation.node))


RULES = {"Reshape": shuffle}
