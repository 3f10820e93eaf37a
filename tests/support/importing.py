"""Torch modules against the networks that they are imported as: counts, and what they compute."""

from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import netsheet as ns

FIRM = 1e-5
"""How near two outputs must be, against the largest value."""


def own_way(module: nn.Module) -> nn.Module:
    """A module in use whose parameters and statistics are all its own: none is 0 or 1 throughout."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
            if tensor.is_floating_point() and (tensor.ndim < 2 or "running" in name):
                tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.5)
    return module.eval()


def samples(shapes: tuple[tuple[int, ...], ...], batch: int = 2) -> list[torch.Tensor]:
    """A batch for each input."""
    generator = torch.Generator().manual_seed(2)
    return [torch.randn(batch, *shape, generator=generator) for shape in shapes]


def multiply_adds(module: nn.Module, shapes: tuple[tuple[int, ...], ...]) -> int:
    """What torch's own counter says of one sample: two operations a multiply-add."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(*samples(shapes, 1))
    return int(counter.get_total_flops()) // 2


def parameters(module: nn.Module) -> int:
    """Values that training changes, each once."""
    return sum(tensor.numel() for tensor in module.parameters())


def assert_same_outputs(module: nn.Module, other: nn.Module, shapes: Any) -> None:
    """Require that two modules give the same, tensor by tensor."""
    with torch.no_grad():
        expected = module(*[x.clone() for x in samples(shapes)])
        actual = other(*samples(shapes))
    ours = list(actual.values()) if isinstance(actual, dict) else [actual]
    theirs = list(expected) if isinstance(expected, tuple | list) else [expected]
    assert len(theirs) == len(ours)
    for one, another in zip(theirs, ours, strict=True):
        assert one.numel() == another.numel()
        error = (one - another.reshape(one.shape)).abs().max() / one.abs().max().clamp(min=1e-30)
        assert error < FIRM


def assert_imports_whole(module: nn.Module, *shapes: tuple[int, ...]) -> ns.Net:
    """Require that a module is imported whole, counts what torch counts, and computes the same."""
    own_way(module)
    net = ns.from_torch(module, *shapes)
    assert () == net.missing
    assert parameters(module) == net.totals().params
    assert multiply_adds(module, shapes) == net.totals().macs
    assert_same_outputs(module, net.to_torch().eval(), shapes)
    return net
