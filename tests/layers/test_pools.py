"""Pooling: rounding as in Caffe and torch, adaptive windows, what is refused."""

from typing import Any

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.registry import find


def pool(word: str, **attributes: Any) -> Any:
    """A pool by its word."""
    return find(word)(**attributes)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "down", "up"),
    [
        (112, 3, 2, 0, 55, 56),  # GoogLeNet's pools, published as 56
        (55, 3, 2, 0, 27, 27),  # AlexNet's
        (109, 3, 2, 0, 54, 54),  # SqueezeNet's first at 224
        (32, 3, 2, 0, 15, 16),  # Network in Network's, published as 16
        (7, 2, 3, 0, 2, 3),
        (6, 2, 2, 1, 4, 4),  # a window that would start in the padding behind is left out
    ],
)
def test_rounding(size: int, kernel: int, stride: int, padding: int, down: int, up: int) -> None:
    """Rounded down a window that doesn't fit whole is left out; rounded up it is taken in."""
    for rounding, expected in (("down", down), ("up", up)):
        made = pool("max pool", kernel=kernel, stride=stride, padding=padding, rounding=rounding)
        assert (3, expected) == made.output(Shape((3, size)))


def test_pools_have_no_parameters() -> None:
    """Neither parameters nor multiply-adds."""
    for word in ("max pool", "average pool"):
        facts = pool(word, kernel=2).facts(Shape((8, 4, 4)))
        assert (0, 0, 0) == (facts.params, facts.buffers, facts.macs)


@pytest.mark.parametrize(
    ("word", "attributes", "message"),
    [
        (
            "max pool",
            {"kernel": 3, "padding": 3},
            "padding 3 is as large as the window, 3\n  a window would lie wholly outside the input; at most 2 makes sense",
        ),
        (
            "average pool",
            {"kernel": 2, "padding": (2, 0)},
            "padding 2 is as large as the window, 2\n  a window would lie wholly outside the input; at most 1 makes sense",
        ),
    ],
)
def test_refusals(word: str, attributes: dict[str, Any], message: str) -> None:
    """A window that lies wholly in the padding has no value."""
    with pytest.raises(RuleError) as caught:
        pool(word, **attributes).output(Shape((1, 8, 8)))
    assert message == str(caught.value)


def test_global_pooling_goes_by_several_words() -> None:
    """Global average pooling is adaptive pooling to 1."""
    assert find("GAP") is find("global average pooling") is find("AdaptiveAvgPool2d")
    assert "global average pool" == pool("gap", size=1).describe()
