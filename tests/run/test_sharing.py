"""Shared weights and bare parameters in the torch module."""

import pytest

pytest.importorskip("torch")

import torch

import netsheet as ns

NET = """\
# Shared

Input: 4×6×6

| name  | layer     | out | kernel | padding | sizes | shares   | from     |
|-------|-----------|-----|--------|---------|-------|----------|----------|
| a     | conv      | 4   | 3×3    | 1       |       |          |          |
| b     | conv      | 4   | 3×3    | 1       |       | a        |          |
| gamma | parameter |     |        |         | 4×1×1 |          |          |
| scale | multiply  |     |        |         |       |          | b, gamma |
| fc1   | dense     | 144 |        |         |       |          |          |
| fc2   | dense     | 144 |        |         |       | fc1.weight |        |
"""


def test_shared_weights_are_one_parameter() -> None:
    """The module has as many parameters as the sheet, and changing one changes both uses."""
    net = ns.load(NET)
    module = net.to_torch()
    assert net.sheet().total.params == sum(p.numel() for p in module.parameters())
    assert module.row("a").weight is module.row("b").weight
    assert module.row("fc1").weight is module.row("fc2").weight
    assert module.row("fc1").bias is not module.row("fc2").bias


def test_a_shared_row_computes_with_the_owners_weights() -> None:
    """Both uses of the convolution, and the parameter that scales, by torch's own functions."""
    module = ns.load(NET).to_torch().double().eval()
    with torch.no_grad():
        module.row("gamma").value.copy_(torch.arange(1.0, 5.0).reshape(4, 1, 1))
        x = torch.randn(2, 4, 6, 6, dtype=torch.double)
        a = module.row("a")
        y = torch.conv2d(torch.conv2d(x, a.weight, a.bias, padding=1), a.weight, a.bias, padding=1)
        y = (y * module.row("gamma").value).flatten(1)
        fc1, fc2 = module.row("fc1"), module.row("fc2")
        z = (y @ fc1.weight.T + fc1.bias) @ fc1.weight.T + fc2.bias
        torch.testing.assert_close(module(x), z)
