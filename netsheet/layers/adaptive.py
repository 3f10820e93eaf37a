"""What the adaptive pools share: output size and windows."""

from netsheet.core.shape import Shape
from netsheet.layers.base import Axes, Whole, Window, needs_rank, per_axis


def adaptive_output(kind: str, x: Shape, size: Axes) -> Shape:
    """The same channels at the size asked for."""
    needs_rank(x, kind)
    return Shape((x.channels, *per_axis(size, x.rank, attribute="size")))


def adaptive_windows(x: Shape, size: Axes) -> tuple[Window | Whole, ...]:
    """The window of each axis: rows ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉ − 1."""
    return tuple(
        _axis(int(n), int(m))
        for n, m in zip(x.size, per_axis(size, x.rank, attribute="size"), strict=True)
    )


def _axis(n: int, m: int) -> Window | Whole:
    """Everything for one output; an even split is a plain pool; else bounded by all windows."""
    if m == 1:
        return Whole()
    if n % m == 0:
        return Window(n // m, n // m)
    return Window(n, 0)


def stretches(n: int, m: int) -> list[tuple[int, int]]:
    """Where each of m windows over n rows begins and ends (the end not in).

    >>> stretches(7, 3)
    [(0, 3), (2, 5), (4, 7)]
    """
    return [(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]
