"""Slips of the pen: digits swapped, one digit wrong, a power of ten, a factor of two.

Requirements met here: a slip is looked for in the printed digits alone, and only where it would
rarely fit by chance.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from netsheet.audit.printed import Printed, fitting
from netsheet.audit.reading import Reading

FEWEST_FOR_SWAP = 3
FEWEST_FOR_ONE = 5
"""So many digits a number must have for a slip in it to mean something."""


def slips(printed: Printed, readings: Iterable[Reading]) -> Iterator[str]:
    """Each slip that would make a printed number right, in words."""
    simple = [reading for reading in readings if reading.cost <= 1]
    digits = _digits(printed)
    tried: list[tuple[str, Printed]] = []
    if len(digits) >= FEWEST_FOR_SWAP:
        tried += [
            (f"two digits swapped: {shown(other)} for {shown(printed)}", other)
            for other in _swapped(printed)
        ]
    if len(digits) >= FEWEST_FOR_ONE:
        tried += [
            (f"one digit wrong: {shown(other)} for {shown(printed)}", other)
            for other in _one_other(printed)
        ]
    if len(digits.rstrip("0")) > 1 or printed.zeros == 0:
        tried += [
            (f"a factor of {_factor(power)} in the unit", _times(printed, Fraction(10) ** power))
            for power in (1, -1, 3, -3, 6, -6)
        ]
        tried.append(("half of it is printed", _times(printed, Fraction(2))))
        tried.append(("twice as much is printed", _times(printed, Fraction(1, 2))))
    for words, other in tried:
        for reading in simple:
            if reading.network and not printed.exact:
                continue  # of many relatives one fits a few digits by chance
            if reading.words and "digit" not in words:
                continue  # a factor fits one of many readings by chance
            forms = fitting(reading.value, other)
            if forms and forms[0].cost + reading.cost <= 1:
                yield words
                break


def _digits(printed: Printed) -> str:
    return str(int(printed.value / printed.digit))


def _with(printed: Printed, digits: str) -> Printed:
    return printed._replace(value=int(digits) * printed.digit)


def _swapped(printed: Printed) -> Iterator[Printed]:
    digits = _digits(printed)
    for place in range(len(digits) - 1):
        left, right = digits[place], digits[place + 1]
        if left != right:
            yield _with(printed, digits[:place] + right + left + digits[place + 2 :])


def _one_other(printed: Printed) -> Iterator[Printed]:
    digits = _digits(printed)
    for place, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit and not (place == 0 and other == "0"):
                yield _with(printed, digits[:place] + other + digits[place + 1 :])


def _times(printed: Printed, factor: Fraction) -> Printed:
    return printed._replace(value=printed.value * factor, digit=printed.digit * factor)


def _factor(power: int) -> str:
    return f"{10 ** abs(power):,}"


def shown(printed: Printed) -> str:
    """A printed number's digits as it prints them."""
    decimals = len(str(printed.digit.denominator)) - 1
    return f"{float(printed.value):,.{decimals}f}"
