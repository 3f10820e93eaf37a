"""Channels laid out in rows, a row a group, turned, and read in a row again."""

from typing import TYPE_CHECKING

from netsheet.convert.onnx_model.operation import Operation

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Value
    from netsheet.convert.onnx_model.walk import Walk


def shuffle(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Reshape`, `Transpose` of the two parts of the channels, `Reshape` back."""
    turned = operation.x
    rows = turned.back("Transpose")
    x = None if rows is None else rows.back("Reshape")
    if x is None or rows is None or x.shape is None or rows.shape is None or turned.maker is None:
        return None
    if x.mixed or rows.mixed or len(rows.shape) != len(x.shape) + 1:
        return None
    groups, each = rows.shape[1:3]
    if rows.shape[3:] != x.shape[2:] or groups * each != x.shape[1]:
        return None
    if list(turned.maker.attributes["perm"]) != [0, 2, 1, *range(3, len(rows.shape))]:
        return None
    sizes = operation.inputs[1] if len(operation.inputs) > 1 else None
    if sizes is None or sizes.tensor is None:
        return None
    wanted = [int(n) for n in sizes.tensor.numbers()]
    if len(wanted) != len(x.shape) or wanted[1:] not in ([*x.shape[1:]], [-1, *x.shape[2:]]):
        return None
    return walk.place(Operation("ChannelShuffle", (x,), {"groups": groups}, operation.node))


RULES = {"Reshape": shuffle}
