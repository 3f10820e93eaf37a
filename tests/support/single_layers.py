"""One layer of each kind that tools know, as a sheet has it and as people write it in torch."""

from collections.abc import Callable
from typing import Any

from torch import nn

from netsheet.core.graph import Graph
from support.built import Builder

KINDS: dict[str, tuple[str, dict[str, Any], tuple[int, ...], Callable[[], nn.Module]]] = {
    "conv": ("conv", {"out": 8, "kernel": 3, "groups": 2}, (4, 9, 9), lambda: nn.Conv2d(4, 8, 3, groups=2)),
    "conv without bias": ("conv", {"out": 8, "kernel": 3, "bias": False}, (4, 9, 9), lambda: nn.Conv2d(4, 8, 3, bias=False)),
    "conv 1-D": ("conv", {"out": 8, "kernel": 3}, (4, 9), lambda: nn.Conv1d(4, 8, 3)),
    "transposed conv": ("transposed conv", {"out": 6, "kernel": 2, "stride": 2}, (4, 5, 7), lambda: nn.ConvTranspose2d(4, 6, 2, 2)),
    "dense": ("dense", {"out": 5}, (12,), lambda: nn.Linear(12, 5)),
    "batch norm": ("batch norm", {}, (4, 9, 9), lambda: nn.BatchNorm2d(4)),
    "batch norm, not affine": ("batch norm", {"affine": False}, (4, 9, 9), lambda: nn.BatchNorm2d(4, affine=False)),
    "group norm": ("group norm", {"groups": 2}, (4, 9, 9), lambda: nn.GroupNorm(2, 4)),
    "relu": ("relu", {}, (4, 9, 9), nn.ReLU),
    "relu6": ("relu6", {}, (4, 9, 9), nn.ReLU6),
    "leaky relu": ("leaky relu", {}, (4, 9, 9), nn.LeakyReLU),
    "prelu": ("prelu", {}, (4, 9, 9), nn.PReLU),
    "gelu": ("gelu", {}, (4, 9, 9), nn.GELU),
    "silu": ("silu", {}, (4, 9, 9), nn.SiLU),
    "sigmoid": ("sigmoid", {}, (4, 9, 9), nn.Sigmoid),
    "hardswish": ("hardswish", {}, (4, 9, 9), nn.Hardswish),
    "softmax": ("softmax", {}, (12,), lambda: nn.Softmax(1)),
    "max pool": ("max pool", {"kernel": 3, "stride": 2}, (4, 9, 9), lambda: nn.MaxPool2d(3, 2)),
    "average pool": ("average pool", {"kernel": 3, "stride": 2}, (4, 9, 9), lambda: nn.AvgPool2d(3, 2)),
    "adaptive average pool": ("adaptive average pool", {"size": 3}, (4, 9, 9), lambda: nn.AdaptiveAvgPool2d(3)),
    "uneven adaptive pool": ("adaptive average pool", {"size": 4}, (4, 9, 9), lambda: nn.AdaptiveAvgPool2d(4)),
    "adaptive max pool": ("adaptive max pool", {"size": 3}, (4, 9, 9), lambda: nn.AdaptiveMaxPool2d(3)),
    "upsample": ("upsample", {"factor": 2}, (4, 5, 5), lambda: nn.Upsample(scale_factor=2)),
    "bilinear upsample": ("upsample", {"factor": 2, "mode": "linear"}, (4, 5, 5), lambda: nn.Upsample(scale_factor=2, mode="bilinear")),
    "dropout": ("dropout", {}, (4, 9, 9), nn.Dropout),
    "local response norm": ("local response norm", {}, (6, 9, 9), lambda: nn.LocalResponseNorm(5)),
}  # fmt: skip
"""One layer of each kind: the word, its attributes, the input, and the module as people write it."""


def single(kind: str) -> tuple[Graph, nn.Module]:
    """A network of one layer and its module, behind a 1×1 convolution: some tools need weights."""
    word, given, shape, module = KINDS[kind]
    net = Builder("single")
    net.input("input", *shape)
    channels = shape[0]
    before: nn.Module
    if len(shape) > 1:
        net.add("before", "conv", out=channels, kernel=1)
        before = (nn.Conv1d if len(shape) == 2 else nn.Conv2d)(channels, channels, 1)
    else:
        net.add("before", "dense", out=channels)
        before = nn.Linear(channels, channels)
    net.add("layer", word, **given)
    return net.graph(), nn.Sequential(before, module())
