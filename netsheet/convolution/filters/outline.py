"""Outline: how much each value differs from its eight neighbours."""

from netsheet.convolution.named import Filter, grid

FILTERS = (
    Filter(
        "outline",
        80,
        "draws outlines: bright where a value lies above its eight neighbours, else black",
        "0: eight times the value, less its eight neighbours, which cancel where all is equal",
        lambda: (grid("-1 -1 -1 / -1 8 -1 / -1 -1 -1"),),
    ),
)
