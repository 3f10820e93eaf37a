"""Axes cut into patches, whose places are turned to the channels."""

from typing import TYPE_CHECKING, Any, NamedTuple

from netsheet.convert.onnx_model.operation import constant
from netsheet.convert.onnx_model.rewrites.reshaping import target

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk


def patches(operation: "Operation", walk: "Walk") -> "Value | None":
    """`Reshape`, `Transpose`, `Reshape`, either way: into patches, or out of them."""
    cut = operation.x.back("Transpose")
    x = None if cut is None else cut.back("Reshape")
    maker = operation.x.maker
    if x is None or cut is None or maker is None or cut.shape is None or cut.mixed:
        return None
    if len(cut.shape) < 4 or len(cut.shape) % 2:  # noqa: PLR2004 batch, channels, and axes in pairs
        return None
    for op, attributes, order, sample, made in (_into(cut.shape), _out_of(cut.shape)):
        turned = list(maker.attributes["perm"]) == [0, 1, *order]
        if turned and target(operation, walk) == (walk.batch, *made):
            whole = walk.put("Reshape", (x, constant((0, *sample))), {}, operation.node)
            return walk.put(op, (whole,), attributes, operation.node)
    return None


class Way(NamedTuple):
    """What an operator would be: its attributes, the order of axes, and the shapes around it."""

    op: str
    attributes: dict[str, Any]
    order: list[int]
    sample: list[int]
    made: list[int]


def _into(cut: tuple[int, ...]) -> Way:
    """Positions that become channels: each axis is cut into how many patches, and their side."""
    _, channels, *halves = cut
    sizes, factor = halves[::2], halves[1]
    rank = len(sizes)
    order = [start + 2 * axis for start in (3, 2) for axis in range(rank)]
    alike = set(halves[1::2]) == {factor}
    sample = [channels, *(n * factor for n in sizes)]
    made = [channels * factor**rank, *sizes] if alike else []
    return Way("PixelUnshuffle", {"factor": factor}, order, sample, made)


def _out_of(cut: tuple[int, ...]) -> Way:
    """Channels that become positions: they are cut into those left, and a side for each axis."""
    _, out, *rest = cut
    rank = len(rest) // 2
    factor, sizes = rest[0], rest[rank:]
    order = [place for axis in range(rank) for place in (2 + rank + axis, 2 + axis)]
    alike = set(rest[:rank]) == {factor}
    made = [out, *(factor * n for n in sizes)] if alike else []
    sample = [out * factor**rank, *sizes]
    return Way("DepthToSpace", {"blocksize": factor, "mode": "CRD"}, order, sample, made)


RULES = {"Reshape": patches}
