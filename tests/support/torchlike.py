"""Networks as an importer sees torchvision's: its names of modules, and its classes for words.

A module has its name in the tree; what is computed between modules (a sum, a concatenation, a
ReLU that is a function) is called after what it does, in the module that does it. The numbers are
those of the papers, and of torchvision's own code.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from netsheet.core.graph import Graph, Group, Row
from netsheet.core.shape import Shape
from netsheet.fold.chain import name_beside
from netsheet.layers.registry import find


@dataclass
class Trace:
    """A network as modules are called, one inside the other.

    square: whether a window is one number for both axes, or two numbers.
    """

    name: str
    square: bool = True
    rows: list[Row] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)
    taken: dict[str, set[str]] = field(default_factory=dict)

    def full(self, label: str) -> str:
        """A name in the module that runs now."""
        prefix = ".".join(self.inside)
        return f"{prefix}.{label}" if prefix else label

    @contextmanager
    def module(self, label: str, word: str = "Sequential") -> Iterator[None]:
        """A module of this name and class, which runs now."""
        self.groups[self.full(label)] = Group("block", word)
        self.inside.append(label)
        yield
        self.inside.pop()

    def add(self, label: str, word: str, *reads: int, **given: Any) -> int:
        """A layer that reads these rows; its place. A module that runs again is called again."""
        label = name_beside(label, self.taken.setdefault(".".join(self.inside), set()))
        if not self.square:
            for attribute in ("kernel", "stride"):
                if isinstance(given.get(attribute), int):
                    given[attribute] = (given[attribute],) * 2
            if isinstance(given.get("padding"), int) and given["padding"]:
                given["padding"] = (given["padding"],) * 2
        self.rows.append(Row(self.full(label), find(word)(**given), reads))
        return len(self.rows) - 1

    def input(self, *shape: int) -> int:
        """The input."""
        return self.add("input", "input", shape=Shape(shape))

    def conv(self, label: str, read: int, out: int, kernel: Any, **given: Any) -> int:
        """A convolution without biases."""
        plain = {"stride": 1, "padding": 0, "groups": 1}
        given = {name: value for name, value in given.items() if value != plain[name]}
        return self.add(label, "conv", read, out=out, kernel=kernel, bias=False, **given)

    def graph(self) -> Graph:
        """The network."""
        return Graph(self.name, tuple(self.rows), self.groups)


def conv_norm(
    net: Trace, label: str, x: int, out: int, kernel: int = 3, act: str = "relu", **given: Any
) -> int:
    """`Conv2dNormActivation`: a list of a convolution, batch norm and an activation."""
    with net.module(label, "Conv2dNormActivation"):
        x = net.conv("0", x, out, kernel, padding=kernel // 2, **given)
        x = net.add("1", "batch norm", x)
        if act:
            inplace = {} if act == "sigmoid" else {"inplace": True}
            x = net.add("2", act, x, **inplace)
    return x


def head(net: Trace, x: int, drop: float, word: str = "classifier") -> int:
    """Global average pool, flatten, and a classifier of dropout and dense."""
    x = net.add("avgpool", "global average pool", x)
    x = net.add("flatten", "flatten", x)
    with net.module(word):
        x = net.add("0", "dropout", x, drop=drop)
        return net.add("1", "dense", x, out=1000)


def resnet50(*, square: bool = True) -> Graph:
    """ResNet-50, the stride on the 3×3: He et al. 2015, table 1."""
    net = Trace("ResNet", square)
    x = net.conv("conv1", net.input(3, 224, 224), 64, 7, stride=2, padding=3)
    x = net.add("bn1", "batch norm", x)
    x = net.add("relu", "relu", x, inplace=True)
    x = net.add("maxpool", "max pool", x, kernel=3, stride=2, padding=1)
    for stage, (count, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), start=1):
        with net.module(f"layer{stage}"):
            for block in range(count):
                stride = 2 if stage > 1 and block == 0 else 1
                with net.module(f"{block}", "Bottleneck"):
                    y = net.conv("conv1", x, width, 1)
                    y = net.add("bn1", "batch norm", y)
                    y = net.add("relu", "relu", y, inplace=True)
                    y = net.conv("conv2", y, width, 3, stride=stride, padding=1)
                    y = net.add("bn2", "batch norm", y)
                    y = net.add("relu", "relu", y, inplace=True)
                    y = net.conv("conv3", y, 4 * width, 1)
                    y = net.add("bn3", "batch norm", y)
                    if block == 0:
                        with net.module("downsample"):
                            x = net.conv("0", x, 4 * width, 1, stride=stride)
                            x = net.add("1", "batch norm", x)
                    y = net.add("add", "add", y, x)
                    x = net.add("relu", "relu", y, inplace=True)
    x = net.add("avgpool", "global average pool", x)
    x = net.add("flatten", "flatten", x)
    net.add("fc", "dense", x, out=1000)
    return net.graph()


INVERTED = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, repeats and stride: Sandler et al. 2018, arXiv:1801.04381, table 2."""


