"""Networks built in Python, without any text: for tests of what comes behind the reader."""

from dataclasses import dataclass, field
from typing import Any

from netsheet.core.graph import Graph, Group, Row
from netsheet.core.shape import Shape
from netsheet.layers.registry import find


@dataclass(slots=True)
class Builder:
    """Rows added one by one, each reading the one before unless told otherwise."""

    name: str
    rows: list[Row] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)

    def input(self, name: str, *shape: int) -> int:
        """An input; its place."""
        return self.add(name, "input", (), shape=Shape(shape))

    def add(self, name: str, word: str, reads: tuple[int, ...] | None = None, **given: Any) -> int:
        """A row with its layer; its place."""
        reads = (len(self.rows) - 1,) if reads is None else reads
        self.rows.append(Row(name, find(word)(**given), reads))
        return len(self.rows) - 1

    def line(
        self,
        name: str,
        word: str,
        *then: str,
        reads: tuple[int, ...] | None = None,
        **given: Any,
    ) -> int:
        """A row and what follows in place, as a `then` column makes them; the last one's place."""
        if not then:
            return self.add(name, word, reads, **given)
        kind = find(word)
        place = self.add(f"{name}.{kind.nickname()}", word, reads, **given)
        for follower in then:
            place = self.add(f"{name}.{find(follower).nickname()}", follower)
        self.groups[name] = Group("then", kind.kind)
        return place

    def graph(self) -> Graph:
        """The network."""
        return Graph(self.name, tuple(self.rows), self.groups)


def small() -> Graph:
    """Two convolutions and a dense layer on 3×32×32."""
    net = Builder("small")
    net.input("input", 3, 32, 32)
    net.line("conv1", "conv", "bn", "relu", out=8, kernel=(5, 5), bias=False)
    net.line("pool1", "max pool", kernel=(2, 2))
    net.line("conv2", "conv", "relu", out=16, kernel=(3, 3))
    net.line("fc", "dense", out=10)
    return net.graph()


def alexnet() -> Graph:
    """AlexNet on 3×227×227, in two groups as printed."""
    net = Builder("AlexNet")
    net.input("input", 3, 227, 227)
    net.line("conv1", "conv", "relu", "lrn", out=96, kernel=(11, 11), stride=4)
    net.line("pool1", "max pool", kernel=(3, 3), stride=2)
    net.line("conv2", "conv", "relu", "lrn", out=256, kernel=(5, 5), padding=2, groups=2)
    net.line("pool2", "max pool", kernel=(3, 3), stride=2)
    net.line("conv3", "conv", "relu", out=384, kernel=(3, 3), padding=1)
    net.line("conv4", "conv", "relu", out=384, kernel=(3, 3), padding=1, groups=2)
    net.line("conv5", "conv", "relu", out=256, kernel=(3, 3), padding=1, groups=2)
    net.line("pool5", "max pool", kernel=(3, 3), stride=2)
    net.line("fc6", "dense", "relu", "dropout", out=4096)
    net.line("fc7", "dense", "relu", "dropout", out=4096)
    net.line("fc8", "dense", "softmax", out=1000)
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
"""Table 1 of Szegedy et al. 2014."""


def googlenet() -> Graph:
    """GoogLeNet on 3×224×224, without its side classifiers."""
    net = Builder("GoogLeNet")
    net.input("input", 3, 224, 224)
    pool: dict[str, Any] = {"kernel": (3, 3), "stride": 2, "rounding": "up"}
    net.line("conv1", "conv", "relu", out=64, kernel=(7, 7), stride=2, padding=3)
    net.line("pool1", "max pool", "lrn", **pool)
    net.line("conv2reduce", "conv", "relu", out=64, kernel=(1, 1))
    net.line("conv2", "conv", "relu", "lrn", out=192, kernel=(3, 3), padding=1)
    x = net.line("pool2", "max pool", **pool)
    for label, widths in INCEPTIONS.items():
        x = _inception(net, f"inception_{label}", x, widths)
        if label in {"3b", "4e"}:
            x = net.line(f"pool{label[0]}", "max pool", **pool)
    net.line("pool5", "average pool", kernel=(7, 7), stride=1)
    net.line("drop", "dropout")
    net.line("linear", "dense", "softmax", out=1000)
    return net.graph()


def _inception(net: Builder, name: str, x: int, widths: tuple[int, ...]) -> int:
    one, reduce3, three, reduce5, five, proj = widths
    net.groups[name] = Group("block", "inception")

    def conv(label: str, out: int, side: int, read: int) -> int:
        return net.line(
            f"{name}.{label}",
            "conv",
            "relu",
            reads=(read,),
            out=out,
            kernel=(side, side),
            padding="same",
        )

    a = conv("1x1", one, 1, x)
    b = conv("3x3", three, 3, conv("3x3reduce", reduce3, 1, x))
    c = conv("5x5", five, 5, conv("5x5reduce", reduce5, 1, x))
    pooled = net.line(f"{name}.pool", "max pool", reads=(x,), kernel=(3, 3), stride=1, padding=1)
    d = conv("poolproj", proj, 1, pooled)
    return net.line(f"{name}.output", "concat", reads=(a, b, c, d))


