"""Emboss: the picture as a relief lit from the upper left."""

from netsheet.convolution.named import Filter, grid

FILTERS = (
    Filter(
        "emboss",
        70,
        "makes a relief: adds how much brightness rises towards the lower right",
        "1: the picture itself (1), and a slope whose numbers cancel (0)",
        lambda: (grid("-2 -1 0 / -1 1 1 / 0 1 2"),),
    ),
)
