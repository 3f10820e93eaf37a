"""Well-known networks built in Python, as torch's users write them, with known totals.

Rows that one module holds in those models are a group here: a convolution with its batch norm
and activation, a block, a stage.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from netsheet.core.graph import Graph
from support.built import Builder


def alexnet_one_tower() -> Graph:
    """AlexNet in one tower (Krizhevsky 2014, arXiv:1404.5997), ReLU in place, on 3×224×224."""
    net = Builder("AlexNet, one tower")
    net.input("input", 3, 224, 224)
    pooled: dict[str, Any] = {"kernel": 3, "stride": 2}
    convs = ((64, 11, 4, 2), (192, 5, 1, 2), (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 1, 1))
    for place, (out, kernel, stride, padding) in enumerate(convs, start=1):
        window: dict[str, Any] = {"kernel": kernel, "stride": stride, "padding": padding}
        net.add(f"features.conv{place}", "conv", out=out, **window)
        net.add(f"features.relu{place}", "relu", inplace=True)
        if place in {1, 2, 5}:
            net.add(f"features.pool{place}", "max pool", **pooled)
    net.add("avgpool", "adaptive average pool", size=6)
    net.add("flatten", "flatten")
    for place, out in ((6, 4096), (7, 4096)):
        net.add(f"classifier.drop{place}", "dropout")
        net.add(f"classifier.fc{place}", "dense", out=out)
        net.add(f"classifier.relu{place}", "relu", inplace=True)
    net.add("classifier.fc8", "dense", out=1000)
    return net.graph()


def _conv_bn(net: Builder, name: str, read: int, out: int, act: str = "relu", **given: Any) -> int:
    """A convolution without biases, batch norm, and an activation if one is named."""
    place = net.add(f"{name}.conv", "conv", (read,), out=out, bias=False, **given)
    place = net.add(f"{name}.bn", "batch norm")
    return net.add(f"{name}.act", act) if act else place


def resnet50(*, stride_on: int = 3) -> Graph:
    """ResNet-50 on 3×224×224; a block's stride is on its 1×1 (v1, as printed) or its 3×3 (v1.5)."""
    net = Builder("ResNet-50")
    x = net.input("input", 3, 224, 224)
    x = _conv_bn(net, "stem", x, 64, kernel=7, stride=2, padding=3)
    x = net.add("pool", "max pool", kernel=3, stride=2, padding=1)
    for stage, (count, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), start=1):
        for block in range(count):
            name = f"layer{stage}.{block}"
            step = 2 if stage > 1 and block == 0 else 1
            first, second = (step, 1) if stride_on == 1 else (1, step)
            y = _conv_bn(net, f"{name}.conv1", x, width, kernel=1, stride=first)
            y = _conv_bn(net, f"{name}.conv2", y, width, kernel=3, stride=second, padding=1)
            y = _conv_bn(net, f"{name}.conv3", y, 4 * width, "", kernel=1)
            if block == 0:
                x = _conv_bn(net, f"{name}.shortcut", x, 4 * width, "", kernel=1, stride=step)
            net.add(f"{name}.add", "add", (y, x))
            x = net.add(f"{name}.relu", "relu")
    net.add("avgpool", "global average pool")
    net.add("flatten", "flatten")
    net.add("fc", "dense", out=1000)
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


def mobilenet_v2() -> Graph:
    """MobileNetV2 1.0 on 3×224×224."""
    net = Builder("MobileNetV2")
    x = net.input("input", 3, 224, 224)
    x = _conv_bn(net, "features.stem", x, 32, "relu6", kernel=3, stride=2, padding=1)
    channels = 32
    for stage, (expansion, out, repeats, stride) in enumerate(INVERTED, start=1):
        for block in range(repeats):
            name, wide = f"features.{stage}_{block}", expansion * channels
            step = stride if block == 0 else 1
            y = x
            if expansion > 1:
                y = _conv_bn(net, f"{name}.expand", y, wide, "relu6", kernel=1)
            depthwise = {"kernel": 3, "stride": step, "padding": 1, "groups": wide}
            y = _conv_bn(net, f"{name}.depthwise", y, wide, "relu6", **depthwise)
            y = _conv_bn(net, f"{name}.project", y, out, "", kernel=1)
            x = net.add(f"{name}.add", "add", (x, y)) if step == 1 and channels == out else y
            channels = out
    _conv_bn(net, "features.last", x, 1280, "relu6", kernel=1)
    net.add("avgpool", "global average pool")
    net.add("flatten", "flatten")
    net.add("classifier.drop", "dropout", drop=0.2)
    net.add("classifier.fc", "dense", out=1000)
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


