"""Networks as a paper draws them, built in Python: stacks, branches, skips, gates, dense links."""

from collections.abc import Callable
from typing import Any

from netsheet.core.graph import Graph, Group, Row
from netsheet.core.shape import Shape
from netsheet.layers.registry import find


def layer(word: str, **attributes: Any) -> Any:
    """A layer by its kind's name."""
    return find(word)(**attributes)


class Builder:
    """Rows one by one; a row reads the one before unless told otherwise."""

    def __init__(self, name: str, *shape: int) -> None:
        self.name = name
        self.rows = [Row("input", layer("input", shape=Shape(shape or (3, 32, 32))), ())]
        self.groups: dict[str, Group] = {}

    def add(self, name: str, word: str, *reads: int, then: str = "", **attributes: Any) -> int:
        """A row, with what follows in place (`bn, relu`); the index of the last one."""
        words = [part.strip() for part in then.split(",") if then]
        made = layer(word, **attributes)
        if words:
            self.groups[name] = Group("then", word)
        first = f"{name}.{made.nickname()}" if words else name
        self.rows.append(Row(first, made, reads or (len(self.rows) - 1,)))
        for place, follower in enumerate(words):
            also = layer(follower)
            inner = f"{name}.{also.nickname()}{place or ''}"
            self.rows.append(Row(inner, also, (len(self.rows) - 1,)))
        return len(self.rows) - 1

    def conv(self, name: str, out: int, kernel: int, *reads: int, **attributes: Any) -> int:
        """A convolution that keeps the size of the map, and its relu."""
        attributes = {"padding": kernel // 2, "then": "relu", **attributes}
        return self.add(name, "conv", *reads, out=out, kernel=kernel, **attributes)

    def group(self, name: str, word: str, style: str = "block") -> None:
        """Say what the rows of a name are."""
        self.groups[name] = Group(style, word)

    def graph(self) -> Graph:
        """The network."""
        return Graph(self.name, tuple(self.rows), self.groups)


def alexnet() -> Graph:
    """A stack."""
    net = Builder("AlexNet", 3, 227, 227)
    net.conv("conv1", 96, 11, stride=4, padding=0, then="relu, lrn")
    net.add("pool1", "max pool", kernel=3, stride=2)
    net.conv("conv2", 256, 5, groups=2, then="relu, lrn")
    net.add("pool2", "max pool", kernel=3, stride=2)
    net.conv("conv3", 384, 3)
    net.conv("conv4", 384, 3, groups=2)
    net.conv("conv5", 256, 3, groups=2)
    net.add("pool5", "max pool", kernel=3, stride=2)
    net.add("fc6", "dense", out=4096, then="relu, dropout")
    net.add("fc7", "dense", out=4096, then="relu, dropout")
    net.add("fc8", "dense", out=1000, then="softmax")
    return net.graph()


def inception(net: Builder, name: str, widths: tuple[int, ...]) -> int:
    """Four branches side by side that meet in a concat."""
    one, reduce3, three, reduce5, five, pool = widths
    start = len(net.rows) - 1
    net.group(name, "inception")
    a = net.conv(f"{name}.1x1", one, 1, start)
    net.conv(f"{name}.3x3reduce", reduce3, 1, start)
    b = net.conv(f"{name}.3x3", three, 3)
    net.conv(f"{name}.5x5reduce", reduce5, 1, start)
    c = net.conv(f"{name}.5x5", five, 5)
    net.add(f"{name}.pool", "max pool", start, kernel=3, stride=1, padding=1)
    d = net.conv(f"{name}.poolproj", pool, 1)
    return net.add(f"{name}.output", "concat", a, b, c, d)


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


def inception_module() -> Graph:
    """One module alone."""
    net = Builder("Inception (3a)", 192, 28, 28)
    inception(net, "inception_3a", INCEPTIONS["3a"])
    return net.graph()


def googlenet(*, heads: bool = False) -> Graph:
    """Nine inception modules; with its auxiliary heads on request."""
    net = Builder("GoogLeNet", 3, 224, 224)
    net.conv("conv1", 64, 7, stride=2)
    net.add("pool1", "max pool", kernel=3, stride=2, rounding="up", then="lrn")
    net.conv("conv2_reduce", 64, 1)
    net.conv("conv2", 192, 3, then="relu, lrn")
    net.add("pool2", "max pool", kernel=3, stride=2, rounding="up")
    end = len(net.rows) - 1
    for name, widths in INCEPTIONS.items():
        end = inception(net, f"inception_{name}", widths)
        if heads and name in {"4a", "4d"}:
            head = f"head_{name}"
            net.group(head, "head")
            net.add(f"{head}.pool", "average pool", end, kernel=5, stride=3)
            net.conv(f"{head}.conv", 128, 1)
            net.add(f"{head}.fc1", "dense", out=1024, then="relu, dropout")
            net.add(f"{head}.fc2", "dense", out=1000, then="softmax")
            net.add("pass_" + name, "identity", end)
        if name in {"3b", "4e"}:
            net.add(f"pool{name[0]}", "max pool", kernel=3, stride=2, rounding="up")
    net.add("pool5", "global average pool", size=1)
    net.add("dropout", "dropout")
    net.add("fc", "dense", out=1000, then="softmax")
    return net.graph()


def resnet(blocks: tuple[int, ...] = (3, 4, 6, 3), name: str = "ResNet-50") -> Graph:
    """Bottlenecks in four stages; the first of each projects its shortcut."""
    net = Builder(name, 3, 224, 224)
    net.conv("conv1", 64, 7, stride=2, bias=False, then="bn, relu")
    end = net.add("pool1", "max pool", kernel=3, stride=2, padding=1)
    for stage, times in enumerate(blocks):
        width = 64 * 2**stage
        net.group(f"conv{stage + 2}_x", "bottleneck", "repeat")
        for time in range(times):
            at = f"conv{stage + 2}_x.{time + 1}"
            stride = 2 if stage and not time else 1
            net.group(at, "bottleneck")
            net.conv(f"{at}.conv1", width, 1, end, bias=False, then="bn, relu")
            net.conv(f"{at}.conv2", width, 3, stride=stride, bias=False, then="bn, relu")
            way = net.conv(f"{at}.conv3", 4 * width, 1, bias=False, then="bn")
            if not time:
                end = net.conv(
                    f"{at}.shortcut", 4 * width, 1, end, stride=stride, bias=False, then="bn"
                )
            end = net.add(f"{at}.add", "add", way, end, then="relu")
    net.add("pool5", "global average pool", size=1)
    net.add("fc", "dense", out=1000, then="softmax")
    return net.graph()


def squeezenet() -> Graph:
    """Fire modules: squeeze, then expand with 1×1 and 3×3 side by side."""
    net = Builder("SqueezeNet 1.0", 3, 227, 227)
    net.conv("conv1", 96, 7, stride=2, padding=0)
    net.add("maxpool1", "max pool", kernel=3, stride=2)
    for number, (squeeze, expand) in enumerate(
        ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)), 2
    ):
        name = f"fire{number}"
        net.group(name, "fire")
        s = net.conv(f"{name}.squeeze", squeeze, 1)
        a = net.conv(f"{name}.expand1x1", expand, 1, s)
        b = net.conv(f"{name}.expand3x3", expand, 3, s)
        net.add(f"{name}.concat", "concat", a, b)
        if number in {4, 8}:
            net.add(f"maxpool{number}", "max pool", kernel=3, stride=2)
    net.conv("conv10", 1000, 1)
    net.add("avgpool10", "global average pool", size=1, then="softmax")
    return net.graph()


