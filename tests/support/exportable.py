"""Small torch modules, such as people export: each holds idioms that exporters write out.

For tests that begin with `pytest.importorskip("torch")`.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Block(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.down: nn.Module = nn.Identity()
        if stride > 1:
            self.down = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        """The branch and the shortcut."""
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out: Tensor = self.relu(self.down(x) + y)
        return out


class Residual(nn.Module):
    """A ResNet in small."""

    shape = (3, 32, 32)

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(8, 8), Block(8, 8))
        self.layer2 = nn.Sequential(Block(8, 12, 2), Block(12, 12))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(12, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Functional calls among the modules."""
        x = self.maxpool(functional.relu(self.bn1(self.conv1(x))))
        x = self.avgpool(self.layer2(self.layer1(x)))
        out: Tensor = self.fc(torch.flatten(x, 1))
        return out


class Excite(nn.Module):
    """Squeeze and excitation, with convolutions or with dense layers."""

    def __init__(self, channels: int, *, dense: bool) -> None:
        super().__init__()
        kind = nn.Linear if dense else lambda a, b: nn.Conv2d(a, b, 1)
        self.dense, self.reduce, self.expand = dense, kind(channels, 4), kind(4, channels)

    def forward(self, x: Tensor) -> Tensor:
        """A gate a channel."""
        batch, channels = x.shape[:2]
        y = x.mean((2, 3)) if self.dense else functional.adaptive_avg_pool2d(x, 1)
        y = functional.hardsigmoid(self.expand(functional.relu(self.reduce(y))))
        return x * (y.view(batch, channels, 1, 1) if self.dense else y)


class Activated(nn.Module):
    """Inverted bottlenecks, gates, and every activation."""

    shape = (3, 24, 24)

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.Hardswish()),
            nn.Sequential(
                nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), nn.BatchNorm2d(8), nn.ReLU6()
            ),
            Excite(8, dense=False),
            Excite(8, dense=True),
            *(nn.SiLU(), nn.PReLU(8), nn.ELU(), nn.Mish(), nn.Softplus(), nn.LeakyReLU(0.2)),
            *(nn.Hardtanh(-2, 2), nn.LogSigmoid(), nn.GELU(), nn.GELU("tanh"), nn.SELU()),
            *(nn.Softsign(), nn.Tanh(), nn.Softplus(2.0)),
        )
        self.classifier = nn.Sequential(nn.Linear(8, 16), nn.Hardswish(), nn.Dropout(0.2))
        self.head = nn.Linear(16, 7)

    def forward(self, x: Tensor) -> Tensor:
        """Shares, as logarithms."""
        x = self.head(self.classifier(self.features(x).mean([2, 3])))
        return functional.log_softmax(x, 1)


class Turned(nn.Module):
    """A ConvNeXt in small: axes turned for norms and dense layers, and back."""

    shape = (3, 16, 16)

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 4, 4)
        self.dw = nn.Conv2d(8, 8, 7, padding=3, groups=8)
        self.norm = nn.LayerNorm(8, eps=1e-6)
        self.pw1 = nn.Linear(8, 32)
        self.pw2 = nn.Linear(32, 8)
        self.gamma = nn.Parameter(torch.full((8, 1, 1), 0.5))
        self.last = nn.LayerNorm(8)
        self.head = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        """One block and the head."""
        x = self.stem(x)
        y = self.norm(self.dw(x).permute(0, 2, 3, 1))
        y = self.pw2(functional.gelu(self.pw1(y))).permute(0, 3, 1, 2)
        out: Tensor = self.head(self.last((x + self.gamma * y).mean([-2, -1])))
        return out


