"""Conventions are values with a name and a sentence."""

import pytest

from netsheet.core.convention import FLOPS, LIVE, MACS, TORCH, Convention
from netsheet.core.errors import ChoiceError


def test_conventions_say_what_they_count() -> None:
    """The sentence names what is in and what is left out."""
    left = "biases, normalisation, activations, pooling, adding maps"
    assert (
        f"one per multiply-add of convolution and dense layers; left out: {left}" == MACS.sentence
    )
    assert (
        f"two per multiply-add of convolution and dense layers; left out: {left}" == FLOPS.sentence
    )
    counted = Convention.parse("flops+bias+norm").sentence
    assert (
        "two per multiply-add of convolution and dense layers; counted too: biases, normalisation; left out: activations, pooling, adding maps"
        == counted
    )
    assert "left out" not in Convention.parse("macs+all").sentence


def test_conventions_are_read_in_any_order_and_case() -> None:
    """The name is made canonical."""
    assert "flops+bias+norm" == Convention.parse("FLOPS + norm + bias").name
    assert Convention.parse("macs+bias") == Convention.parse("MACs+bias+bias")


@pytest.mark.parametrize("text", ["", "flop", "macs+", "macs+batch", "all"])
def test_unknown_conventions_are_refused(text: str) -> None:
    """The message lists what there is."""
    with pytest.raises(ChoiceError) as caught:
        Convention.parse(text)
    assert (
        f'there is no convention "{text}"; write macs or flops, and add with + what is counted too: '
        "bias, norm, activation, pool, add, all"
    ) == str(caught.value)


def test_memory_models_state_their_definition() -> None:
    """What counts as held is said with the figure."""
    assert LIVE.sentence.startswith("values alive at once while one sample passes, 4 bytes each")
    assert "callers hold" in TORCH.sentence
    assert "callers hold" not in LIVE.sentence
