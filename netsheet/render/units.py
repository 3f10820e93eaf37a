"""Numbers as a person reads them, and to the last digit.

Requirements met here: one rule for every count (below 10,000 as it is, from there three digits
that count and a letter); rounding is done on integers, half away from zero, so that no figure
depends on floating point; powers of 1000 and of 1024 never share a unit.
"""

from fractions import Fraction
from typing import Any

from netsheet.sheet.column import Share
from netsheet.sheet.columns.receptive_field import Exactly, Field

SHORT_FROM = 10_000
"""Numbers below this one are written out: 4,096 says more than 4.10K."""

LETTERS = ("", "K", "M", "G", "T", "P", "E")
"""Thousand, million, … as counts carry them."""

DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
"""Bytes in powers of 1000."""

BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
"""Bytes in powers of 1024."""

NOTHING = "–"
"""What stands where there is no number: a flat input has no positions to see."""


def exact(value: int) -> str:
    """All digits, in threes.

    >>> exact(60965224), exact(-21)
    ('60,965,224', '−21')
    """
    return f"−{-value:,}" if value < 0 else f"{value:,}"


def short(value: int) -> str:
    """A count at a glance; below 10,000 it is exact.

    >>> short(4096), short(34_944), short(60_965_224), short(724_406_816), short(999_950)
    ('4,096', '34.9K', '61.0M', '724M', '1.00M')
    """
    if abs(value) < SHORT_FROM:
        return exact(value)
    figure, power = _three_digits(abs(value), 1000)
    return f"{'−' * (value < 0)}{figure}{LETTERS[power]}"


def size(value_bytes: int, *, binary: bool = False) -> str:
    """A size in bytes at a glance: in powers of 1000, or of 1024 on request.

    >>> size(1_936_000), size(1_936_000, binary=True), size(4096)
    ('1.94 MB', '1.85 MiB', '4,096 B')
    """
    if abs(value_bytes) < SHORT_FROM:
        return f"{exact(value_bytes)} B"
    figure, power = _three_digits(abs(value_bytes), 1024 if binary else 1000)
    unit = (BINARY if binary else DECIMAL)[power]
    return f"{'−' * (value_bytes < 0)}{figure} {unit}"


def _three_digits(value: int, base: int) -> tuple[str, int]:
    """A number of `SHORT_FROM` or more as a figure of three digits, and the power of `base`."""
    power, unit = 0, 1
    while power + 1 < len(LETTERS) and value >= unit * base:
        power, unit = power + 1, unit * base
    while True:
        for decimals in (2, 1, 0):
            scale = 10**decimals
            rounded = (2 * value * scale + unit) // (2 * unit)
            if rounded < base and (decimals == 0 or rounded < 1000):  # noqa: PLR2004 three digits
                whole, rest = divmod(rounded, scale)
                return f"{whole:,}" + (f".{rest:0{decimals}}" if decimals else ""), power
        if power + 1 == len(LETTERS):
            return exact((2 * value + unit) // (2 * unit)), power
        power, unit = power + 1, unit * base  # 999,950 is 1.00M, not 1000K


def percent(share: Share) -> str:
    """A share in percent, one decimal; what is there but tiny, or all but a trace, says so.

    >>> percent(Share(62, 100)), percent(Share(1, 10_000)), percent(Share(0, 7))
    ('62.0 %', '<0.1 %', '0 %')
    >>> percent(Share(7, 7)), percent(Share(9_999, 10_000))
    ('100 %', '>99.9 %')
    """
    part, whole = share
    if not part or not whole:
        return "0 %"
    if part == whole:
        return "100 %"
    tenths = (2000 * part + whole) // (2 * whole)
    if tenths == 0:
        return "<0.1 %"
    if tenths == 1000 and part < whole:  # noqa: PLR2004 a thousand tenths of a percent
        return ">99.9 %"
    return f"{tenths // 10}.{tenths % 10} %"


def ratio(share: Share) -> str:
    """A share as it is: part of whole."""
    return f"{exact(share.part)} of {exact(share.whole)}"


def field(value: Field) -> str:
    """A receptive field at a glance: its size, ≤ before a bound, "all" of the input, or –."""
    if not value.axes:
        return NOTHING
    return "all" if value.whole else str(value)


def field_exact(value: Field) -> str:
    """Size, step and offset in pixels of the input: `51×51, step 8, from −21`; axes may differ."""
    if not value.axes:
        return NOTHING
    text = ("" if value.exact else "≤ ") + "×".join(map(str, value.size))
    step, start = (
        tuple(map(fraction, values)) if len(set(values)) > 1 else (fraction(values[0]),)
        for values in (value.stride, value.offset)
    )
    return f"{text}, step {'×'.join(step)}, from {', '.join(start)}"


def fraction(value: Exactly) -> str:
    """A whole number or a fraction, exactly.

    >>> fraction(-21), fraction(Fraction(1, 2))
    ('−21', '1/2')
    """
    value = Fraction(value)
    text = exact(value.numerator)
    return text if value.denominator == 1 else f"{text}/{value.denominator}"


def human(value: Any, unit: str) -> str:  # noqa: ANN401 any column's value
    """A cell at a glance; `unit` is its column's."""
    return _write(value, unit, digits=False)


def written_out(value: Any, unit: str) -> str:  # noqa: ANN401 any column's value
    """A cell to the last digit, with its unit where a bare number would mislead."""
    return _write(value, unit, digits=True)


def _write(value: Any, unit: str, *, digits: bool) -> str:  # noqa: ANN401 any column's value
    match value:
        case Share():
            return ratio(value) if digits else percent(value)
        case Field():
            return field_exact(value) if digits else field(value)
        case int():
            if unit == "bytes":
                return f"{exact(value)} B" if digits else size(value)
            return exact(value) if digits else short(value)
        case _:
            return str(value)
