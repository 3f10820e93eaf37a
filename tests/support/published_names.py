"""Networks in plain torch, their parts named and registered as torchvision and timm have them.

Only what matters to a file of weights is here: names, shapes and the order of registration; and
that they run. Nothing comes from netsheet.
"""

from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """A residual block; torchvision registers its shortcut last, and calls it `downsample`."""

    def __init__(self, inputs: int, width: int, stride: int, *, wide: bool, first: bool) -> None:
        super().__init__()
        out = 4 * width if wide else width
        downsample = None
        if stride != 1 or inputs != out:
            kept = nn.Conv2d(inputs, out, 1, stride, bias=False)
            downsample = nn.Sequential(kept, nn.BatchNorm2d(out))
        if first:
            self.downsample: Any = downsample
        kernels = ((1, 1), (3, stride), (1, 1)) if wide else ((3, stride), (3, 1))
        self.count = len(kernels)
        for place, (kernel, step) in enumerate(kernels, 1):
            to = out if place == self.count else width
            conv = nn.Conv2d(inputs, to, kernel, step, kernel // 2, bias=False)
            setattr(self, f"conv{place}", conv)
            setattr(self, f"bn{place}", nn.BatchNorm2d(to))
            inputs = to
        if not first:
            self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        """The sum of what goes through and what goes past."""
        y = x
        for place in range(1, self.count + 1):
            y = getattr(self, f"bn{place}")(getattr(self, f"conv{place}")(y))
            y = y.relu() if place < self.count else y
        past: Tensor = x if self.downsample is None else self.downsample(x)
        return (y + past).relu()


class ResNet(nn.Module):
    """A ResNet as torchvision names it: conv1, bn1, layer1 … layer4, fc; v1.5.

    first: whether a block registers its shortcut before its convolutions, as it never does there.
    """

    def __init__(self, counts: tuple[int, ...], *, wide: bool, first: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = 64
        for stage, count in enumerate(counts, 1):
            width = 32 * 2**stage
            blocks = []
            for place in range(count):
                stride = 2 if stage > 1 and place == 0 else 1
                blocks.append(Block(inputs, width, stride, wide=wide, first=first))
                inputs = 4 * width if wide else width
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        x = self.maxpool(self.bn1(self.conv1(x)).relu())
        for stage in range(1, 5):
            x = getattr(self, f"layer{stage}")(x)
        y: Tensor = self.fc(x.mean((2, 3)))
        return y


class Vgg(nn.Module):
    """A small VGG as timm has it: its dense layers are convolutions, 4×4 and 1×1."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.pre_logits = nn.ModuleDict({"fc1": nn.Conv2d(16, 32, 4), "fc2": nn.Conv2d(32, 32, 1)})
        self.head = nn.ModuleDict({"fc": nn.Linear(32, 10)})

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 10 classes."""
        x = self.features(x)
        x = self.pre_logits["fc1"](x).relu()
        x = self.pre_logits["fc2"](x).relu()
        y: Tensor = self.head["fc"](x.flatten(1))
        return y


VGG = """\
# Small VGG

Input: 3×16×16

| name  | layer    | out | kernel | padding | then |
|-------|----------|-----|--------|---------|------|
| conv1 | conv     | 8   | 3×3    | 1       | relu |
| pool1 | max pool |     | 2×2    |         |      |
| conv2 | conv     | 16  | 3×3    | 1       | relu |
| pool2 | max pool |     | 2×2    |         |      |
| fc6   | dense    | 32  |        |         | relu |
| fc7   | dense    | 32  |        |         | relu |
| fc8   | dense    | 10  |        |         |      |
"""
"""The same network as a sheet."""


def trained(module: nn.Module) -> nn.Module:
    """A module as if it were trained: no two of its norms do the same."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for each in module.modules():
            if isinstance(each, nn.BatchNorm2d):
                for tensor in (each.weight, each.running_var):
                    assert tensor is not None
                    tensor.uniform_(0.5, 1.5, generator=generator)
                for tensor in (each.bias, each.running_mean):
                    assert tensor is not None
                    tensor.uniform_(-0.5, 0.5, generator=generator)
    return module.eval()
