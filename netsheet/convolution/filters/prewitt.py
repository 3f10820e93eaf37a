"""Prewitt: the slope of brightness, averaged across its direction."""

from netsheet.convolution.named import Filter, grid

ACROSS = grid("-1 0 1 / -1 0 1 / -1 0 1")
DOWN = grid("-1 -1 -1 / 0 0 0 / 1 1 1")
"""Source: Prewitt 1970, Object enhancement and extraction."""

TOTAL = "0: a difference, right less left, which vanishes where all is equal"

FILTERS = (
    Filter(
        "prewitt",
        130,
        "finds edges of every direction, as sobel, with equal weights",
        "0, both of them: differences, which vanish where all is equal",
        lambda: (ACROSS, DOWN),
    ),
    Filter(
        "prewitt-x",
        140,
        "finds upright edges, as sobel-x, with equal weights",
        TOTAL,
        lambda: (ACROSS,),
        show="middle",
    ),
    Filter(
        "prewitt-y",
        150,
        "finds level edges, as sobel-y, with equal weights",
        TOTAL.replace("right less left", "below less above"),
        lambda: (DOWN,),
        show="middle",
    ),
)
