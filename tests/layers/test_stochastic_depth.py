"""Stochastic depth: nothing in use, whole samples in training; its rates in the zoo."""

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.registry import find
from netsheet.layers.stochastic_depth import StochasticDepth
from netsheet.net import load
from netsheet.render.diagram.plan import make_plan


def rates(name: str) -> list[float]:
    """The share that each block of a zoo network drops, in order."""
    rows = load(name).graph.rows
    return [float(row.layer.drop) for row in rows if isinstance(row.layer, StochasticDepth)]


def test_it_goes_by_several_words() -> None:
    """It is called drop path in timm."""
    assert find("drop path") is find("StochasticDepth") is StochasticDepth


def test_convnext_drops_more_the_deeper() -> None:
    """18 blocks, from 0 to 0.1 in equal steps, as the authors' program and torchvision have it."""
    assert [pytest.approx(0.1 * block / 17) for block in range(18)] == rates("convnext_tiny")


def test_efficientnet_drops_more_the_deeper() -> None:
    """B0: block i of 16 drops 0.2·i/16; the seven that change size or channels have no shortcut."""
    changing = {0, 1, 3, 5, 8, 11, 15}
    expected = [0.2 * block / 16 for block in range(16) if block not in changing]
    assert [pytest.approx(rate) for rate in expected] == rates("efficientnet_b0")


@pytest.mark.parametrize("drop", [-0.1, 1, 1.5])
def test_refusals(drop: float) -> None:
    """A share is from 0 to below 1: a network can't be trained that drops everything."""
    with pytest.raises(RuleError) as caught:
        StochasticDepth(drop=drop).output(Shape((3,)))
    assert (
        f"a share of {drop:g} can't be dropped\n"
        "  give a number from 0 to below 1, or a percentage: 0.2 or 20%"
    ) == str(caught.value)


def test_shares_do_not_keep_blocks_apart_in_a_drawing() -> None:
    """EfficientNet-B0's stages of several blocks are drawn with one block that repeats."""
    plan = make_plan(load("efficientnet_b0").sheet())
    times = {box.node.name: box.times for box in plan.boxes if box.node.name.endswith(".drop")}
    assert {
        "stage3.2.drop": 1, "stage4.2.drop": 1, "stage5.2.drop": 2, "stage6.2.drop": 2,
        "stage7.2.drop": 3,
    } == times  # fmt: skip


def test_whole_samples_are_dropped_and_the_mean_stays() -> None:
    """In training a sample is 0 or divided by the share that is kept; in use it is itself."""
    torch = pytest.importorskip("torch")
    from netsheet.run import nn

    torch.manual_seed(0)
    module = StochasticDepth(drop=0.25).to_torch(nn, Shape((2, 3)))
    x = torch.ones(4000, 2, 3)
    y = module.train()(x)
    assert [0, pytest.approx(4 / 3)] == y.unique().tolist()
    assert torch.equal(y.amax((1, 2)), y.amin((1, 2)))
    assert y.mean().item() == pytest.approx(1, abs=0.05)
    assert module.eval()(x) is x
