"""Printed numbers: what they say, and which exact counts could print so."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.audit.printed import (
    Form,
    beside,
    fitting,
    interval,
    prints,
    read_printed,
)


@pytest.mark.parametrize(
    ("text", "value", "scales"),
    [
        ("1,072K", 1072, (1000, 1024)),
        ("2.7K", Fraction(27, 10), (1000, 1024)),
        ("60 million", 60, (10**6,)),
        ("1.8×10^9", Fraction(18, 10), (10**9,)),
        ("1.8x10^9", Fraction(18, 10), (10**9,)),
        ("1.8×10⁹", Fraction(18, 10), (10**9,)),
        ("3.8e9", Fraction(38, 10), (10**9,)),
        ("4.12 GMac", Fraction(412, 100), (10**9, 1024**3)),
        ("97.8 MB", Fraction(978, 10), (10**6, 1024**2)),
        ("97.8 MiB", Fraction(978, 10), (1024**2,)),
        ("85 Ki", 85, (1024,)),
        ("14,208", 14208, (1,)),
        ("14_208", 14208, (1,)),
        ("6,000만", 6000, (10**4,)),
        ("3천만", 3, (10**7,)),
        ("1.5억", Fraction(15, 10), (10**8,)),
        ("~60M", 60, (10**6, 1024**2)),
        ("5 x 10", None, None),
        ("13×12", None, None),
        ("1516,000", None, None),
        ("v1.5", None, None),
        ("", None, None),
        ("9" * 50, None, None),
    ],
)
def test_a_number_is_read(
    text: str, value: Fraction | None, scales: tuple[int, ...] | None
) -> None:
    """Units, powers, words and separators; what is no single number is none."""
    found = read_printed(text)
    assert (value, scales) == ((None, None) if found is None else (found.value, found.scales))


def test_more_is_said_beside_the_digits() -> None:
    """About, a bound, percent, bytes."""
    assert read_printed("about 60 million") is not None
    about, bound, share, size = map(read_printed, ("~60M", "≤ 1 %", "12.5%", "97.8 MB"))
    assert about is not None
    assert about.about
    assert bound is not None
    assert bound.bound == "<"
    assert bound.percent
    assert share is not None
    assert share.percent
    assert share.digit == Fraction(1, 10)
    assert size is not None
    assert size.bytes


@pytest.mark.parametrize(
    ("count", "text", "forms"),
    [
        # GoogLeNet, table 1: 163,696/1024 = 159.86; 388,736/1024 = 379.6; 114,944/1024 = 112.25
        (163_696, "159K", [Form(1024, cut=True)]),
        (388_736, "380K", [Form(1024)]),
        (114_944, "112K", [Form(1024), Form(1024, cut=True)]),
        (376_176, "364K", []),
        # AlexNet: 60,965,224 parameters, 659,272 neurons
        (60_965_224, "60 million", [Form(10**6, cut=True)]),
        (659_272, "650,000", [Form(1, cut=True, places=4)]),
        (60_965_224, "60,965,224", [Form(1)]),
        (2**24, "16M", [Form(10**6, cut=True), Form(1024**2), Form(1024**2, cut=True)]),
        # MobileNet: 290,675,200 is 291 million, printed 290
        (290_675_200, "290M", [Form(10**6, cut=True)]),
        (148_500_000, "148M", [Form(10**6), Form(10**6, cut=True)]),  # half to even
        (149_500_000, "149M", [Form(10**6, cut=True)]),
        (149_500_000, "150M", [Form(10**6)]),
    ],
)
def test_which_counts_print_so(count: int, text: str, forms: list[Form]) -> None:
    """Rounded half up or half to even, or cut; in thousands, or in units of 1024."""
    printed = read_printed(text)
    assert printed is not None
    assert forms == fitting(count, printed)


def test_forms_say_what_is_unusual() -> None:
    """The plain way says nothing; each difference is named."""
    printed = read_printed("650,000")
    assert printed is not None
    assert [] == Form(1).words(printed)
    assert ["cut instead of rounded", "to two digits"] == Form(1, cut=True, places=4).words(printed)
    assert ["K = 1024"] == Form(1024).words(printed)
    assert ["G = 1024³", "cut instead of rounded"] == Form(1024**3, cut=True).words(printed)


def test_off_by_one_in_the_last_digit() -> None:
    """73,608,192 is 74M, so that 73M is beside it; 72M isn't, and an exact number never is."""
    numbers = {text: read_printed(text) for text in ("73M", "74M", "75M", "72M", "264")}
    found = {text: beside(73_608_192, n) for text, n in numbers.items() if n is not None}
    assert {"73M": True, "74M": False, "75M": True, "72M": False, "264": False} == found
    exact = numbers["264"]
    assert exact is not None
    assert not beside(265, exact)


@given(
    count=st.integers(1, 10**12),
    decimals=st.integers(0, 2),
    unit=st.sampled_from([("K", 10**3), ("M", 10**6), ("G", 10**9)]),
)
def test_what_python_rounds_prints_so(count: int, decimals: int, unit: tuple[str, int]) -> None:
    """A count rounded by another program's arithmetic is recognised as rounded."""
    letter, scale = unit
    tenths = 10**decimals
    rounded = (2 * count * tenths + scale) // (2 * scale)
    text = f"{rounded // tenths}.{rounded % tenths:0{decimals}}" if decimals else f"{rounded}"
    printed = read_printed(text + letter)
    assert printed is not None
    assert prints(count, printed, Form(scale))
    cut = count * tenths // scale
    text = f"{cut // tenths}.{cut % tenths:0{decimals}}" if decimals else f"{cut}"
    printed = read_printed(text + letter)
    assert printed is not None
    assert prints(count, printed, Form(scale, cut=True))


def test_an_interval_holds_all_that_prints_so() -> None:
    """1.8 billion is from 1.75 to 1.9 (cut); an exact number is itself."""
    printed, exact = read_printed("1.8×10^9"), read_printed("4096")
    assert printed is not None
    assert exact is not None
    assert (1_750_000_000, 1_900_000_000) == tuple(map(int, interval(printed)))
    assert (4096, 4096) == tuple(map(int, interval(exact)))
    twice = interval(exact).plus(interval(exact)).times(2)
    assert 16384 == twice.low == twice.high
    assert interval(printed).meets(interval(printed))
    assert not interval(printed).meets(interval(exact))
