"""Convolution with given filters: what it costs, what it sees, and what it refuses."""

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.conv import Conv
from netsheet.layers.dynamic_conv import DynamicConv


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("padding", [0, 1, "same"])
def test_it_costs_and_sees_what_a_convolution_does(groups: int, padding: int | str) -> None:
    """Shape, multiply-adds and windows are those of a convolution; parameters it has none."""
    x, filters = Shape((4, 9, 7)), Shape((8, 4 // groups, 3, 3))
    given = DynamicConv(groups=groups, padding=padding).facts(x, filters)
    own = Conv(out=8, kernel=3, groups=groups, padding=padding, bias=False).facts(x)
    assert (own.output, own.macs, own.windows) == (given.output, given.macs, given.windows)
    assert 0 == given.weights == given.biases


def test_refusals() -> None:
    """Filters of another number of channels, of too few axes, and in the map's place."""
    layer = DynamicConv()
    with pytest.raises(RuleError, match="these are for 3 channels in 1 groups"):
        layer.output(Shape((4, 9, 9)), Shape((8, 3, 3, 3)))
    with pytest.raises(RuleError, match="it needs an axis more than the map"):
        layer.output(Shape((4, 9, 9)), Shape((8, 4, 3)))
    with pytest.raises(RuleError):
        layer.output(Shape((8, 4, 3, 3)), Shape((4, 9, 9)))
