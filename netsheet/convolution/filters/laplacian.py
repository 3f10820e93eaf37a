"""Laplacian: the sum of the second derivatives."""

from netsheet.convolution.named import Filter, grid

FILTERS = (
    Filter(
        "laplacian",
        90,
        "shows how brightness bends: the second differences along both axes, added",
        "0: a second difference is 1, −2, 1, and there are two of them; slopes vanish as well",
        lambda: (grid("0 1 0 / 1 -4 1 / 0 1 0"),),
        show="middle",
    ),
)
