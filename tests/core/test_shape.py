"""Shapes: read from what people write, refused with a reason."""

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.numbers import Number
from netsheet.core.shape import Shape


@pytest.mark.parametrize(
    "text",
    [
        "3×224×224",
        "3x224x224",
        "3 X 224 X 224",
        "3*224*224",
        "(3, 224, 224)",
        "3 by 224 by 224",
        "[3,224,224]",
    ],
)
def test_shapes_are_read_as_people_write_them(text: str) -> None:
    """All the usual signs mean times."""
    assert Shape((3, 224, 224)) == Shape.parse(text)


def test_a_shape_knows_its_parts() -> None:
    """Channels, axes and number of values, for every rank."""
    assert (3, (227, 227), 2, 154_587, ("H", "W")) == _parts(Shape((3, 227, 227)))
    assert (9216, (), 0, 9216, ()) == _parts(Shape((9216,)))
    assert (2, (7,), 1, 14, ("L",)) == _parts(Shape((2, 7)))
    assert (1, (2, 3, 4), 3, 24, ("D", "H", "W")) == _parts(Shape((1, 2, 3, 4)))


def _parts(shape: Shape) -> tuple[object, ...]:
    return shape.channels, shape.size, shape.rank, shape.values, shape.axes


def test_a_shape_is_written_channels_first() -> None:
    """C×H×W, in text and in sums."""
    assert str(Shape((96, 55, 55))) == "96×55×55"
    named = Shape((96, 55, 54)).named("_in")
    assert ["C_in", "H_in", "W_in"] == [
        size.formula() for size in named if isinstance(size, Number)
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", '"" is no shape\n  write channels first, as 3×224×224, or one number'),
        ("3×0×2", '"0" in "3×0×2" is no size\n  a size is a whole number from 1 to 1,000,000,000'),
        ("3×-1", '"-1" in "3×-1" is no size\n  a size is a whole number from 1 to 1,000,000,000'),
        (
            "3×2.5",
            '"2.5" in "3×2.5" is no size\n  a size is a whole number from 1 to 1,000,000,000',
        ),
        (
            "9" * 50,
            f'"{"9" * 40}… (50 characters)" in "{"9" * 40}… (50 characters)" is no size\n  a size is a whole number from 1 to 1,000,000,000',
        ),
        (
            "1×2×3×4×5",
            '"1×2×3×4×5" is no shape\n  write channels first, as 3×224×224, or one number',
        ),
        ("٣×2", '"٣" in "٣×2" is no size\n  a size is a whole number from 1 to 1,000,000,000'),
    ],
)
def test_what_is_no_shape_is_refused(text: str, message: str) -> None:
    """The message names the part that is wrong and what may stand there."""
    with pytest.raises(RuleError) as caught:
        Shape.parse(text)
    assert message == str(caught.value)


@pytest.mark.parametrize("sizes", [(), (1, 2, 3, 4, 5), (0,), (-3, 2), (True, 2), (2**40,)])
def test_shapes_from_numbers_are_checked(sizes: tuple[int, ...]) -> None:
    """Python callers get the same refusals."""
    with pytest.raises(RuleError):
        Shape.of(sizes)
