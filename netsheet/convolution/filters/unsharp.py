"""Unsharp mask: the picture, and what a blur took from it once more."""

from netsheet.convolution.filters.gaussian import rows as blurred
from netsheet.convolution.named import Filter, Rows, Setting, middle


def _rows(size: float, amount: float) -> tuple[Rows, ...]:
    blur = blurred(size)[0]
    itself = middle(int(size))
    return (
        tuple(
            tuple(
                (1 + amount) * float(one) - amount * float(soft)
                for one, soft in zip(*lines, strict=True)
            )
            for lines in zip(itself, blur, strict=True)
        ),
    )


FILTERS = (
    Filter(
        "unsharp",
        60,
        "sharpens softly: adds what a Gaussian blur would take away",
        "1: (1 + amount) times the picture, less amount times its blur, which also sums to 1",
        _rows,
        (
            Setting("size", 5, "side of the blur's kernel", whole=True),
            Setting("amount", 1, "how much is added"),
        ),
    ),
)