def squeeze_excite(times: int = 3) -> Graph:
    """Inverted residuals with a gate: inside each skip, a second way multiplies the map."""
    net = Builder("Squeeze and excitation", 3, 64, 64)
    end = net.conv("stem", 32, 3, stride=2, then="bn, relu")
    net.group("blocks", "mbconv", "repeat")
    for time in range(times):
        at = f"blocks.{time + 1}"
        net.group(at, "mbconv")
        net.conv(f"{at}.expand", 128, 1, end, then="bn, relu")
        wide = net.conv(f"{at}.depthwise", 128, 3, groups=128, then="bn, relu")
        net.group(f"{at}.gate", "squeeze-excite")
        net.add(f"{at}.gate.pool", "global average pool", size=1)
        net.conv(f"{at}.gate.squeeze", 8, 1)
        gate = net.conv(f"{at}.gate.excite", 128, 1, then="sigmoid")
        net.add(f"{at}.scale", "multiply", wide, gate)
        way = net.conv(f"{at}.project", 32, 1, then="bn")
        end = net.add(f"{at}.add", "add", way, end)
    net.add("pool", "global average pool", size=1)
    net.add("fc", "dense", out=10, then="softmax")
    return net.graph()


def unet(depth: int = 4, *, grouped: bool = True) -> Graph:
    """Down and up again, with a skip from each level to its mirror image."""
    net = Builder("U-Net", 1, 256, 256)
    skips = []
    dot = "." if grouped else "_"
    for level in range(1, depth + 1):
        net.conv(f"enc{level}{dot}conv1", 16 * 2**level, 3)
        skips.append(net.conv(f"enc{level}{dot}conv2", 16 * 2**level, 3))
        net.add(f"down{level}", "max pool", kernel=2, stride=2)
    net.conv(f"bottom{dot}conv1", 32 * 2**depth, 3)
    net.conv(f"bottom{dot}conv2", 32 * 2**depth, 3)
    for level in range(depth, 0, -1):
        width = 16 * 2**level
        up = net.add(f"dec{level}{dot}up", "transposed conv", out=width, kernel=2, stride=2)
        net.add(f"dec{level}{dot}concat", "concat", skips[level - 1], up)
        net.conv(f"dec{level}{dot}conv1", width, 3)
        net.conv(f"dec{level}{dot}conv2", width, 3)
    net.conv("mask", 2, 1, then="softmax")
    return net.graph()


