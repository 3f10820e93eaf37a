"""Sobel: the slope of brightness, smoothed across its direction."""

from netsheet.convolution.named import Filter, grid

ACROSS = grid("-1 0 1 / -2 0 2 / -1 0 1")
DOWN = grid("-1 -2 -1 / 0 0 0 / 1 2 1")
"""Source: Sobel & Feldman 1968, A 3×3 isotropic gradient operator for image processing."""

TOTAL = "0: a difference, right less left, which vanishes where all is equal"

FILTERS = (
    Filter(
        "sobel",
        100,
        "finds edges of every direction: the length of the slope, √(across² + down²)",
        "0, both of them: differences, which vanish where all is equal",
        lambda: (ACROSS, DOWN),
    ),
    Filter(
        "sobel-x",
        110,
        "finds upright edges: how much brightness rises to the right",
        TOTAL,
        lambda: (ACROSS,),
        show="middle",
    ),
    Filter(
        "sobel-y",
        120,
        "finds level edges: how much brightness rises downwards",
        TOTAL.replace("right less left", "below less above"),
        lambda: (DOWN,),
        show="middle",
    ),
)