def mobilenet_v2(*, square: bool = True) -> Graph:
    """MobileNetV2: Sandler et al. 2018, table 2."""
    net = Trace("MobileNetV2", square)
    x, channels = net.input(3, 224, 224), 32
    with net.module("features"):
        x = conv_norm(net, "0", x, 32, 3, "relu6", stride=2)
        place = 1
        for expansion, out, repeats, first in INVERTED:
            for repeat in range(repeats):
                stride, wide = first if repeat == 0 else 1, expansion * channels
                with net.module(f"{place}", "InvertedResidual"):
                    y, at = x, 0
                    with net.module("conv"):
                        if expansion > 1:
                            y, at = conv_norm(net, "0", y, wide, 1, "relu6"), 1
                        given = {"stride": stride, "groups": wide}
                        y = conv_norm(net, f"{at}", y, wide, 3, "relu6", **given)
                        y = net.conv(f"{at + 1}", y, out, 1)
                        y = net.add(f"{at + 2}", "batch norm", y)
                    same = stride == 1 and channels == out
                    x = net.add("add", "add", x, y) if same else y
                channels, place = out, place + 1
        x = conv_norm(net, f"{place}", x, 1280, 1, "relu6")
    head(net, x, 0.2)
    return net.graph()


def densenet121(*, square: bool = True) -> Graph:
    """DenseNet-121: Huang et al. 2016, arXiv:1608.06993, table 1."""
    net = Trace("DenseNet", square)
    x = net.input(3, 224, 224)
    with net.module("features"):
        x = net.conv("conv0", x, 64, 7, stride=2, padding=3)
        x = net.add("norm0", "batch norm", x)
        x = net.add("relu0", "relu", x, inplace=True)
        x = net.add("pool0", "max pool", x, kernel=3, stride=2, padding=1)
        channels = 64
        for number, count in enumerate((6, 12, 24, 16), start=1):
            with net.module(f"denseblock{number}", "_DenseBlock"):
                maps = [x]
                for layer in range(1, count + 1):
                    with net.module(f"denselayer{layer}", "_DenseLayer"):
                        y = net.add("concat", "concat", *maps)
                        y = net.add("norm1", "batch norm", y)
                        y = net.add("relu1", "relu", y, inplace=True)
                        y = net.conv("conv1", y, 128, 1)
                        y = net.add("norm2", "batch norm", y)
                        y = net.add("relu2", "relu", y, inplace=True)
                        maps.append(net.conv("conv2", y, 32, 3, padding=1))
                    channels += 32
                x = net.add("concat", "concat", *maps)
            if number < 4:
                channels //= 2
                with net.module(f"transition{number}", "_Transition"):
                    x = net.add("norm", "batch norm", x)
                    x = net.add("relu", "relu", x, inplace=True)
                    x = net.conv("conv", x, channels, 1)
                    x = net.add("pool", "average pool", x, kernel=2, stride=2)
        x = net.add("norm5", "batch norm", x)
    x = net.add("relu", "relu", x, inplace=True)
    x = net.add("avgpool", "global average pool", x)
    x = net.add("flatten", "flatten", x)
    net.add("classifier", "dense", x, out=1000)
    return net.graph()


INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool projection: Szegedy et al. 2014, table 1."""


def basic_conv(net: Trace, label: str, x: int, out: int, kernel: Any = 1, **given: Any) -> int:
    """`BasicConv2d`: convolution, batch norm with an epsilon of 0.001, and ReLU as a function."""
    with net.module(label, "BasicConv2d"):
        x = net.conv("conv", x, out, kernel, **given)
        x = net.add("bn", "batch norm", x, epsilon=0.001)
        return net.add("relu", "relu", x, inplace=True)


def googlenet(*, square: bool = True) -> Graph:
    """GoogLeNet as torchvision has it: with batch norm, and 3×3 where the paper has 5×5."""
    net = Trace("GoogLeNet", square)
    halved: dict[str, Any] = {"kernel": 3, "stride": 2, "rounding": "up"}
    x = basic_conv(net, "conv1", net.input(3, 224, 224), 64, 7, stride=2, padding=3)
    x = net.add("maxpool1", "max pool", x, **halved)
    x = basic_conv(net, "conv2", x, 64)
    x = basic_conv(net, "conv3", x, 192, 3, padding=1)
    x = net.add("maxpool2", "max pool", x, **halved)
    for label, (one, reduce3, three, reduce5, five, projected) in INCEPTIONS.items():
        with net.module(f"inception{label}", "Inception"):
            a = basic_conv(net, "branch1", x, one)
            with net.module("branch2"):
                b = basic_conv(net, "0", x, reduce3)
                b = basic_conv(net, "1", b, three, 3, padding=1)
            with net.module("branch3"):
                c = basic_conv(net, "0", x, reduce5)
                c = basic_conv(net, "1", c, five, 3, padding=1)
            with net.module("branch4"):
                pooling = {"kernel": 3, "stride": 1, "padding": 1, "rounding": "up"}
                d = net.add("0", "max pool", x, **pooling)
                d = basic_conv(net, "1", d, projected)
            x = net.add("concat", "concat", a, b, c, d)
        if label in {"3b", "4e"}:
            halved = {**halved, "kernel": 2} if label == "4e" else halved
            x = net.add(f"maxpool{label[0]}", "max pool", x, **halved)
    x = net.add("avgpool", "global average pool", x)
    x = net.add("flatten", "flatten", x)
    x = net.add("dropout", "dropout", x, drop=0.2)
    net.add("fc", "dense", x, out=1000)
    return net.graph()


MB_CONVS = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
"""Expansion, kernel, stride, channels, layers: Tan and Le 2019, arXiv:1905.11946, table 1."""


def efficientnet_b0(*, square: bool = True) -> Graph:
    """EfficientNet-B0: Tan and Le 2019, table 1; squeeze to a quarter of the block's input."""
    net = Trace("EfficientNet", square)
    x, channels = net.input(3, 224, 224), 32
    with net.module("features"):
        x = conv_norm(net, "0", x, 32, 3, "silu", stride=2)
        for stage, (expansion, kernel, first, out, layers) in enumerate(MB_CONVS, start=1):
            with net.module(f"{stage}"):
                for layer in range(layers):
                    stride = first if layer == 0 else 1
                    with net.module(f"{layer}", "MBConv"):
                        y, wide, at = x, expansion * channels, 0
                        with net.module("block"):
                            if expansion > 1:
                                y, at = conv_norm(net, "0", y, wide, 1, "silu"), 1
                            given = {"stride": stride, "groups": wide}
                            y = conv_norm(net, f"{at}", y, wide, kernel, "silu", **given)
                            with net.module(f"{at + 1}", "SqueezeExcitation"):
                                z = net.add("avgpool", "global average pool", y)
                                z = net.add("fc1", "conv", z, out=channels // 4, kernel=1)
                                z = net.add("activation", "silu", z, inplace=True)
                                z = net.add("fc2", "conv", z, out=wide, kernel=1)
                                z = net.add("scale_activation", "sigmoid", z)
                                y = net.add("mul", "multiply", z, y)
                            y = conv_norm(net, f"{at + 2}", y, out, 1, "")
                        same = stride == 1 and channels == out
                        x = net.add("add", "add", y, x) if same else y
                    channels = out
        x = conv_norm(net, "8", x, 1280, 1, "silu")
    head(net, x, 0.2)
    return net.graph()


def inception_v3(*, square: bool = True) -> Graph:
    """Inception v3 as torchvision has it, without its side classifier."""
    net = Trace("Inception3", square)
    x = basic_conv(net, "Conv2d_1a_3x3", net.input(3, 299, 299), 32, 3, stride=2)
    x = basic_conv(net, "Conv2d_2a_3x3", x, 32, 3)
    x = basic_conv(net, "Conv2d_2b_3x3", x, 64, 3, padding=1)
    x = net.add("maxpool1", "max pool", x, kernel=3, stride=2)
    x = basic_conv(net, "Conv2d_3b_1x1", x, 80)
    x = basic_conv(net, "Conv2d_4a_3x3", x, 192, 3)
    x = net.add("maxpool2", "max pool", x, kernel=3, stride=2)
    for label, pool in (("5b", 32), ("5c", 64), ("5d", 64)):
        x = _inception_a(net, f"Mixed_{label}", x, pool)
    x = _inception_b(net, "Mixed_6a", x)
    for label, width in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)):
        x = _inception_c(net, f"Mixed_{label}", x, width)
    x = _inception_d(net, "Mixed_7a", x)
    for label in ("7b", "7c"):
        x = _inception_e(net, f"Mixed_{label}", x)
    x = net.add("avgpool", "global average pool", x)
    x = net.add("dropout", "dropout", x)
    x = net.add("flatten", "flatten", x)
    net.add("fc", "dense", x, out=1000)
    return net.graph()