def densenet(layers: int = 6, growth: int = 12) -> Graph:
    """A dense block: every layer reads all maps before it."""
    net = Builder("Dense block", 3, 32, 32)
    maps = [net.conv("stem", 2 * growth, 3)]
    for number in range(1, layers + 1):
        at = f"layer{number}"
        if number > 1:
            net.add(f"{at}.concat", "concat", *maps)
        net.add(f"{at}.norm", "batch norm", then="relu")
        maps.append(net.conv(f"{at}.conv", growth, 3, then=""))
    net.add("concat", "concat", *maps)
    net.add("pool", "global average pool", size=1)
    net.add("fc", "dense", out=10)
    return net.graph()


def two_inputs() -> Graph:
    """A picture and a mask, each with its own stem, joined."""
    net = Builder("Two inputs", 3, 32, 32)
    net.conv("left1", 16, 3)
    left = net.conv("left2", 16, 3)
    net.rows.append(Row("mask", layer("input", shape=Shape((1, 32, 32))), ()))
    right = net.conv("right1", 16, 3)
    net.add("join", "concat", left, right)
    net.conv("head", 2, 1)
    return net.graph()


def crossed() -> Graph:
    """Two streams that exchange maps: no series-parallel drawing exists."""
    net = Builder("Exchange", 8, 32, 32)
    a1 = net.conv("a1", 16, 3, 0)
    b1 = net.conv("b1", 8, 3, 0)
    a2 = net.conv("a2", 16, 3, a1)
    cross = net.conv("a_to_b", 8, 1, a1)
    b2 = net.add("b2", "add", b1, cross)
    b3 = net.conv("b3", 8, 3, b2)
    net.add("join", "concat", a2, b3, a1)
    return net.graph()


def unfriendly() -> Graph:
    """Names as long and as strange as they may be, in several scripts."""
    net = Builder('<script>alert("net")</script> & \x07 ﷽ \u202e] ]]>' + "long " * 60, 3, 32, 32)
    net.conv("x" * 195, 16, 3)
    net.conv("합성곱층", 16, 3)
    net.conv("ﷺﷺﷺﷺﷺﷺ", 16, 3)
    net.group("g" * 90, '"><img src=x onerror=alert(1)>' * 3)
    start = len(net.rows) - 1
    a = net.conv("g" * 90 + "." + "M" * 100, 16, 3, start)
    b = net.conv("g" * 90 + ".W", 16, 3, start)
    net.add("g" * 90 + ".J", "add", a, b)
    net.conv("Слой", 16, 3, then="relu, relu, relu, dropout, lrn, relu, lrn")
    return net.graph()


NETWORKS: dict[str, Callable[[], Graph]] = {
    "alexnet": alexnet,
    "inception module": inception_module,
    "googlenet": googlenet,
    "googlenet with heads": lambda: googlenet(heads=True),
    "resnet": resnet,
    "squeezenet": squeezenet,
    "squeeze and excitation": squeeze_excite,
    "unet": unet,
    "unet without groups": lambda: unet(3, grouped=False),
    "densenet": densenet,
    "two inputs": two_inputs,
    "crossed": crossed,
    "unfriendly": unfriendly,
}
"""All of them, by name."""
