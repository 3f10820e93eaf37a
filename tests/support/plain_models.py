"""Well-known networks in plain torch, as its users write them: nothing here comes from netsheet.

Called modules hold what they are given until they are done, as Python does; ReLU works in place
only where these models' published code says so (AlexNet).
"""

from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor, nn


def conv_bn(inputs: int, outputs: int, act: Any = nn.ReLU, **window: Any) -> nn.Sequential:
    """A convolution without biases, batch norm, and an activation if one is named."""
    parts = [nn.Conv2d(inputs, outputs, bias=False, **window), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*parts, *([act()] if act else []))


class AlexNet(nn.Module):
    """AlexNet in one tower."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Linear(4096, 1000),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        x = self.features(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        y: Tensor = self.classifier(x)
        return y


class Bottleneck(nn.Module):
    """A block of ResNet-50, with the stride on its 3×3."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = conv_bn(inputs, width, kernel_size=1)
        self.conv2 = conv_bn(width, width, kernel_size=3, stride=stride, padding=1)
        self.conv3 = conv_bn(width, 4 * width, None, kernel_size=1)
        self.shortcut: Any = None
        if stride != 1 or inputs != 4 * width:
            self.shortcut = conv_bn(inputs, 4 * width, None, kernel_size=1, stride=stride)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """The sum of what goes through and what goes past."""
        y: Tensor = self.conv1(x)
        y = self.conv2(y)
        y = self.conv3(y)
        if self.shortcut is not None:
            x = self.shortcut(x)
        y = y + x
        z: Tensor = self.relu(y)
        return z


class ResNet50(nn.Module):
    """ResNet-50, v1.5."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv_bn(3, 64, kernel_size=7, stride=2, padding=3)
        self.pool = nn.MaxPool2d(3, 2, 1)
        stages, inputs = [], 64
        for count, width, stride in ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)):
            blocks = []
            for place in range(count):
                blocks.append(Bottleneck(inputs, width, stride if place == 0 else 1))
                inputs = 4 * width
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        x = self.stem(x)
        x = self.pool(x)
        for stage in self.stages:
            x = stage(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        y: Tensor = self.fc(x)
        return y


class InvertedResidual(nn.Module):
    """A block of MobileNetV2."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = expansion * inputs
        parts = [conv_bn(inputs, wide, nn.ReLU6, kernel_size=1)] if expansion > 1 else []
        depthwise = {"kernel_size": 3, "stride": stride, "padding": 1, "groups": wide}
        parts.append(conv_bn(wide, wide, nn.ReLU6, **depthwise))
        parts.append(conv_bn(wide, outputs, None, kernel_size=1))
        self.conv = nn.Sequential(*parts)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """What goes through, plus the input where the shapes agree."""
        y: Tensor = self.conv(x)
        return x + y if self.adds else y


class MobileNetV2(nn.Module):
    """MobileNetV2, width 1.0."""

    def __init__(self) -> None:
        super().__init__()
        parts: list[nn.Module] = [conv_bn(3, 32, nn.ReLU6, kernel_size=3, stride=2, padding=1)]
        inputs = 32
        for expansion, outputs, repeats, stride in (
            (1, 16, 1, 1),
            (6, 24, 2, 2),
            (6, 32, 3, 2),
            (6, 64, 4, 2),
            (6, 96, 3, 1),
            (6, 160, 3, 2),
            (6, 320, 1, 1),
        ):
            for place in range(repeats):
                step = stride if place == 0 else 1
                parts.append(InvertedResidual(inputs, outputs, step, expansion))
                inputs = outputs
        parts.append(conv_bn(320, 1280, nn.ReLU6, kernel_size=1))
        self.features = nn.Sequential(*parts)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 1000))

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        x = self.features(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        y: Tensor = self.classifier(x)
        return y


class Inception(nn.Module):
    """A block of GoogLeNet: four branches side by side."""

    def __init__(self, inputs: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        one, reduce3, three, reduce5, five, projected = widths
        self.branch1 = conv_bn(inputs, one, kernel_size=1)
        self.branch2 = nn.Sequential(
            conv_bn(inputs, reduce3, kernel_size=1),
            conv_bn(reduce3, three, kernel_size=3, padding=1),
        )
        self.branch3 = nn.Sequential(
            conv_bn(inputs, reduce5, kernel_size=1),
            conv_bn(reduce5, five, kernel_size=5, padding=2),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, 1, 1), conv_bn(inputs, projected, kernel_size=1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """The branches' channels, one behind the other."""
        branches = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(branches, 1)


class GoogLeNet(nn.Module):
    """GoogLeNet with true 5×5 windows, batch norm, and no side classifiers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = conv_bn(3, 64, kernel_size=7, stride=2, padding=3)
        self.conv2 = conv_bn(64, 64, kernel_size=1)
        self.conv3 = conv_bn(64, 192, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        blocks: list[nn.Module] = []
        for inputs, *widths in (
            (192, 64, 96, 128, 16, 32, 32),
            (256, 128, 128, 192, 32, 96, 64),
            (480, 192, 96, 208, 16, 48, 64),
            (512, 160, 112, 224, 24, 64, 64),
            (512, 128, 128, 256, 24, 64, 64),
            (512, 112, 144, 288, 32, 64, 64),
            (528, 256, 160, 320, 32, 128, 128),
            (832, 256, 160, 320, 32, 128, 128),
            (832, 384, 192, 384, 48, 128, 128),
        ):
            if inputs in {480, 832} and len(blocks) in {2, 8}:
                blocks.append(nn.MaxPool2d(3, 2, ceil_mode=True))
            blocks.append(Inception(inputs, tuple(widths)))
        self.blocks = nn.ModuleList(blocks)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1024, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of 1000 classes."""
        x = self.conv1(x)
        x = self.pool(x)
        x = self.conv2(x)
        x = self.conv3(x)
        x = self.pool(x)
        for block in self.blocks:
            x = block(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        x = self.dropout(x)
        y: Tensor = self.fc(x)
        return y


PLAIN: dict[str, type[nn.Module]] = {
    "AlexNet": AlexNet,
    "GoogLeNet": GoogLeNet,
    "ResNet-50": ResNet50,
    "MobileNetV2": MobileNetV2,
}
