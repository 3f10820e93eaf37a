"""Slice: which channels are kept, that no value is copied, and what is refused."""

from typing import Any

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.slice import Slice
from netsheet.net import Net, load


def test_shufflenet_splits_its_channels_in_halves() -> None:
    """ShuffleNet V2 1×, stage 2: 116 channels are 58 that pass and 58 that are worked on."""
    x = Shape((116, 28, 28))
    assert [(58, 28, 28)] * 2 == [Slice(out=58, start=start).output(x) for start in (0, 58)]
    assert ["slice 0–57", "slice 58–115"] == [
        Slice(out=58, start=start).describe() for start in (0, 58)
    ]
    rows = {row.name: row.layer for row in load("shufflenet_v2_x1_0").graph.rows}
    assert (Slice(out=58), Slice(out=58, start=58)) == (
        rows["stage2.2.left"],
        rows["stage2.2.right"],
    )


def test_a_slice_is_a_view() -> None:
    """It has no parameters, and needs no memory beside that of what it reads."""
    net = Net.build("halves", (4, 8, 8), [("half", Slice(out=2))])
    sheet = net.sheet()
    assert (0, 0) == (sheet.total.params, sheet.total.macs)
    assert 4 * 4 * 8 * 8 == sheet.total.memory


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (
            {"out": 5},
            "there is no channel 4: the input has 4, counted from 0\n"
            "  from channel 0 on there are 4",
        ),
        (
            {"out": 3, "start": 2},
            "there is no channel 4: the input has 4, counted from 0\n"
            "  from channel 2 on there are 2",
        ),
        (
            {"out": 1, "start": 9},
            "there is no channel 9: the input has 4, counted from 0\n  the last one is channel 3",
        ),
        (
            {"out": 0},
            "out of slice can't be 0: it must be at least 1\n  out: channels that are kept",
        ),
        (
            {"out": 1, "start": -1},
            "start of slice can't be -1: it must be at least 0\n"
            "  start: the first channel that is kept, counted from 0",
        ),
    ],
)
def test_refusals(attributes: dict[str, Any], message: str) -> None:
    """Channels that are not there can't be kept."""
    with pytest.raises(RuleError) as caught:
        Slice(**attributes).output(Shape((4, 9)))
    assert message == str(caught.value)
