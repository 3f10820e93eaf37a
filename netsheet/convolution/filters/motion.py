"""Motion blur: the mean along a line."""

from fractions import Fraction
from math import cos, radians, sin

from netsheet.convolution.named import Filter, Rows, Setting


def _rows(size: float, angle: float) -> tuple[Rows, ...]:
    side = int(size)
    half = side // 2
    reach = max(abs(cos(radians(angle))), abs(sin(radians(angle))))
    kernel = [[Fraction(0)] * side for _ in range(side)]
    for step in range(-half, half + 1):  # one place for each, whichever way the line runs
        down = round(-step * sin(radians(angle)) / reach)
        across = round(step * cos(radians(angle)) / reach)
        kernel[half + down][half + across] += Fraction(1, side)
    return (tuple(map(tuple, kernel)),)


FILTERS = (
    Filter(
        "motion",
        40,
        "blurs along a line, as if the camera had moved",
        "1: a mean along the line, so that brightness stays",
        _rows,
        (
            Setting("size", 9, "length of the line", whole=True),
            Setting("angle", 0, "its direction in degrees: 0 level, 90 upright"),
        ),
    ),
)
