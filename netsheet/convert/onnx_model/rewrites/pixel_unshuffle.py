"""Axes cut into patches, whose places are turned to the channels."""

from typing import TYPE_CHECKING, Any

from netsheet.convert.onnx_model.rewrites.reshaping import target

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk


def patches(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Reshape`, `Transpose`, `Reshape`, either way: into patches, or out of them."""
    cut = operation.x.back("Transpose")
    x = None if cut is None else cut.back("Reshape")
    maker = operation.x.maker
    if x is None or cut is None or maker is None or x.sample is None or cut.shape is None:
        return None
    channels, *size = x.sample
    rank, order = len(size), list(maker.attributes["perm"])
    if rank == 0 or len(cut.shape) != 2 + 2 * rank or cut.mixed:
        return None
    factor = _factor(cut.shape, channels, size)
    inside, outside = ([start + 2 * axis for axis in range(rank)] for start in (3, 2))
    if factor and order == [0, 1, *inside, *outside]:
        made = [channels * factor**rank, *(n // factor for n in size)]
        op, attributes = "PixelUnshuffle", dict[str, Any](factor=factor)
    else:
        factor = cut.shape[2]
        whole = (channels // factor**rank, *(factor,) * rank, *size)
        turned = [place for axis in range(rank) for place in (2 + rank + axis, 2 + axis)]
        if cut.shape[1:] != whole or order != [0, 1, *turned]:
            return None
        made = [channels // factor**rank, *(factor * n for n in size)]
        op, attributes = "DepthToSpace", {"blocksize": factor, "mode": "CRD"}
    if target(operation, walk) != (walk.batch, *made):
        return None
    return walk.put(op, (x,), attributes, operation.node)


def _factor(cut: tuple[int, ...], channels: int, size: list[int]) -> int:
    """By how much each axis was cut, if all were cut alike; else 0."""
    factor = cut[3]
    halves = [side for n in size for side in (n // factor, factor)] if factor else []
    return factor if list(cut[1:]) == [channels, *halves] else 0


RULES = {"Reshape": patches}