class Shuffled(nn.Module):
    """Channels split, joined, shuffled; norms of groups and instances."""

    shape = (3, 16, 16)

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.branch = nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4), nn.ReLU())
        self.groups, self.each = nn.GroupNorm(4, 8), nn.InstanceNorm2d(8, affine=True)
        self.plain = nn.InstanceNorm2d(8)
        self.fc = nn.Linear(8 * 4 * 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Sizes are asked for, as people do."""
        left, right = self.stem(x).chunk(2, 1)
        x = torch.cat([left, self.branch(right)], 1)
        batch, channels, height, width = x.shape
        x = x.view(batch, 2, channels // 2, height, width).transpose(1, 2)
        x = self.groups(x.reshape(batch, channels, height, width))
        x = functional.avg_pool2d(self.plain(self.each(x)), 3, 2, 1)
        out: Tensor = self.fc(x.flatten(1))
        return out


class Enlarged(nn.Module):
    """Maps made smaller and larger in every way; two outputs."""

    shape = (3, 12, 12)

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, 8, 3, padding=1)
        self.deep = nn.Conv2d(8, 8, 3, padding=1)
        self.up = nn.ConvTranspose2d(8, 8, 3, 2, 1, 1)
        self.out = nn.Conv2d(16, 4, 1)
        self.lrn, self.border = nn.LocalResponseNorm(3), nn.ReflectionPad2d(1)
        self.shuffle, self.unshuffle = nn.PixelShuffle(2), nn.PixelUnshuffle(2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The enlarged map, and a gated half of it."""
        left = functional.relu(self.down(x))
        right = self.up(self.deep(functional.max_pool2d(left, 2)))
        y = self.lrn(self.out(torch.cat([left, right], 1)))
        y = functional.interpolate(self.unshuffle(self.shuffle(y)), scale_factor=2)
        y = self.border(functional.interpolate(y, size=(20, 17), mode="bilinear"))
        return torch.sigmoid(y), functional.glu(y, 1)


class Reckoned(nn.Module):
    """Arithmetic of maps, numbers and trained tensors; attention."""

    shape = (3, 8, 8)

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.weight = nn.Parameter(torch.rand(1, 8, 1, 1))
        self.position = nn.Parameter(torch.rand(1, 8, 8, 8))
        self.scale = nn.Parameter(torch.full((1,), 0.7))
        self.lin = nn.Linear(8, 8, bias=False)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Five outputs."""
        y = self.conv((x - 0.5) / 0.25) * self.weight + self.position
        y = y * self.scale
        y = torch.maximum(y, -y) + torch.minimum(y, y * 2)
        y = y - y.mean((2, 3), keepdim=True)
        y = y / (y.pow(2).mean(1, keepdim=True) + 1e-6).sqrt()
        tokens = y.flatten(2).transpose(1, 2)
        scores = torch.softmax(self.lin(tokens) @ tokens.transpose(1, 2) / 2.8, -1)
        return (scores @ tokens).mean(1), y.amax((2, 3)), y.sum(1), 1 / (1 + y.abs()), y.exp()


class Line(nn.Module):
    """One axis."""

    shape = (2, 40)

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv1d(2, 8, 5, 2, 2), nn.BatchNorm1d(8)
        self.pool = nn.AvgPool1d(3, 2, 1, count_include_pad=False)
        self.fc, self.last = nn.Linear(8, 3), nn.BatchNorm1d(3)

    def forward(self, x: Tensor) -> Tensor:
        """Norms of maps and of vectors."""
        y = self.pool(functional.relu(self.norm(self.conv(x))))
        return torch.softmax(self.last(self.fc(y.mean(2))), 1)


class Volume(nn.Module):
    """Three axes."""

    shape = (1, 4, 8, 8)

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv3d(1, 4, 3, padding=1), nn.BatchNorm3d(4)
        self.pool, self.fc = nn.MaxPool3d((1, 2, 2)), nn.Linear(4 * 4 * 4 * 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        """A view that asks for the batch."""
        y = self.pool(functional.relu(self.norm(self.conv(x))))
        out: Tensor = self.fc(y.view(y.size(0), -1))
        return out


class Tied(nn.Module):
    """One convolution, used twice."""

    shape = (3, 8, 8)

    def __init__(self) -> None:
        super().__init__()
        self.first, self.twice = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """It is counted once."""
        x = self.twice(functional.relu(self.twice(self.first(x))))
        return x.mean((2, 3))


MODULES = {
    kind.__name__: kind
    for kind in (
        Residual,
        Activated,
        Turned,
        Shuffled,
        Enlarged,
        Reckoned,
        Line,
        Volume,
        Tied,
    )
}
"""Every module here, by name."""
