"""The scene for a layer on a small map, whichever sort it is."""

from netsheet.convolution.arithmetic import Arithmetic
from netsheet.render.stamp import laid, pools, slices, slide
from netsheet.render.stamp.scene import Scene


def scene_of(arithmetic: Arithmetic) -> Scene:
    """A convolution, a pool, or a transposed convolution, step by step."""
    if arithmetic.transposed:
        return laid.scene(arithmetic)
    if not arithmetic.weights:
        return pools.scene(arithmetic)
    if arithmetic.x.channels == arithmetic.y.channels == 1:
        return slide.scene(arithmetic)
    return slices.scene(arithmetic)
