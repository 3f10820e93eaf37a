"""The benchmark's networks in plain torch, written as people write them, for the other tools."""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def alexnet() -> nn.Module:
    """AlexNet in one tower: 61,100,840 parameters."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, 1, 1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, 1, 1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.AdaptiveAvgPool2d(6), nn.Flatten(),
        nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(),
        nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000),
    )  # fmt: skip


def _conv(c: int, out: int, kernel: int, stride: int = 1, padding: int = 0) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(c, out, kernel, stride, padding), nn.ReLU())


class Inception(nn.Module):
    """Four branches side by side."""

    def __init__(self, c: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        one, reduce3, three, reduce5, five, pool = widths
        self.one = _conv(c, one, 1)
        self.three = nn.Sequential(_conv(c, reduce3, 1), _conv(reduce3, three, 3, 1, 1))
        self.five = nn.Sequential(_conv(c, reduce5, 1), _conv(reduce5, five, 5, 1, 2))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), _conv(c, pool, 1))

    def forward(self, x: Tensor) -> Tensor:
        """The branches' maps behind each other."""
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)


INCEPTIONS = (
    (192, (64, 96, 128, 16, 32, 32)), (256, (128, 128, 192, 32, 96, 64)), None,
    (480, (192, 96, 208, 16, 48, 64)), (512, (160, 112, 224, 24, 64, 64)),
    (512, (128, 128, 256, 24, 64, 64)), (512, (112, 144, 288, 32, 64, 64)),
    (528, (256, 160, 320, 32, 128, 128)), None,
    (832, (256, 160, 320, 32, 128, 128)), (832, (384, 192, 384, 48, 128, 128)),
)  # fmt: skip


def googlenet() -> nn.Module:
    """GoogLeNet without its auxiliary heads: 6,998,552 parameters."""

    def pool() -> nn.MaxPool2d:
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    layers: list[nn.Module] = [
        _conv(3, 64, 7, 2, 3), pool(), nn.LocalResponseNorm(5),
        _conv(64, 64, 1), _conv(64, 192, 3, 1, 1), nn.LocalResponseNorm(5), pool(),
    ]  # fmt: skip
    layers += [pool() if each is None else Inception(*each) for each in INCEPTIONS]
    layers += [nn.AvgPool2d(7), nn.Flatten(), nn.Dropout(0.4), nn.Linear(1024, 1000)]
    return nn.Sequential(*layers)


class Bottleneck(nn.Module):
    """1×1, 3×3, 1×1, with batch norm, and a skip; the stride in the 3×3."""

    def __init__(self, c: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(c, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.relu = nn.ReLU(inplace=True)
        self.down: nn.Module = nn.Identity()
        if stride != 1 or c != 4 * width:
            self.down = nn.Sequential(
                nn.Conv2d(c, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width)
            )

    def forward(self, x: Tensor) -> Tensor:
        """What the convolutions add to the skip."""
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        out: Tensor = self.relu(self.bn3(self.conv3(y)) + self.down(x))
        return out


def _resnet(blocks: tuple[int, ...]) -> nn.Module:
    layers: list[nn.Module] = [
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64),
        nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1),
    ]  # fmt: skip
    c = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for index in range(count):
            layers.append(Bottleneck(c, width, 2 if stage and not index else 1))
            c = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 1000))


def resnet50() -> nn.Module:
    """ResNet-50, the stride in the 3×3: 25,557,032 parameters."""
    return _resnet((3, 4, 6, 3))


def resnet152() -> nn.Module:
    """ResNet-152, the stride in the 3×3: 60,192,808 parameters."""
    return _resnet((3, 8, 36, 3))


MODELS: dict[str, Callable[[], nn.Module]] = {
    "alexnet-one-tower": alexnet,
    "googlenet": googlenet,
    "resnet50-v1.5": resnet50,
    "resnet152-v1.5": resnet152,
}
"""By the name of the same network in netsheet's zoo."""