def resnet50() -> Graph:
    """ResNet-50 on 3×224×224 with the stride on the 3×3, as stages of blocks of rows."""
    net = Builder("ResNet-50")
    net.input("input", 3, 224, 224)
    net.line("conv1", "conv", "bn", "relu", out=64, kernel=(7, 7), stride=2, padding=3, bias=False)
    x = net.line("pool1", "max pool", kernel=(3, 3), stride=2, padding=1)
    for stage, (count, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), start=2):
        name = f"conv{stage}_x"
        net.groups[name] = Group("repeat", "bottleneck")
        for place in range(1, count + 1):
            step = 2 if stage > 2 and place == 1 else 1
            x = _bottleneck(net, f"{name}.{place}", x, width, step, project=place == 1)
    net.line("pool5", "global average pool", size=1)
    net.line("fc", "dense", "softmax", out=1000)
    return net.graph()


def _bottleneck(net: Builder, name: str, x: int, width: int, step: int, *, project: bool) -> int:
    net.groups[name] = Group("block", "bottleneck")

    def conv(label: str, out: int, read: int, *then: str, side: int = 1, stride: int = 1) -> int:
        kernel, padding = (side, side), side // 2
        given = {"out": out, "kernel": kernel, "stride": stride, "padding": padding, "bias": False}
        return net.line(f"{name}.{label}", "conv", "bn", *then, reads=(read,), **given)

    y = conv("conv1", width, x, "relu")
    y = conv("conv2", width, y, "relu", side=3, stride=step)
    y = conv("conv3", 4 * width, y)
    if project:
        x = conv("shortcut", 4 * width, x, stride=step)
    return net.line(f"{name}.add", "add", "relu", reads=(y, x))


def unet() -> Graph:
    """A map made smaller and larger again, on an input that is not square: fields in fractions."""
    net = Builder("U-Net")
    net.input("input", 1, 64, 48)
    left = net.line("down", "conv", "relu", out=8, kernel=(3, 5), padding=(1, 2))
    net.line("pool", "max pool", kernel=(2, 2))
    net.line("deep", "conv", "relu", out=16, kernel=(3, 3), padding=1)
    up = net.line("up", "transposed conv", out=8, kernel=(2, 2), stride=2)
    net.line("join", "concat", reads=(left, up))
    net.line("out", "conv", out=2, kernel=(1, 1))
    return net.graph()


def signal() -> Graph:
    """One axis."""
    net = Builder("signal")
    net.input("input", 2, 1000)
    net.line("conv1", "conv", "relu", out=16, kernel=7, stride=2, padding=3)
    net.line("pool", "global average pool", size=1)
    net.line("fc", "dense", out=4)
    return net.graph()


def volume() -> Graph:
    """Three axes."""
    net = Builder("volume")
    net.input("input", 1, 16, 112, 112)
    net.line("conv1", "conv", "relu", out=64, kernel=(3, 3, 3), padding=1)
    net.line("pool1", "max pool", kernel=(1, 2, 2), stride=(1, 2, 2))
    net.line("conv2", "conv", "relu", out=128, kernel=(3, 3, 3), padding=1)
    net.line("fc", "dense", out=10)
    return net.graph()


def flat() -> Graph:
    """No positions at all."""
    net = Builder("flat")
    net.input("input", 784)
    net.line("hidden", "dense", "relu", out=32)
    net.line("out", "dense", "softmax", out=10)
    return net.graph()


def two_inputs() -> Graph:
    """Two inputs of different size that meet."""
    net = Builder("two eyes")
    left = net.input("left", 1, 32, 32)
    right = net.input("right", 3, 32, 32)
    a = net.line("see_left", "conv", out=4, kernel=(3, 3), reads=(left,))
    b = net.line("see_right", "conv", out=4, kernel=(3, 3), reads=(right,))
    net.line("both", "add", reads=(a, b))
    return net.graph()


def weightless() -> Graph:
    """Nothing to train, nothing to multiply: shares of nothing."""
    net = Builder("weightless")
    net.input("input", 3, 8, 8)
    net.line("pool", "max pool", kernel=(2, 2))
    return net.graph()


HOSTILE = '<script>alert("1")</script> & | `x` *b* \x1b[31m[red]\n\u202e=1+1'
"""A name that tries to be a tag, a table's bar, markup, a terminal's colour, a formula."""


def hostile() -> Graph:
    """Names as bad as a graph allows: very long, wide, and a title and a block full of markup."""
    net = Builder(HOSTILE)
    net.input("input", 3, 32, 32)
    net.line("合成곱_層", "conv", "relu", out=8, kernel=(3, 3))
    net.line("+1-1", "conv", out=8, kernel=(3, 3))
    net.line("x" * 200, "max pool", kernel=(2, 2))
    net.groups["-block"] = Group("block", HOSTILE)
    net.line("-block." + "y" * 150, "conv", "relu", out=8, kernel=(3, 3))
    net.line("-block._a_", "conv", out=8, kernel=(3, 3))
    net.line("#1", "dense", out=10)
    return net.graph()


NETS = {
    build.__name__: build
    for build in (
        small,
        alexnet,
        googlenet,
        resnet50,
        unet,
        signal,
        volume,
        flat,
        two_inputs,
        weightless,
        hostile,
    )
}
"""Every network here, by name."""
