"""Box blur: the mean of a square."""

from fractions import Fraction

from netsheet.convolution.named import Filter, Rows, Setting


def _rows(size: float) -> tuple[Rows, ...]:
    side = int(size)
    return (((Fraction(1, side * side),) * side,) * side,)


FILTERS = (
    Filter(
        "box",
        20,
        "blurs: each value becomes the mean of the square around it",
        "1: a mean of equal values is that value, so that brightness stays",
        _rows,
        (Setting("size", 3, "side of the square", whole=True),),
    ),
)
