"""The arithmetic of an introductory lecture, each line of it: shapes and parameters."""

from typing import Any

import pytest

from netsheet.core.shape import Shape
from netsheet.layers.registry import find
from netsheet.net import Net, from_text, load


def output(word: str, shape: tuple[int, ...], **attributes: Any) -> tuple[int, ...]:
    """What a layer makes of a shape."""
    return tuple(find(word)(**attributes).facts(Shape(shape)).output)


def params(word: str, shape: tuple[int, ...], **attributes: Any) -> tuple[int, int]:
    """Weights and biases of a layer on a shape."""
    facts = find(word)(**attributes).facts(Shape(shape))
    return facts.weights, facts.biases


STACK = """
# The stack

Input: 3×32×32

| name  | layer | out | kernel | then |
|-------|-------|-----|--------|------|
| conv1 | conv  | 4   | 5×5    | relu |
| conv2 | conv  | 10  | 5×5    |      |
"""


def test_a_filter_on_a_picture() -> None:
    """7×7 with 3×3 gives 5×5; 32×32×3 with one 5×5×3 gives 28×28×1, with four 28×28×4."""
    assert (1, 5, 5) == output("conv", (1, 7, 7), out=1, kernel=3)
    assert (1, 28, 28) == output("conv", (3, 32, 32), out=1, kernel=5)
    assert (4, 28, 28) == output("conv", (3, 32, 32), out=4, kernel=5)


def test_the_stack() -> None:
    """32×32×3, four 5×5 filters, ReLU, ten 5×5 filters: 28×28×4, then 24×24×10."""
    sheet = from_text(STACK).sheet()
    assert [Shape((4, 28, 28)), Shape((10, 24, 24))] == [row.output for row in sheet.rows]
    assert [5 * 5 * 3 * 4, 5 * 5 * 4 * 10] == [row.weights for row in sheet.rows]
    assert "conv2.params = 5·5·4·10 + 10 = 1,010" in sheet["conv2"].params.explain()


def test_one_dimension() -> None:
    """7 inputs, kernel 3: stride 1 gives 5, stride 2 gives 3; 5 inputs with padding 1 give 5."""
    assert (1, 5) == output("conv", (1, 7), out=1, kernel=3)
    assert (1, 3) == output("conv", (1, 7), out=1, kernel=3, stride=2)
    assert (1, 5) == output("conv", (1, 5), out=1, kernel=3, padding=1)


@pytest.mark.parametrize(("kernel", "padding"), [(3, 1), (5, 2), (7, 3)])
def test_padding_that_keeps_the_size(kernel: int, padding: int) -> None:
    """At stride 1, half the kernel rounded down keeps the size, as `same` does."""
    assert (8, 32, 32) == output("conv", (3, 32, 32), out=8, kernel=kernel, padding=padding)
    assert (8, 32, 32) == output("conv", (3, 32, 32), out=8, kernel=kernel, padding="same")


def test_a_product_that_is_often_printed_wrong() -> None:
    """40×50×128 to 40×50×64 by 3×3: 3·3·128·64 = 73,728, not 76,728."""
    assert (64, 40, 50) == output("conv", (128, 40, 50), out=64, kernel=3, padding=1)
    assert (73_728, 64) == params("conv", (128, 40, 50), out=64, kernel=3, padding=1)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_stride_and_padding_change_no_parameter(stride: int, padding: int) -> None:
    """They change the map, not the filters."""
    given = params("conv", (128, 40, 50), out=64, kernel=3, stride=stride, padding=padding)
    assert (73_728, 64) == given


def test_a_one_by_one_convolution() -> None:
    """From 128 to 32 channels: 128·32 weights, and the map stays."""
    assert (32, 40, 50) == output("conv", (128, 40, 50), out=32, kernel=1)
    assert (4_096, 32) == params("conv", (128, 40, 50), out=32, kernel=1)


def test_alexnet_in_two_paths() -> None:
    """Eight layers, biases left out, as products over both paths; 6×6 before layer 6, not 13×13."""
    sheet = load("alexnet").sheet()
    expected = [
        11 * 11 * 3 * 48 * 2,
        5 * 5 * 48 * 128 * 2,
        3 * 3 * 128 * 2 * 192 * 2,
        3 * 3 * 192 * 192 * 2,
        3 * 3 * 192 * 128 * 2,
        6 * 6 * 128 * 2 * 2048 * 2,
        2048 * 2 * 2048 * 2,
        2048 * 2 * 1000,
    ]
    assert expected == [row.weights for row in sheet.rows if row.weights]
    assert 13 * 13 * 128 * 2 * 2048 * 2 == _without_pool5().sheet()["fc6"].weights


def _without_pool5() -> Net:
    """AlexNet as the lecture counts it: the pool before layer 6 skipped."""
    text = load("alexnet").text
    lines = [line for line in text.splitlines() if not line.startswith("| pool5")]
    return from_text("\n".join(lines))
