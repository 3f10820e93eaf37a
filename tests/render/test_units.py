"""Numbers at a glance and to the last digit."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.core.shape import Shape
from netsheet.render.units import (
    DECIMAL,
    LETTERS,
    exact,
    field,
    field_exact,
    fraction,
    human,
    percent,
    short,
    size,
    written_out,
)
from netsheet.sheet.column import Share
from netsheet.sheet.columns.receptive_field import AxisField, Field


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (1, "1"),
        (999, "999"),
        (4096, "4,096"),
        (9999, "9,999"),
        (10_000, "10.0K"),
        (10_049, "10.0K"),
        (10_050, "10.1K"),
        (34_944, "34.9K"),
        (99_949, "99.9K"),
        (99_950, "100K"),
        (307_456, "307K"),
        (999_499, "999K"),
        (999_500, "1.00M"),
        (60_965_224, "61.0M"),
        (724_406_816, "724M"),
        (4_089_184_256, "4.09G"),
        (10**12, "1.00T"),
        (10**18, "1.00E"),
        (10**21, "1,000E"),
        (-34_944, "−34.9K"),
    ],
)
def test_a_count_keeps_three_digits(value: int, expected: str) -> None:
    """Below 10,000 a count is exact; from there it has three digits that count and a letter."""
    assert expected == short(value)


@given(st.integers(10_000, 10**20))
def test_a_short_count_is_the_nearest_with_its_digits(value: int) -> None:
    """What a short count says is never further off than half of its last digit."""
    text = short(value)
    figure, letter = Decimal(text[:-1].replace(",", "")), text[-1]
    unit = Decimal(1000) ** LETTERS.index(letter)
    last = Decimal(1).scaleb(int(figure.as_tuple().exponent))
    assert (Decimal(value) / unit).quantize(last, ROUND_HALF_UP) == figure
    assert value >= 10**18 or 3 == len(figure.as_tuple().digits)


@pytest.mark.parametrize(
    ("value", "decimal", "binary"),
    [
        (0, "0 B", "0 B"),
        (4096, "4,096 B", "4,096 B"),
        (1_936_000, "1.94 MB", "1.85 MiB"),
        (2**20, "1.05 MB", "1.00 MiB"),
        (2**20 - 1, "1.05 MB", "1.00 MiB"),
        (1023 * 2**10, "1.05 MB", "1,023 KiB"),
        (10**9, "1.00 GB", "954 MiB"),
        (9_633_792, "9.63 MB", "9.19 MiB"),
    ],
)
def test_bytes_in_powers_of_1000_and_of_1024_differ_in_unit(
    value: int, decimal: str, binary: str
) -> None:
    """MB is 10⁶ bytes and MiB 2²⁰; neither is ever written for the other."""
    assert decimal == size(value)
    assert binary == size(value, binary=True)
    assert not set(DECIMAL[1:]) & {binary.split(" ")[1]}


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, "0 %"),
        (0, 7, "0 %"),
        (7, 7, "100 %"),
        (62, 100, "62.0 %"),
        (1, 3, "33.3 %"),
        (2, 3, "66.7 %"),
        (1, 2000, "0.1 %"),
        (1, 2001, "<0.1 %"),
        (1, 10**30, "<0.1 %"),
        (1999, 2000, ">99.9 %"),
        (1998, 2000, "99.9 %"),
        (10**30 - 1, 10**30, ">99.9 %"),
        (427, 224, "190.6 %"),
    ],
)
def test_a_share_never_says_none_or_all_of_a_part(part: int, whole: int, expected: str) -> None:
    """A trace is not 0 %, and all but a trace is not 100 %."""
    assert expected == percent(Share(part, whole))


def test_all_digits_are_written_in_threes() -> None:
    """An exact number has every digit, and a minus that is one."""
    assert "60,965,224" == exact(60_965_224)
    assert "−21" == exact(-21)
    assert "1/2" == fraction(Fraction(1, 2))
    assert "−3/2" == fraction(Fraction(-3, 2))


def _field(*axes: tuple[int | Fraction, int, int], of: tuple[int, ...], sure: bool = True) -> Field:
    return Field(tuple(AxisField(*axis, exact=sure) for axis in axes), of)


@pytest.mark.parametrize(
    ("value", "expected", "to_the_last"),
    [
        (_field((8, -21, 29), (8, -21, 29), of=(227, 227)), "51", "51×51, step 8, from −21"),
        (
            _field((8, -21, 29), (4, -17, 17), of=(227, 99)),
            "51×35",
            "51×35, step 8×4, from −21, −17",
        ),
        (
            _field((32, -213, 213), (32, -213, 213), of=(224, 224), sure=False),
            "≤ 427",
            "≤ 427×427, step 32, from −213",
        ),
        (_field((0, 0, 226), (0, 0, 226), of=(227, 227)), "all", "227×227, step 0, from 0"),
        (_field((Fraction(1, 2), 0, 6), of=(9,)), "7", "7, step 1/2, from 0"),
        (_field(of=()), "–", "–"),
    ],
)
def test_a_receptive_field_at_a_glance_and_exactly(
    value: Field, expected: str, to_the_last: str
) -> None:
    """One number where axes agree, both where they don't, ≤ for a bound, all for everything."""
    assert expected == field(value)
    assert to_the_last == field_exact(value)


def test_a_cell_is_written_by_what_it_holds() -> None:
    """Counts, bytes, shapes and shares are told apart; a bare number of bytes has its unit."""
    assert ("61.0M", "60,965,224") == (human(60_965_224, ""), written_out(60_965_224, "values"))
    assert ("1.94 MB", "1,936,000 B") == (human(1936000, "bytes"), written_out(1936000, "bytes"))
    assert ("96×55×55", "96×55×55") == (
        human(Shape((96, 55, 55)), ""),
        written_out(Shape((96, 55, 55)), ""),
    )
    assert ("50.0 %", "1 of 2") == (human(Share(1, 2), "%"), written_out(Share(1, 2), "%"))