def _pooled(net: Trace, x: int, out: int) -> int:
    """An average pool and a projection."""
    pool = net.add("avg_pool2d", "average pool", x, kernel=3, stride=1, padding=1)
    return basic_conv(net, "branch_pool", pool, out)


def _inception_a(net: Trace, label: str, x: int, pool: int) -> int:
    with net.module(label, "InceptionA"):
        a = basic_conv(net, "branch1x1", x, 64)
        b = basic_conv(net, "branch5x5_1", x, 48)
        b = basic_conv(net, "branch5x5_2", b, 64, 5, padding=2)
        c = basic_conv(net, "branch3x3dbl_1", x, 64)
        c = basic_conv(net, "branch3x3dbl_2", c, 96, 3, padding=1)
        c = basic_conv(net, "branch3x3dbl_3", c, 96, 3, padding=1)
        return net.add("concat", "concat", a, b, c, _pooled(net, x, pool))


def _inception_b(net: Trace, label: str, x: int) -> int:
    with net.module(label, "InceptionB"):
        a = basic_conv(net, "branch3x3", x, 384, 3, stride=2)
        b = basic_conv(net, "branch3x3dbl_1", x, 64)
        b = basic_conv(net, "branch3x3dbl_2", b, 96, 3, padding=1)
        b = basic_conv(net, "branch3x3dbl_3", b, 96, 3, stride=2)
        c = net.add("max_pool2d", "max pool", x, kernel=3, stride=2)
        return net.add("concat", "concat", a, b, c)


def _inception_c(net: Trace, label: str, x: int, width: int) -> int:
    row: dict[str, Any] = {"kernel": (1, 7), "padding": (0, 3)}
    column: dict[str, Any] = {"kernel": (7, 1), "padding": (3, 0)}
    with net.module(label, "InceptionC"):
        a = basic_conv(net, "branch1x1", x, 192)
        b = basic_conv(net, "branch7x7_1", x, width)
        b = basic_conv(net, "branch7x7_2", b, width, **row)
        b = basic_conv(net, "branch7x7_3", b, 192, **column)
        c = basic_conv(net, "branch7x7dbl_1", x, width)
        c = basic_conv(net, "branch7x7dbl_2", c, width, **column)
        c = basic_conv(net, "branch7x7dbl_3", c, width, **row)
        c = basic_conv(net, "branch7x7dbl_4", c, width, **column)
        c = basic_conv(net, "branch7x7dbl_5", c, 192, **row)
        return net.add("concat", "concat", a, b, c, _pooled(net, x, 192))


