"""Transposed convolution: the cases that the literature draws, and what is refused."""

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.conv import Conv
from netsheet.layers.transposed_conv import TransposedConv


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "extra", "expected"),
    [
        (2, 3, 1, 0, 0, 4),  # figure 4.1: transpose of 4, k 3, s 1, p 0
        (6, 4, 1, 2, 0, 5),  # figure 4.2: of 5, k 4, s 1, p 2
        (5, 3, 1, 1, 0, 5),  # figure 4.3: of half padding
        (7, 3, 1, 2, 0, 5),  # figure 4.4: of full padding
        (2, 3, 2, 0, 0, 5),  # figure 4.5: of 5, k 3, s 2, p 0
        (3, 3, 2, 1, 0, 5),  # figure 4.6: of 5, k 3, s 2, p 1
        (3, 3, 2, 1, 1, 6),  # figure 4.7: of 6, k 3, s 2, p 1
    ],
)
def test_the_drawn_cases(
    size: int, kernel: int, stride: int, padding: int, extra: int, expected: int
) -> None:
    """The figures of Dumoulin & Visin 2016, arXiv:1603.07285; a convolution leads back."""
    layer = TransposedConv(out=1, kernel=kernel, stride=stride, padding=padding, extra=extra)
    made: Shape = layer.output(Shape((1, size, size)))
    assert Shape((1, expected, expected)) == made
    back = Conv(out=1, kernel=kernel, stride=stride, padding=padding).output(made)
    assert (1, size, size) == back


def test_multiply_adds_go_with_the_input() -> None:
    """2×2 with stride 2: each input position meets each weight once."""
    facts = TransposedConv(out=64, kernel=2, stride=2).facts(Shape((128, 28, 28)))
    assert (64, 56, 56) == facts.output
    assert 28 * 28 * 128 * 64 * 2 * 2 == facts.macs


def test_refusals() -> None:
    """Nothing left of the output, and an extra that means nothing."""
    with pytest.raises(
        RuleError, match="nothing is left of the output after its padding is cut off"
    ):
        TransposedConv(out=1, kernel=3, padding=2).output(Shape((1, 1, 1)))
    with pytest.raises(RuleError, match="extra 2 is not smaller than the stride, 2"):
        TransposedConv(out=1, kernel=3, stride=2, extra=2).output(Shape((1, 4, 4)))
