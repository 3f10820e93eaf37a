"""Sharpen: what differs from the neighbours is made to differ more."""

from fractions import Fraction

from netsheet.convolution.named import Filter, Rows, Setting


def _rows(amount: float) -> tuple[Rows, ...]:
    a = Fraction(amount).limit_denominator(10**6)
    zero = Fraction(0)
    return (((zero, -a, zero), (-a, 1 + 4 * a, -a), (zero, -a, zero)),)


FILTERS = (
    Filter(
        "sharpen",
        50,
        "sharpens: adds to each value by how much it differs from its four neighbours",
        "1: the picture itself (1), and differences, which vanish where all is equal (0)",
        _rows,
        (Setting("amount", 1, "how much of the difference is added"),),
    ),
)