def _inception_d(net: Trace, label: str, x: int) -> int:
    with net.module(label, "InceptionD"):
        a = basic_conv(net, "branch3x3_1", x, 192)
        a = basic_conv(net, "branch3x3_2", a, 320, 3, stride=2)
        b = basic_conv(net, "branch7x7x3_1", x, 192)
        b = basic_conv(net, "branch7x7x3_2", b, 192, (1, 7), padding=(0, 3))
        b = basic_conv(net, "branch7x7x3_3", b, 192, (7, 1), padding=(3, 0))
        b = basic_conv(net, "branch7x7x3_4", b, 192, 3, stride=2)
        c = net.add("max_pool2d", "max pool", x, kernel=3, stride=2)
        return net.add("concat", "concat", a, b, c)


def _inception_e(net: Trace, label: str, x: int) -> int:
    row: dict[str, Any] = {"kernel": (1, 3), "padding": (0, 1)}
    column: dict[str, Any] = {"kernel": (3, 1), "padding": (1, 0)}
    with net.module(label, "InceptionE"):
        a = basic_conv(net, "branch1x1", x, 320)
        b = basic_conv(net, "branch3x3_1", x, 384)
        b = net.add(
            "concat",
            "concat",
            basic_conv(net, "branch3x3_2a", b, 384, **row),
            basic_conv(net, "branch3x3_2b", b, 384, **column),
        )
        c = basic_conv(net, "branch3x3dbl_1", x, 448)
        c = basic_conv(net, "branch3x3dbl_2", c, 384, 3, padding=1)
        c = net.add(
            "concat",
            "concat",
            basic_conv(net, "branch3x3dbl_3a", c, 384, **row),
            basic_conv(net, "branch3x3dbl_3b", c, 384, **column),
        )
        return net.add("concat", "concat", a, b, c, _pooled(net, x, 192))


def shufflenet_v2(*, square: bool = True) -> Graph:
    """ShuffleNetV2 1×, the first unit of each stage: Ma et al. 2018, arXiv:1807.11164, table 5."""
    net = Trace("ShuffleNetV2", square)
    x = net.input(3, 224, 224)
    with net.module("conv1"):
        x = net.conv("0", x, 24, 3, stride=2, padding=1)
        x = net.add("1", "batch norm", x)
        x = net.add("2", "relu", x, inplace=True)
    x = net.add("maxpool", "max pool", x, kernel=3, stride=2, padding=1)
    for stage, out in enumerate((116, 232, 464), start=2):
        with net.module(f"stage{stage}"):
            x = _halving(net, "0", x, out)
    with net.module("conv5"):
        x = net.conv("0", x, 1024, 1)
        x = net.add("1", "batch norm", x)
        x = net.add("2", "relu", x, inplace=True)
    x = net.add("mean", "global average pool", x)
    net.add("fc", "dense", x, out=1000)
    return net.graph()


def _depthwise(net: Trace, at: int, x: int, channels: int, stride: int) -> int:
    x = net.conv(f"{at}", x, channels, 3, stride=stride, padding=1, groups=channels)
    return net.add(f"{at + 1}", "batch norm", x)


def _pointwise(net: Trace, at: int, x: int, out: int) -> int:
    x = net.conv(f"{at}", x, out, 1)
    x = net.add(f"{at + 1}", "batch norm", x)
    return net.add(f"{at + 2}", "relu", x, inplace=True)


def _halving(net: Trace, label: str, x: int, out: int) -> int:
    """The first unit of a stage: both branches read the whole input (figure 3d)."""
    half = out // 2
    channels = {116: 24, 232: 116, 464: 232}[out]
    with net.module(label, "InvertedResidual"):
        with net.module("branch1"):
            a = _depthwise(net, 0, x, channels, 2)
            a = _pointwise(net, 2, a, half)
        with net.module("branch2"):
            b = _pointwise(net, 0, x, half)
            b = _depthwise(net, 3, b, half, 2)
            b = _pointwise(net, 5, b, half)
        x = net.add("concat", "concat", a, b)
        return net.add("channel_shuffle", "channel shuffle", x, groups=2)


TORCHLIKE: dict[str, Callable[..., Graph]] = {
    "resnet50": resnet50,
    "mobilenet_v2": mobilenet_v2,
    "densenet121": densenet121,
    "googlenet": googlenet,
    "efficientnet_b0": efficientnet_b0,
    "inception_v3": inception_v3,
    "shufflenet_v2": shufflenet_v2,
}
