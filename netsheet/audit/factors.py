"""Products that came out wrong: the one change that would make them right.

Requirements met here: a hint is given only where one change does it, and is no more than a hint.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isqrt


def hint_for(dims: Sequence[int], value: Fraction, printed: Fraction) -> str:
    """How a wrong product may have come about: a digit slip, or a factor replaced or left out.

    dims: the factors of a plain product, empty for other arithmetic.
    """
    slip = _digit_slip(value, printed)
    if slip or printed.denominator != 1 or not printed or not dims:
        return slip
    return next(_replaced(tuple(dims), int(printed)), "")


def without_one(factors: Sequence[Fraction], value: Fraction, printed: Fraction) -> str:
    """Whether a factor that adds one, for a bias, was taken without it."""
    for factor in factors:
        if factor > 1 and value / factor * (factor - 1) == printed:
            return "it would be right without the 1 that is added"
    return ""


def _digit_slip(right: Fraction, printed: Fraction) -> str:
    """`a digit slip` where the numbers have as many digits and differ in one or two of them."""
    if right.denominator != 1 or printed.denominator != 1:
        return ""
    one, other = str(int(right)), str(int(printed))
    if len(one) != len(other) or len(one) < 4:  # noqa: PLR2004 short numbers are alike by chance
        return ""
    differing = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) == 1:
        return "one digit differs: a slip"
    if len(differing) == 2 and sorted(one) == sorted(other):  # noqa: PLR2004 two digits in each other's place
        return "two digits are in each other's place: a slip"
    return ""


def _replaced(dims: tuple[int, ...], printed: int) -> Iterator[str]:
    """Each single factor, or pair of equal ones, that would have to be another whole number."""
    whole = 1
    for factor in dims:
        whole *= factor
    for place, factor in enumerate(dims):
        rest = whole // factor if factor else 0
        if rest and printed % rest == 0 and 1 <= printed // rest <= 10 * factor:
            other = printed // rest
            if other == 1:
                yield f"it would be right without the factor {factor}"
            elif dims.count(factor) == 1 or place == dims.index(factor):
                one = "one " * (dims.count(factor) > 1)
                yield f"it would be right with {other} for {one}{factor}"
    for factor in dict.fromkeys(dims):
        if dims.count(factor) == 2 and factor:  # noqa: PLR2004 the two sides of a square
            rest = whole // factor**2
            if rest and printed % rest == 0:
                side = isqrt(printed // rest)
                if side > 1 and side * side == printed // rest:
                    yield f"it would be right with {side}×{side} for {factor}×{factor}"
