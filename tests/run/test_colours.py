"""Colours of signed values: exact at zero and at the ends, even, and told apart by everybody."""

from collections.abc import Sequence
from math import dist, inf, nan

import pytest

pytest.importorskip("torch")

import torch

from netsheet.picture.page import Colour
from netsheet.run.colours import ABOVE, BELOW, NOT_A_NUMBER, TABLE, fitting_scale, paint

WHITE, LOWEST, HIGHEST, MAGENTA = [255, 255, 255], [25, 66, 148], [122, 48, 0], [255, 0, 200]

Matrix = Sequence[Sequence[float]]

SIGHTS: dict[str, Matrix] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What people see, in linear RGB. Source: Machado, Oliveira & Fernandes 2009, severity 1."""


def seen(colour: Sequence[int], sight: str = "usual") -> tuple[float, float, float]:
    """A colour in CIELAB (white point D65): lightness 0 to 100, green to red, blue to yellow."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (byte / 255 for byte in colour)
    ]
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True))))
        for row in SIGHTS[sight]
    )
    x, y, z = (
        part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
        for part in (
            (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047,
            0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
            (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_zero_is_white_and_the_ends_are_the_ends() -> None:
    """Zero is exactly white; ±scale have the last colours, and what lies beyond has them as well."""
    values = torch.tensor([0.0, -0.0, 3.2, -3.2, 17.0, -17.0, 3e38, -3e38])
    assert [WHITE, WHITE, *[HIGHEST, LOWEST] * 3] == paint(values, 3.2).tolist()


def test_halfway_is_halfway() -> None:
    """Half the scale has the middle colour of its side; shapes are kept."""
    assert [[[102, 161, 230]], [[215, 141, 80]]] == paint(torch.tensor([[-8], [8]]), 16.0).tolist()


def test_what_is_no_number_is_magenta() -> None:
    """NaN and both infinities have the colour that no number has."""
    found = paint(torch.tensor([nan, inf, -inf, 1.0]), 1.0).tolist()
    assert [MAGENTA, MAGENTA, MAGENTA, HIGHEST] == found
    assert list(NOT_A_NUMBER) not in TABLE.tolist()
    nearest = min(dist(seen(NOT_A_NUMBER), seen(colour)) for colour in TABLE.tolist())
    assert nearest > 50


def assert_even(anchors: Sequence[Colour]) -> None:
    """Assert that lightness falls from 100 to 30 in equal steps."""
    expected = [100 - 70 * number / 8 for number in range(9)]
    assert expected == pytest.approx([seen(colour)[0] for colour in anchors], abs=0.4)


@pytest.mark.parametrize("anchors", [BELOW, ABOVE], ids=["below", "above"])
def test_equal_steps_look_equal(anchors: Sequence[Colour]) -> None:
    """On both sides lightness falls evenly, so that a grey print shows sizes too."""
    assert_even(anchors)


def test_uneven_steps_are_noticed() -> None:
    """Negative control: a straight line through RGB from white to blue isn't even."""
    with pytest.raises(AssertionError):
        assert_even([(255 - 31 * step, 255 - 31 * step, 255) for step in range(9)])


def test_lightness_never_turns_back() -> None:
    """Among all 513 colours none is lighter than one nearer to zero, and both sides are alike."""
    lightness = [seen(colour)[0] for colour in TABLE.tolist()]
    assert 513 == len(lightness)
    below, above = lightness[256::-1], lightness[256:]
    assert sorted(below, reverse=True) == pytest.approx(below, abs=0.25)
    assert sorted(above, reverse=True) == pytest.approx(above, abs=0.25)
    assert below == pytest.approx(above, abs=1)


def assert_told_apart(one: Sequence[int], other: Sequence[int], sight: str) -> None:
    """Assert that two colours differ much in hue, leaving lightness aside."""
    assert dist(seen(one, sight)[1:], seen(other, sight)[1:]) > 40


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("part", [64, 128, 192, 256])
def test_signs_are_told_apart(sight: str, part: int) -> None:
    """From a quarter of the scale on, below and above zero differ for every kind of sight."""
    table = TABLE.tolist()
    assert_told_apart(table[256 - part], table[256 + part], sight)


@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia"])
def test_red_and_green_are_not_told_apart(sight: str) -> None:
    """Negative control: the end colours of a red-green map fail for those who are red-green blind."""
    assert_told_apart((165, 60, 40), (60, 120, 40), "usual")
    with pytest.raises(AssertionError):
        assert_told_apart((165, 60, 40), (60, 120, 40), sight)


SCALES = {
    "all within": ([0.5, -3.14159, 2.0], 0.0, 3.2),
    "round already": ([4.0, -1.0], 0.0, 4.0),
    "large": ([123_456.0], 0.0, 130_000.0),
    "small": ([-0.000_012_34], 0.0, 0.000_013),
    "one in ten left out": ([*range(1, 10), 1000.0], 0.1, 9.0),
    "not quite one in ten": ([*range(1, 9), 1000.0], 0.1, 1000.0),
    "hardly any but zeros": ([0.0] * 99 + [7.0], 0.1, 7.0),
    "nothing but zeros": ([0.0, -0.0], 0.0, 1.0),
    "numbers among others": ([nan, inf, -inf, 2.0], 0.0, 2.0),
    "no number": ([nan, inf], 0.0, 1.0),
}


@pytest.mark.parametrize("name", SCALES)
def test_the_scale_fits(name: str) -> None:
    """The scale has two digits and leaves out no more than it may."""
    values, beyond, expected = SCALES[name]
    assert expected == fitting_scale(torch.tensor(values, dtype=torch.float64), beyond)
