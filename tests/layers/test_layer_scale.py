"""Layer scale: one trained factor a channel."""

import pytest

from netsheet.core.shape import Shape
from netsheet.layers.base import Weight
from netsheet.layers.layer_scale import LayerScale
from netsheet.net import load


def test_one_parameter_a_channel() -> None:
    """ConvNeXt's first stage: 96 channels, γ of 96×1×1 as torchvision and the authors keep it."""
    facts = LayerScale().facts(Shape((96, 56, 56)))
    assert (96, 0, 0) == (facts.params, facts.buffers, facts.macs)
    assert (Weight("weight", (96, 1, 1)),) == LayerScale().weights(Shape((96, 56, 56)))
    assert (96, 56, 56) == facts.output


def test_its_parameters_are_explained_by_its_channels() -> None:
    """The axes of 1 that γ is stretched by don't stand in the sum."""
    said = load("convnext_tiny").explain("res2.1.narrow.scale", "params")
    assert "res2.1.narrow.scale.params = 96\n  by the rule C" == said


def test_a_convention_counts_its_products() -> None:
    """It multiplies each value of the map once, which counts where products of maps do."""
    net = load("convnext_tiny").with_input((3, 32, 32))
    scale = net.sheet(convention="flops+add")["res2.1.narrow.scale"]
    assert 96 * 8 * 8 == scale.ops
    assert 0 == net.sheet(convention="flops")["res2.1.narrow.scale"].ops


def test_it_begins_as_it_says() -> None:
    """γ begins with 10⁻⁶ unless the sheet says otherwise, and is trained."""
    torch = pytest.importorskip("torch")
    from netsheet.run.realise import realise

    network = realise(load("convnext_tiny").with_input((3, 32, 32)).graph)
    gamma = network.row("res2.1.narrow.scale").weight
    assert gamma.requires_grad
    assert torch.equal(gamma, torch.full((96, 1, 1), 1e-6))
    from netsheet.run import nn

    assert [0.5, 0.5] == LayerScale(initial=0.5).to_torch(
        nn, Shape((2, 3))
    ).weight.flatten().tolist()