def googlenet_bn() -> Graph:
    """GoogLeNet with true 5×5 windows and batch norm after each convolution, on 3×224×224."""
    net = Builder("GoogLeNet, batch norm")
    halved: dict[str, Any] = {"kernel": 3, "stride": 2, "rounding": "up"}
    x = net.input("input", 3, 224, 224)
    x = _conv_bn(net, "conv1", x, 64, kernel=7, stride=2, padding=3)
    x = net.add("pool1", "max pool", **halved)
    x = _conv_bn(net, "conv2", x, 64, kernel=1)
    x = _conv_bn(net, "conv3", x, 192, kernel=3, padding=1)
    x = net.add("pool2", "max pool", **halved)
    for label, (one, reduce3, three, reduce5, five, projected) in INCEPTIONS.items():
        name = f"inception{label}"
        a = _conv_bn(net, f"{name}.branch1", x, one, kernel=1)
        b = _conv_bn(net, f"{name}.branch2.0", x, reduce3, kernel=1)
        b = _conv_bn(net, f"{name}.branch2.1", b, three, kernel=3, padding=1)
        c = _conv_bn(net, f"{name}.branch3.0", x, reduce5, kernel=1)
        c = _conv_bn(net, f"{name}.branch3.1", c, five, kernel=5, padding=2)
        d = net.add(f"{name}.branch4.0", "max pool", (x,), kernel=3, stride=1, padding=1)
        d = _conv_bn(net, f"{name}.branch4.1", d, projected, kernel=1)
        x = net.add(f"{name}.concat", "concat", (a, b, c, d))
        if label in {"3b", "4e"}:
            x = net.add(f"pool{label[0]}", "max pool", **halved)
    net.add("avgpool", "global average pool")
    net.add("flatten", "flatten")
    net.add("dropout", "dropout", drop=0.2)
    net.add("fc", "dense", out=1000)
    return net.graph()


class Known(NamedTuple):
    """What is known of a network, counted by tools of other hands, and how it is built.

    activated: values behind ReLU. added: values of residual sums. field: receptive field of the
    last map. peak_mb, saved_mb: held at once in use, and saved for the backward pass, in 10⁶ bytes.
    """

    graph: Callable[[], Graph]
    params: int
    conv_macs: int
    dense_macs: int
    bias_adds: int
    normalised: int
    activated: int
    added: int
    field: int
    peak_mb: float
    saved_mb: float


KNOWN = {
    "AlexNet": Known(
        graph=alexnet_one_tower,
        params=61_100_840,
        conv_macs=655_566_528,
        dense_macs=58_621_952,
        bias_adds=494_184,
        normalised=0,
        activated=493_184,
        added=0,
        field=195,
        peak_mb=1.94,
        saved_mb=3.74,
    ),
    "GoogLeNet": Known(
        graph=googlenet_bn,
        params=7_005_832,
        conv_macs=1_581_647_872,
        dense_macs=1_024_000,
        bias_adds=1_000,
        normalised=3_226_160,
        activated=3_226_160,
        added=0,
        field=715,
        peak_mb=7.03,
        saved_mb=48.2,
    ),
    "ResNet-50": Known(
        graph=resnet50,
        params=25_557_032,
        conv_macs=4_087_136_256,
        dense_macs=2_048_000,
        bias_adds=1_000,
        normalised=11_113_984,
        activated=9_608_704,
        added=5_519_360,
        field=427,
        peak_mb=11.84,
        saved_mb=86.1,
    ),
    "MobileNetV2": Known(
        graph=mobilenet_v2,
        params=3_504_872,
        conv_macs=299_494_272,
        dense_macs=1_280_000,
        bias_adds=1_000,
        normalised=6_678_112,
        activated=6_105_792,
        added=216_384,
        field=491,
        peak_mb=11.04,
        saved_mb=78.4,
    ),
}
