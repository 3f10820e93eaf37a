"""Newer networks of the zoo in plain torch, as its users write them: nothing here comes from netsheet.

Written from the papers' tables and from what torchvision documents of its own: widths, strides,
activations, and what batch norm adds to the variance.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor, nn

from support.plain_models import PLAIN

Norm = Callable[[int], nn.Module]


class ConvNorm(nn.Sequential):
    """A convolution that keeps the map's size at stride 1, its norm, and an activation if any."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int | tuple[int, int] = 1,
        stride: int = 1,
        *,
        groups: int = 1,
        padding: int | None = None,
        norm: Norm = nn.BatchNorm2d,
        act: Callable[[], nn.Module] | None = nn.ReLU,
    ) -> None:
        high, wide = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        pad = (high // 2, wide // 2) if padding is None else padding
        conv = nn.Conv2d(inputs, outputs, (high, wide), stride, pad, groups=groups, bias=False)
        super().__init__(conv, norm(outputs), *([act()] if act else []))


class SqueezeExcite(nn.Module):
    """A map times a gate for each channel, which the channels' means make."""

    def __init__(
        self,
        channels: int,
        squeezed: int,
        act: Callable[[], nn.Module] = nn.ReLU,
        gate: Callable[[], nn.Module] = nn.Sigmoid,
    ) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.act = act()
        self.expand = nn.Conv2d(squeezed, channels, 1)
        self.gate = gate()

    def forward(self, x: Tensor) -> Tensor:
        """Mean, two 1×1 convolutions, and a product."""
        y = x.mean((2, 3), keepdim=True)
        z: Tensor = x * self.gate(self.expand(self.act(self.reduce(y))))
        return z


def divisible(width: float) -> int:
    """A width as MobileNets round it: a multiple of 8 that is not much less."""
    near = max(8, int(width + 4) // 8 * 8)
    return near if near >= 0.9 * width else near + 8


class DenseLayer(nn.Module):
    """A dense layer of DenseNet-BC: its new maps are laid behind those it reads."""

    def __init__(self, inputs: int, growth: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Norm and ReLU before each convolution."""
        y = self.conv1(self.norm1(x).relu())
        y = self.conv2(self.norm2(y).relu())
        return torch.cat([x, y], 1)


class DenseNet121(nn.Module):
    """DenseNet-121."""

    def __init__(self) -> None:
        super().__init__()
        channels = 64
        parts: list[nn.Module] = [ConvNorm(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)]
        for layers in (6, 12, 24, 16):
            for _ in range(layers):
                parts.append(DenseLayer(channels, 32))
                channels += 32
            parts += [nn.BatchNorm2d(channels), nn.ReLU()]
            if layers != 16:
                parts += [nn.Conv2d(channels, channels // 2, 1, bias=False), nn.AvgPool2d(2)]
                channels //= 2
        self.features = nn.Sequential(*parts)
        self.classifier = nn.Linear(channels, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        y: Tensor = self.classifier(self.features(x).mean((2, 3)))
        return y


class Inverted(nn.Module):
    """A block of MobileNetV3 and EfficientNet: wide inside, thin at its ends, perhaps gated."""

    def __init__(
        self,
        inputs: int,
        wide: int,
        outputs: int,
        kernel: int,
        stride: int,
        *,
        norm: Norm,
        act: Callable[[], nn.Module],
        gate: nn.Module | None,
    ) -> None:
        super().__init__()
        parts: list[nn.Module] = []
        if wide != inputs:
            parts.append(ConvNorm(inputs, wide, norm=norm, act=act))
        parts.append(ConvNorm(wide, wide, kernel, stride, groups=wide, norm=norm, act=act))
        parts += [gate] if gate is not None else []
        parts.append(ConvNorm(wide, outputs, norm=norm, act=None))
        self.way = nn.Sequential(*parts)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """What goes through, plus the input where the shapes agree."""
        y: Tensor = self.way(x)
        return x + y if self.adds else y


class EfficientNetB0(nn.Module):
    """EfficientNet-B0."""

    STAGES = (
        (1, 3, 1, 16, 1),
        (6, 3, 2, 24, 2),
        (6, 5, 2, 40, 2),
        (6, 3, 2, 80, 3),
        (6, 5, 1, 112, 3),
        (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    )
    """Expansion, kernel, stride, channels and layers."""

    def __init__(self) -> None:
        super().__init__()
        parts: list[nn.Module] = [ConvNorm(3, 32, 3, 2, act=nn.SiLU)]
        inputs = 32
        for expansion, kernel, stride, outputs, layers in self.STAGES:
            for place in range(layers):
                wide = expansion * inputs
                gate = SqueezeExcite(wide, inputs // 4, nn.SiLU)
                step = stride if place == 0 else 1
                kinds: dict[str, Any] = {"norm": nn.BatchNorm2d, "act": nn.SiLU, "gate": gate}
                parts.append(Inverted(inputs, wide, outputs, kernel, step, **kinds))
                inputs = outputs
        parts.append(ConvNorm(320, 1280, act=nn.SiLU))
        self.features = nn.Sequential(*parts)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 1000))

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        y: Tensor = self.classifier(self.features(x).mean((2, 3)))
        return y


class MobileNetV3Large(nn.Module):
    """MobileNetV3-Large."""

    BLOCKS = (
        (3, 16, 16, False, nn.ReLU, 1),
        (3, 64, 24, False, nn.ReLU, 2),
        (3, 72, 24, False, nn.ReLU, 1),
        (5, 72, 40, True, nn.ReLU, 2),
        (5, 120, 40, True, nn.ReLU, 1),
        (5, 120, 40, True, nn.ReLU, 1),
        (3, 240, 80, False, nn.Hardswish, 2),
        (3, 200, 80, False, nn.Hardswish, 1),
        (3, 184, 80, False, nn.Hardswish, 1),
        (3, 184, 80, False, nn.Hardswish, 1),
        (3, 480, 112, True, nn.Hardswish, 1),
        (3, 672, 112, True, nn.Hardswish, 1),
        (5, 672, 160, True, nn.Hardswish, 2),
        (5, 960, 160, True, nn.Hardswish, 1),
        (5, 960, 160, True, nn.Hardswish, 1),
    )
    """Kernel, inner width, channels, whether gated, activation and stride: the paper's table 1."""

    def __init__(self) -> None:
        super().__init__()
        norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
        parts: list[nn.Module] = [ConvNorm(3, 16, 3, 2, norm=norm, act=nn.Hardswish)]
        inputs = 16
        for kernel, wide, outputs, gated, act, stride in self.BLOCKS:
            squeezed = divisible(wide // 4)
            gate = SqueezeExcite(wide, squeezed, gate=nn.Hardsigmoid) if gated else None
            kinds: dict[str, Any] = {"norm": norm, "act": act, "gate": gate}
            parts.append(Inverted(inputs, wide, outputs, kernel, stride, **kinds))
            inputs = outputs
        parts.append(ConvNorm(160, 960, norm=norm, act=nn.Hardswish))
        self.features = nn.Sequential(*parts)
        self.classifier = nn.Sequential(
            nn.Linear(960, 1280), nn.Hardswish(), nn.Dropout(0.2), nn.Linear(1280, 1000)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        y: Tensor = self.classifier(self.features(x).mean((2, 3)))
        return y


class ShuffleUnit(nn.Module):
    """A unit of ShuffleNet V2: two branches, of which the first does nothing at stride 1."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        half = outputs // 2
        self.halves = stride == 1
        self.left = nn.Sequential()
        if not self.halves:
            self.left = nn.Sequential(
                ConvNorm(inputs, inputs, 3, stride, groups=inputs, act=None),
                ConvNorm(inputs, half),
            )
        self.right = nn.Sequential(
            ConvNorm(half if self.halves else inputs, half),
            ConvNorm(half, half, 3, stride, groups=half, act=None),
            ConvNorm(half, half),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Split or copy, and shuffle what comes together."""
        one, two = x.chunk(2, 1) if self.halves else (x, x)
        y = torch.cat([self.left(one), self.right(two)], 1)
        batch, channels, height, width = y.shape
        y = y.view(batch, 2, channels // 2, height, width).transpose(1, 2)
        return y.reshape(batch, channels, height, width)


class ShuffleNetV2(nn.Module):
    """ShuffleNet V2, 1.0×."""

    def __init__(self) -> None:
        super().__init__()
        parts: list[nn.Module] = [ConvNorm(3, 24, 3, 2), nn.MaxPool2d(3, 2, 1)]
        inputs = 24
        for outputs, units in ((116, 4), (232, 8), (464, 4)):
            for place in range(units):
                parts.append(ShuffleUnit(inputs, outputs, 1 if place else 2))
                inputs = outputs
        parts.append(ConvNorm(464, 1024))
        self.features = nn.Sequential(*parts)
        self.fc = nn.Linear(1024, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        y: Tensor = self.fc(self.features(x).mean((2, 3)))
        return y


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of each position."""

    def forward(self, x: Tensor) -> Tensor:
        """Channels to the end, and back."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    """A block of ConvNeXt; in use nothing of it is left out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.filter = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.norm = ChannelNorm(width, eps=1e-6)
        self.wide = nn.Conv2d(width, 4 * width, 1)
        self.narrow = nn.Conv2d(4 * width, width, 1)
        self.scale = nn.ParameterList([torch.full((width, 1, 1), 1e-6)])

    def forward(self, x: Tensor) -> Tensor:
        """Filter, widen, narrow, scale, add."""
        y = self.narrow(nn.functional.gelu(self.wide(self.norm(self.filter(x)))))
        z: Tensor = x + self.scale[0] * y
        return z


class ConvNeXtTiny(nn.Module):
    """ConvNeXt-T."""

    def __init__(self) -> None:
        super().__init__()
        parts: list[nn.Module] = [nn.Conv2d(3, 96, 4, 4), ChannelNorm(96, eps=1e-6)]
        for width, blocks in ((96, 3), (192, 3), (384, 9), (768, 3)):
            if width > 96:
                parts.append(ChannelNorm(width // 2, eps=1e-6))
                parts.append(nn.Conv2d(width // 2, width, 2, 2))
            parts += [ConvNeXtBlock(width) for _ in range(blocks)]
        self.features = nn.Sequential(*parts)
        self.norm = nn.LayerNorm(768, eps=1e-6)
        self.head = nn.Linear(768, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        y: Tensor = self.head(self.norm(self.features(x).mean((2, 3))))
        return y


class RegNetBlock(nn.Module):
    """A block of RegNetY."""

    def __init__(self, inputs: int, width: int, stride: int, group: int) -> None:
        super().__init__()
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != width:
            self.shortcut = ConvNorm(inputs, width, 1, stride, act=None)
        self.way = nn.Sequential(
            ConvNorm(inputs, width),
            ConvNorm(width, width, 3, stride, groups=width // group),
            SqueezeExcite(width, round(inputs / 4)),
            ConvNorm(width, width, act=None),
        )

    def forward(self, x: Tensor) -> Tensor:
        """The sum of what goes through and what goes past."""
        y: Tensor = self.shortcut(x) + self.way(x)
        return y.relu()


class RegNetY400MF(nn.Module):
    """RegNetY-400MF."""

    def __init__(self) -> None:
        super().__init__()
        parts: list[nn.Module] = [ConvNorm(3, 32, 3, 2)]
        inputs = 32
        for width, blocks in ((48, 1), (104, 3), (208, 6), (440, 6)):
            for place in range(blocks):
                parts.append(RegNetBlock(inputs, width, 1 if place else 2, 8))
                inputs = width
        self.features = nn.Sequential(*parts)
        self.fc = nn.Linear(440, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        y: Tensor = self.fc(self.features(x).mean((2, 3)))
        return y


class Branches(nn.Module):
    """Ways that a map goes side by side; their channels are laid behind each other."""

    def __init__(self, *ways: nn.Module) -> None:
        super().__init__()
        self.ways = nn.ModuleList(ways)

    def forward(self, x: Tensor) -> Tensor:
        """All of them, in order."""
        return torch.cat([way(x) for way in self.ways], 1)


INCEPTION: dict[str, Any] = {"norm": partial(nn.BatchNorm2d, eps=0.001)}


def chain(inputs: int, *steps: tuple[Any, ...]) -> nn.Sequential:
    """Convolutions one behind the other: outputs and window, and stride and padding if unusual."""
    parts = []
    for outputs, kernel, *rest in steps:
        stride, padding = rest or (1, None)
        parts.append(ConvNorm(inputs, outputs, kernel, stride, padding=padding, **INCEPTION))
        inputs = outputs
    return nn.Sequential(*parts)


def pooled(inputs: int, outputs: int) -> nn.Sequential:
    """A mean of 3×3, the border counted in, and a 1×1 convolution."""
    return nn.Sequential(nn.AvgPool2d(3, 1, 1), *chain(inputs, (outputs, 1)))


def wide_ends(inputs: int, *steps: tuple[Any, ...]) -> nn.Sequential:
    """A chain that ends in a 1×3 and a 3×1 convolution side by side."""
    ends = Branches(chain(384, (384, (1, 3))), chain(384, (384, (3, 1))))
    return nn.Sequential(*chain(inputs, *steps), ends)


class InceptionV3(nn.Module):
    """Inception v3, without its auxiliary classifier."""

    def __init__(self) -> None:
        super().__init__()
        parts: list[nn.Module] = [
            *chain(3, (32, 3, 2, 0), (32, 3, 1, 0), (64, 3)),
            nn.MaxPool2d(3, 2),
            *chain(64, (80, 1), (192, 3, 1, 0)),
            nn.MaxPool2d(3, 2),
        ]
        for inputs, pool in ((192, 32), (256, 64), (288, 64)):
            double = chain(inputs, (64, 1), (96, 3), (96, 3))
            one, five = chain(inputs, (64, 1)), chain(inputs, (48, 1), (64, 5))
            parts.append(Branches(one, five, double, pooled(inputs, pool)))
        half = chain(288, (384, 3, 2, 0))
        double = chain(288, (64, 1), (96, 3), (96, 3, 2, 0))
        parts.append(Branches(half, double, nn.MaxPool2d(3, 2)))
        across, down = (1, 7), (7, 1)
        for c in (128, 160, 160, 192):
            seven = chain(768, (c, 1), (c, across), (192, down))
            double = chain(768, (c, 1), (c, down), (c, across), (c, down), (192, across))
            parts.append(Branches(chain(768, (192, 1)), seven, double, pooled(768, 192)))
        half = chain(768, (192, 1), (320, 3, 2, 0))
        seven = chain(768, (192, 1), (192, across), (192, down), (192, 3, 2, 0))
        parts.append(Branches(half, seven, nn.MaxPool2d(3, 2)))
        for inputs in (1280, 2048):
            three, double = wide_ends(inputs, (384, 1)), wide_ends(inputs, (448, 1), (384, 3))
            parts.append(Branches(chain(inputs, (320, 1)), three, double, pooled(inputs, 192)))
        self.features = nn.Sequential(*parts)
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(2048, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        y: Tensor = self.fc(self.dropout(self.features(x).mean((2, 3))))
        return y


def googlenet_bn() -> nn.Module:
    """GoogLeNet with batch norm, which adds 0.001 to the variance as in its authors' program."""
    model = PLAIN["GoogLeNet"]()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.eps = 0.001
    return model


ZOO_PLAIN: dict[str, Callable[[], nn.Module]] = {
    "densenet121": DenseNet121,
    "efficientnet_b0": EfficientNetB0,
    "mobilenet_v3_large": MobileNetV3Large,
    "shufflenet_v2_x1_0": ShuffleNetV2,
    "convnext_tiny": ConvNeXtTiny,
    "regnet_y_400mf": RegNetY400MF,
    "inception_v3": InceptionV3,
    "mobilenet_v2": PLAIN["MobileNetV2"],
    "googlenet-bn": googlenet_bn,
}
"""By the name of the same network in the zoo."""
