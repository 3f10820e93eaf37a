"""Concat, add, multiply: what goes together, and what is refused."""

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.registry import find


@pytest.mark.parametrize(
    ("word", "shapes", "message"),
    [
        (
            "add",
            ((64, 56, 56), (256, 56, 56)),
            "add can't join 64×56×56, 256×56×56: they need the same number of channels\n"
            "  a 1×1 convolution on one of them can bring 256 channels to 64",
        ),
        (
            "add",
            ((64, 56, 56), (64, 28, 28)),
            "add can't join 64×56×56, 64×28×28: they need the same shape\n"
            "  their height differs: stride and padding of the branches must leave maps of one size",
        ),
        (
            "concat",
            ((64, 28, 28), (32, 28, 27)),
            "concat can't join 64×28×28, 32×28×27: they need the same size\n"
            "  their width differs: stride and padding of the branches must leave maps of one size",
        ),
        (
            "concat",
            ((64, 28, 28), (64,)),
            "concat can't join 64×28×28, 64: they need the same axes\n"
            "  a map has axes, and a vector has none; flatten makes a vector of a map",
        ),
        (
            "multiply",
            ((64, 28, 28), (32, 1, 1)),
            "multiply can't join 64×28×28, 32×1×1: they need the same shape, or axes of 1 to stretch\n"
            "  in channels, 32 is neither 1 nor 64",
        ),
    ],
)
def test_refusals(word: str, shapes: tuple[tuple[int, ...], ...], message: str) -> None:
    """The message names the shapes, what they need, and what may help."""
    with pytest.raises(RuleError) as caught:
        find(word)().output(*map(Shape, shapes))
    assert message == str(caught.value)


def test_a_gate_is_stretched_over_its_map() -> None:
    """Squeeze-and-excitation: C×1×1, or C, times C×H×W."""
    multiply = find("multiply")()
    for gate in (Shape((64, 1, 1)), Shape((64,))):
        assert (64, 28, 28) == multiply.output(Shape((64, 28, 28)), gate)


def test_concatenation_adds_channels() -> None:
    """GoogLeNet's inception (3a): 64 + 128 + 32 + 32 = 256."""
    shapes = [Shape((c, 28, 28)) for c in (64, 128, 32, 32)]
    assert (256, 28, 28) == find("concat")().output(*shapes)
