"""Convolution: the cases that the literature draws, and what is refused."""

from typing import Any

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.conv import Conv


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "dilation", "expected"),
    [
        (4, 3, 1, 0, 1, 2),  # figure 2.1: no padding, no strides
        (5, 4, 1, 2, 1, 6),  # figure 2.2: arbitrary padding
        (5, 3, 1, 1, 1, 5),  # figure 2.3: half padding
        (5, 3, 1, 2, 1, 7),  # figure 2.4: full padding
        (5, 3, 2, 0, 1, 2),  # figure 2.5: strides
        (5, 3, 2, 1, 1, 3),  # figure 2.6: padding and strides
        (6, 3, 2, 1, 1, 3),  # figure 2.7: the same, one row more
        (7, 3, 1, 0, 2, 3),  # figure 5.1: dilation
    ],
)
def test_the_drawn_cases(
    size: int, kernel: int, stride: int, padding: int, dilation: int, expected: int
) -> None:
    """The figures of Dumoulin & Visin 2016, arXiv:1603.07285."""
    conv = Conv(out=1, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
    assert (1, expected, expected) == conv.output(Shape((1, size, size)))


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected", "pads"),
    [
        (224, 7, 2, 112, (2, 3)),
        (7, 3, 1, 7, (1, 1)),
        (5, 2, 1, 5, (0, 1)),
        (10, 3, 3, 4, (1, 1)),
        (9, 1, 2, 5, (0, 0)),
    ],
)
def test_same_padding(
    size: int, kernel: int, stride: int, expected: int, pads: tuple[int, int]
) -> None:
    """As TensorFlow has it: ⌈size/stride⌉ positions, the odd pixel behind."""
    conv = Conv(out=1, kernel=kernel, stride=stride, padding="same")
    x = Shape((1, size))
    assert (1, expected) == conv.output(x)
    assert -pads[0] == conv.windows(x)[0].first
    explicit = Conv(out=1, kernel=kernel, stride=stride, padding=(pads,))
    assert conv.output(x) == explicit.output(x)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "expected", "pad"),
    [
        (5, 3, 1, 1, 5, 1),  # Dumoulin & Visin's figure 2.3
        (224, 7, 2, 1, 112, 3),  # ResNet's first layer
        (56, 3, 2, 1, 28, 1),
        (7, 5, 1, 2, 7, 4),
        (8, 4, 1, 1, 9, 2),
        (8, 1, 2, 1, 4, 0),
    ],
)
def test_half_padding(
    size: int, kernel: int, stride: int, dilation: int, expected: int, pad: int
) -> None:
    """Half the window on either side, whatever the stride: an odd window keeps the size."""
    window: dict[str, Any] = {"kernel": kernel, "stride": stride, "dilation": dilation}
    half = Conv(out=1, padding="half", **window)
    assert (1, expected) == half.output(Shape((1, size)))
    explicit = Conv(out=1, padding=pad, **window)
    assert explicit.facts(Shape((1, size))) == half.facts(Shape((1, size)))


def test_half_padding_is_explained_with_its_number() -> None:
    """The sum shows the padding that half comes to."""
    layer = Conv(out=1, kernel=5, padding="half").remembering()
    height: Any = layer.output(Shape((1, 9)).named())[1]
    assert "⌊(9 + 2·2 − (1·(5 − 1) + 1))/1⌋ + 1 = 9" == height.explain()


def test_groups_divide_the_weights() -> None:
    """AlexNet's conv2 in two groups has half the weights; depthwise, a filter sees one channel."""
    x = Shape((96, 27, 27))
    whole, halves = (Conv(out=256, kernel=5, padding=2, groups=g).facts(x) for g in (1, 2))
    assert (614_400, 307_200) == (whole.weights, halves.weights)
    depthwise = Conv(out=96, kernel=3, padding=1, groups=96, bias=False).facts(x)
    assert (96 * 9, 0, 96 * 9 * 27 * 27) == (depthwise.weights, depthwise.biases, depthwise.macs)


@pytest.mark.parametrize(
    ("attributes", "shape", "message"),
    [
        (
            {"out": 8, "kernel": 5},
            (3, 4, 9),
            "the window doesn't fit the input's height\n"
            "  H_out = ⌊(4 + 2·0 − (1·(5 − 1) + 1))/1⌋ + 1 = 0, must be at least 1\n"
            "  the input's height is 4; 1 more pixel of padding in all would fit, or a kernel of at most 4",
        ),
        (
            {"out": 8, "kernel": 3, "groups": 3},
            (4, 9, 9),
            "4 input channels can't be split into 3 groups\n  4 = 3·1 + 1\n  input channels must be a multiple of groups: 3 or 6 would do",
        ),
        (
            {"out": 8, "kernel": 3, "groups": 3},
            (6, 9, 9),
            "8 output channels can't be split into 3 groups\n  8 = 3·2 + 2\n  output channels must be a multiple of groups: 6 or 9 would do",
        ),
        (
            {"out": 8, "kernel": (3, 3)},
            (6, 9),
            "kernel 3×3 has 2 numbers, and the input has one axis\n  give one number for all axes, or one number an axis",
        ),
        (
            {"out": 8, "kernel": 3},
            (9216,),
            "conv can't read 9216, a flat vector: it needs a map, as C×H×W\n  flatten and dense layers make flat vectors; it belongs above them",
        ),
    ],
)
def test_refusals(attributes: dict[str, Any], shape: tuple[int, ...], message: str) -> None:
    """What can't be is refused with the sum and what to try."""
    with pytest.raises(RuleError) as caught:
        Conv(**attributes).output(Shape(shape))
    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"out": 0, "kernel": 3}, "out of conv can't be 0: it must be at least 1\n  out: output channels, one for each filter"),
        ({"out": 2.5, "kernel": 3}, "out of conv can't be 2.5: it takes a whole number\n  out: output channels, one for each filter"),
        ({"out": True, "kernel": 3}, "out of conv can't be True: it takes a whole number\n  out: output channels, one for each filter"),
        ({"out": 4, "kernel": (3, -1)}, "kernel of conv can't be -1: it must be at least 1\n  kernel: size of the window, in pixels"),
        ({"out": 4, "kernel": 3, "padding": "both"}, "padding of conv can't be both: it takes same, half, valid\n  padding: zeros around the input: a number, one an axis, before/after, same, half or valid"),
        ({"out": 10**20, "kernel": 3}, "out of conv can't be 100000000000000000000: it must be at most 1,000,000,000\n  out: output channels, one for each filter"),
        ({"out": 4, "kernel": 3, "bias": 1}, "bias of conv can't be 1: it takes yes or no\n  bias: whether each output channel adds a number of its own"),
    ],
)  # fmt: skip
def test_attributes_are_checked(attributes: dict[str, Any], message: str) -> None:
    """An attribute that can't be is refused when the layer is made, with what it means."""
    with pytest.raises(RuleError) as caught:
        Conv(**attributes)
    assert message == str(caught.value)
