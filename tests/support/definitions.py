"""What each layer kind computes, by its definition: plain loops over plain numbers.

Written from the sources that the kinds name, without netsheet's rules and without torch: slow,
and meant for maps of a few values. A map is a dict from position (channel, then axes) to value.
"""

import math
from collections.abc import Callable, Iterator
from itertools import product
from types import SimpleNamespace
from typing import Any

Place = tuple[int, ...]
Values = dict[Place, float]


def places(size: Place) -> Iterator[Place]:
    """Every position of a shape, in order."""
    return product(*map(range, size))


def per_axis(value: Any, rank: int) -> Place:
    """One number for every axis, or one an axis."""
    return value if isinstance(value, tuple) else (value,) * rank


def borders(layer: Any, size: Place) -> list[tuple[int, int]]:
    """Padding before and after each axis, as TensorFlow and ONNX say where it is a word."""
    rank, given = len(size), layer.padding
    if given == "valid":
        return [(0, 0)] * rank
    if given == "half":
        gaps = per_axis(getattr(layer, "dilation", 1), rank)
        reach = [(k - 1) * d + 1 for k, d in zip(per_axis(layer.kernel, rank), gaps, strict=True)]
        return [(n // 2, n // 2) for n in reach]
    if given == "same":
        found = []
        steps = zip(
            size,
            per_axis(layer.kernel, rank),
            per_axis(_step(layer), rank),
            per_axis(getattr(layer, "dilation", 1), rank),
            strict=True,
        )
        for n, k, s, d in steps:
            windows = math.ceil(n / s)
            missing = max((windows - 1) * s + (k - 1) * d + 1 - n, 0)
            found.append((missing // 2, missing - missing // 2))
        return found
    if isinstance(given, tuple) and isinstance(given[0], tuple):
        return list(given)
    return [(p, p) for p in per_axis(given, rank)]


def _step(layer: Any) -> Any:
    return layer.kernel if layer.stride is None else layer.stride


def window(layer: Any, size: Place, place: Place) -> Iterator[tuple[Place, Place]]:
    """What the window at an output position covers: offset in the window, and input position."""
    rank = len(size)
    steps = per_axis(_step(layer), rank)
    gaps = per_axis(getattr(layer, "dilation", 1), rank)
    before = [pad[0] for pad in borders(layer, size)] if hasattr(layer, "padding") else [0] * rank
    for offset in places(per_axis(layer.kernel, rank)):
        yield (
            offset,
            tuple(
                i * s + o * d - p
                for i, s, o, d, p in zip(place, steps, offset, gaps, before, strict=True)
            ),
        )


def inside(place: Place, size: Place) -> bool:
    """Whether a position lies on the map."""
    return all(0 <= i < n for i, n in zip(place, size, strict=True))


class Computing:
    """One layer, its inputs, its weights, and the shape of what it puts out."""

    def __init__(
        self,
        layer: Any,
        shapes: list[Place],
        inputs: list[Values],
        weights: dict[str, Values],
        out: Place,
    ) -> None:
        self.layer, self.shapes, self.inputs = layer, shapes, inputs
        self.weights, self.out = weights, out
        self.x, self.shape = inputs[0], shapes[0]
        self.channels, self.size = self.shape[0], self.shape[1:]
        self.flat = [self.x[place] for place in places(self.shape)]

    def values(self) -> Values:
        """The output, by the kind's definition."""
        rule = DEFINITIONS[self.layer.kind]
        return {place: rule(self, place[0], place[1:]) for place in places(self.out)}

    def bias(self, channel: int) -> float:
        """The channel's bias, if the layer has any."""
        return self.weights["bias"][channel,] if "bias" in self.weights else 0.0

    def beside(self, place: Place) -> list[float]:
        """All channels at one position."""
        return [self.x[(c, *place)] for c in range(self.channels)]


def normal(values: list[float], x: float, epsilon: float) -> float:
    """X against the mean and deviation of values."""
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return (x - mean) / math.sqrt(variance + epsilon)


def conv(c: Computing, channel: int, place: Place) -> float:
    """Cross-correlation of the channel's own group of inputs."""
    group = channel // (c.out[0] // c.layer.groups)
    reads = c.channels // c.layer.groups
    total = c.bias(channel)
    for offset, at in window(c.layer, c.size, place):
        if inside(at, c.size):
            for i in range(reads):
                total += c.weights["weight"][(channel, i, *offset)] * c.x[(group * reads + i, *at)]
    return total


def standardised_conv(c: Computing, channel: int, place: Place) -> float:
    """Cross-correlation with a filter of mean 0 and variance 1, times its gain."""
    layer, weight = c.layer, c.weights["weight"]
    own = {at[1:]: value for at, value in weight.items() if at[0] == channel}
    values = list(own.values())
    gain = 1.0
    if layer.gain:
        gain = layer.scale * c.weights["gain"][(channel, 0, *(0,) * len(place))]
    group, reads = channel // (c.out[0] // layer.groups), c.channels // layer.groups
    total = c.bias(channel)
    for offset, at in window(layer, c.size, place):
        if inside(at, c.size):
            for i in range(reads):
                filtered = normal(values, own[(i, *offset)], layer.epsilon)
                total += gain * filtered * c.x[(group * reads + i, *at)]
    return total


def dynamic_conv(c: Computing, channel: int, place: Place) -> float:
    """Cross-correlation with the second input's filters."""
    layer, (x, filters) = c.layer, c.inputs
    kernel = c.shapes[1][2:]
    group, reads = channel // (c.out[0] // layer.groups), c.channels // layer.groups
    framed = SimpleNamespace(
        kernel=kernel, stride=layer.stride, dilation=layer.dilation, padding=layer.padding
    )
    total = 0.0
    for offset, at in window(framed, c.size, place):
        if inside(at, c.size):
            for i in range(reads):
                total += filters[(channel, i, *offset)] * x[(group * reads + i, *at)]
    return total


def sparse_conv(c: Computing, channel: int, place: Place) -> float:
    """Cross-correlation of the inputs in the channel's list."""
    first = sum(map(len, c.layer.links[:channel]))
    total = c.bias(channel)
    for offset, at in window(c.layer, c.size, place):
        if inside(at, c.size):
            for i, read in enumerate(c.layer.links[channel]):
                total += c.weights["weight"][(first + i, *offset)] * c.x[(read, *at)]
    return total


def transposed_conv(c: Computing, channel: int, place: Place) -> float:
    """The sum of all stamps that reach a position."""
    rank, layer = len(c.size), c.layer
    wide = c.out[0] // layer.groups
    group, reads = channel // wide, c.channels // layer.groups
    names = ("stride", "dilation", "padding")
    steps, gaps, cut = (per_axis(getattr(layer, name), rank) for name in names)
    total = c.bias(channel)
    for at in places(c.size):
        for offset in places(per_axis(layer.kernel, rank)):
            reached = tuple(
                a * s + o * d - p
                for a, s, o, d, p in zip(at, steps, offset, gaps, cut, strict=True)
            )
            if reached == place:
                for i in range(group * reads, (group + 1) * reads):
                    total += c.weights["weight"][(i, channel % wide, *offset)] * c.x[(i, *at)]
    return total


def max_pool(c: Computing, channel: int, place: Place) -> float:
    """The largest value on the map under the window."""
    covered = [at for _, at in window(c.layer, c.size, place) if inside(at, c.size)]
    return max((c.x[(channel, *at)] for at in covered), default=-math.inf)


def average_pool(c: Computing, channel: int, place: Place) -> float:
    """The sum under the window over how many positions it covers, on the map or its padding."""
    covered = [at for _, at in window(c.layer, c.size, place)]
    pads = borders(c.layer, c.size)
    counted = sum(
        all(
            -before * c.layer.count_padding <= i < n + after * c.layer.count_padding
            for i, n, (before, after) in zip(at, c.size, pads, strict=True)
        )
        for at in covered
    )
    return sum(c.x[(channel, *at)] for at in covered if inside(at, c.size)) / counted


def subsample(c: Computing, channel: int, place: Place) -> float:
    """The sum under the window, times a coefficient, plus a bias."""
    total = sum(c.x[(channel, *at)] for _, at in window(c.layer, c.size, place))
    return total * c.weights["weight"][channel,] + c.bias(channel)


def parts(c: Computing, channel: int, place: Place) -> list[float]:
    """Values that an adaptive pool looks at for one output."""
    ranges = [
        range(math.floor(i * n / m), math.ceil((i + 1) * n / m))
        for i, n, m in zip(place, c.size, c.out[1:], strict=True)
    ]
    return [c.x[(channel, *at)] for at in product(*ranges)]


def upsample(c: Computing, channel: int, place: Place) -> float:
    """The value at ⌊i/f⌋; with lines, between the two pixels whose centres are nearest."""
    factors = per_axis(c.layer.factor, len(c.size))
    if c.layer.mode == "nearest":
        return c.x[(channel, *(i // f for i, f in zip(place, factors, strict=True)))]
    ways = []
    for i, f, n in zip(place, factors, c.size, strict=True):
        centre = max((i + 0.5) / f - 0.5, 0)
        low = math.floor(centre)
        ways.append(((low, 1 - (centre - low)), (min(low + 1, n - 1), centre - low)))
    return sum(
        c.x[(channel, *(at for at, _ in corner))] * math.prod(share for _, share in corner)
        for corner in product(*ways)
    )


def pad(c: Computing, channel: int, place: Place) -> float:
    """The map, or what the border holds."""
    at = [i - before for i, (before, _) in zip(place, borders(c.layer, c.size), strict=True)]
    mode, more = c.layer.mode, c.layer.channels
    channel -= more if isinstance(more, int) else more[0][0]
    if not 0 <= channel < c.channels:
        return 0.0
    if mode == "zero" and not inside(tuple(at), c.size):
        return 0.0
    for axis, n in enumerate(c.size):
        if mode == "edge":
            at[axis] = min(max(at[axis], 0), n - 1)
        elif mode == "wrap":
            at[axis] %= n
        elif mode == "reflect" and not 0 <= at[axis] < n:
            at[axis] = -at[axis] if at[axis] < 0 else 2 * (n - 1) - at[axis]
    return c.x[(channel, *at)]


def dense(c: Computing, channel: int, _: Place) -> float:
    """A weighted sum of every value."""
    weight = c.weights["weight"]
    return c.bias(channel) + sum(weight[channel, i] * value for i, value in enumerate(c.flat))


def rbf(c: Computing, channel: int, _: Place) -> float:
    """The squared distance to a code."""
    codes = c.weights["codes"]
    return sum((value - codes[channel, i]) ** 2 for i, value in enumerate(c.flat))


def local_response_norm(c: Computing, channel: int, place: Place) -> float:
    """Against the strength of n channels around it, the odd one before."""
    n = c.layer.neighbours
    near = range(max(0, channel - n // 2), min(c.channels, channel + (n - 1) // 2 + 1))
    strength = sum(c.x[(i, *place)] ** 2 for i in near)
    power: float = (c.layer.constant + c.layer.alpha * strength) ** c.layer.beta
    return c.x[(channel, *place)] / power


def batch_norm(c: Computing, channel: int, place: Place) -> float:
    """In use: against the running statistics."""
    mean, variance = c.weights["running_mean"][channel,], c.weights["running_var"][channel,]
    y = (c.x[(channel, *place)] - mean) / math.sqrt(variance + c.layer.epsilon)
    return y * c.weights["weight"][channel,] + c.bias(channel) if c.layer.affine else y


def group_norm(c: Computing, channel: int, place: Place) -> float:
    """Against all values of the channel's group."""
    wide = c.channels // c.layer.groups
    first = channel // wide * wide
    group = [c.x[(i, *at)] for i in range(first, first + wide) for at in places(c.size)]
    y = normal(group, c.x[(channel, *place)], c.layer.epsilon)
    return y * c.weights["weight"][channel,] + c.bias(channel) if c.weights else y


def sliced(c: Computing, channel: int, place: Place) -> float:
    """So many steps from the start along an axis."""
    at, axis = [channel, *place], letters(c).index(c.layer.over)
    at[axis] = c.layer.start + c.layer.step * at[axis]
    return c.x[tuple(at)]


def cubic(distance: float) -> float:
    """Keys' curve with a = −3/4, which torch and OpenCV take."""
    a, x = -0.75, abs(distance)
    if x <= 1:
        return (a + 2) * x**3 - (a + 3) * x**2 + 1
    return a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a if x < 2 else 0.0


def resample(c: Computing, channel: int, place: Place) -> float:
    """The value that is there, or a sum of those near it, the edge repeated."""
    ways = []
    for i, n, m in zip(place, c.size, c.out[1:], strict=True):
        if c.layer.mode == "nearest":
            ways.append([(i * n // m, 1.0)])
            continue
        at = (i + 0.5) * n / m - 0.5
        if c.layer.corners:
            at = i * (n - 1) / (m - 1) if m > 1 else 0.0
        if c.layer.mode == "linear":
            at = max(at, 0.0)
            near = range(math.floor(at), math.floor(at) + 2)
            ways.append([(min(k, n - 1), 1 - abs(at - k)) for k in near])
        else:
            near = range(math.floor(at) - 1, math.floor(at) + 3)
            ways.append([(min(max(k, 0), n - 1), cubic(at - k)) for k in near])
    return sum(
        c.x[(channel, *(at for at, _ in corner))] * math.prod(share for _, share in corner)
        for corner in product(*ways)
    )


def layer_norm(c: Computing, channel: int, place: Place) -> float:
    """Against the channels of the position, or against everything."""
    alone = c.layer.over == "channels"
    at = (channel,) if alone else (channel, *place)
    group = c.beside(place) if alone else c.flat
    y = normal(group, c.x[(channel, *place)], c.layer.epsilon)
    y *= c.weights["weight"][at] if "weight" in c.weights else 1.0
    return y + (c.weights["bias"][at] if "bias" in c.weights else 0.0)


def prelu(c: Computing, channel: int, place: Place) -> float:
    """Negative values times the slope."""
    x, slopes = c.x[(channel, *place)], c.weights["weight"]
    return x if x > 0 else x * slopes[channel if len(slopes) > 1 else 0,]


def channel_shuffle(c: Computing, channel: int, place: Place) -> float:
    """Dealt out in turn: the first of each group, then the second of each."""
    g = c.layer.groups
    return c.x[(channel % g * (c.channels // g) + channel // g, *place)]


def concat(c: Computing, channel: int, place: Place) -> float:
    """Channel after channel of all inputs, or position after position along another axis."""
    at, axis = [channel, *place], letters(c).index(c.layer.over)
    for x, shape in zip(c.inputs, c.shapes, strict=True):
        if at[axis] < shape[axis]:
            return x[tuple(at)]
        at[axis] -= shape[axis]
    raise AssertionError


def joined(
    function: Callable[[list[float]], float],
) -> Callable[[Computing, int, Place], float]:
    """A definition by the values of all inputs, where axes of 1 or none are stretched."""

    def rule(c: Computing, channel: int, place: Place) -> float:
        values = []
        for x, shape in zip(c.inputs, c.shapes, strict=True):
            wide = zip((channel, *place), shape, strict=False)
            values.append(x[tuple(i if n > 1 else 0 for i, n in wide)])
        return function(values)

    return rule


def rms_norm(c: Computing, channel: int, place: Place) -> float:
    """Against the root of the mean square of the position's channels, or of everything."""
    alone = c.layer.over == "channels"
    group = c.beside(place) if alone else c.flat
    square = sum(value**2 for value in group) / len(group)
    y = c.x[(channel, *place)] / math.sqrt(square + c.layer.epsilon)
    return y * c.weights["weight"][(channel,) if alone else (channel, *place)] if c.weights else y


def instance_norm(c: Computing, channel: int, place: Place) -> float:
    """Against all values of the channel."""
    own = [c.x[(channel, *at)] for at in places(c.size)]
    y = normal(own, c.x[(channel, *place)], c.layer.epsilon)
    return y * c.weights["weight"][channel,] + c.bias(channel) if c.layer.affine else y


def letters(c: Computing) -> str:
    """The letters of the input's axes."""
    return "C" + {0: "", 1: "L", 2: "HW", 3: "DHW"}[len(c.size)]


def along(c: Computing, over: str, at: Place) -> list[float]:
    """All values at a position along some axes."""
    ways = (
        range(n) if letter in over else (i,)
        for letter, n, i in zip(letters(c), c.shape, at, strict=True)
    )
    return [c.x[way] for way in product(*ways)]


def softmax(c: Computing, channel: int, place: Place) -> float:
    """The share of the exponentials along an axis."""
    at = (channel, *place)
    return math.exp(c.x[at]) / sum(map(math.exp, along(c, c.layer.over, at)))


REDUCTIONS: dict[str, Callable[[list[float]], float]] = {
    "mean": lambda values: sum(values) / len(values),
    "sum": sum,
    "max": max,
    "min": min,
    "norm": lambda values: math.sqrt(sum(value**2 for value in values)),
    "variance": lambda values: (
        sum((value - sum(values) / len(values)) ** 2 for value in values) / len(values)
    ),
}


def reduce(c: Computing, channel: int, place: Place) -> float:
    """What becomes of all values along some axes; these may be gone from the output."""
    left = iter((channel, *place))
    kept = c.layer.keep
    at = []
    for letter in letters(c):
        gone = letter in c.layer.over
        at.append(0 if gone else next(left))
        if gone and kept:
            next(left)
    return REDUCTIONS[c.layer.by](along(c, c.layer.over, tuple(at)))


def permute(c: Computing, channel: int, place: Place) -> float:
    """The value whose position has the same letters."""
    named = dict(zip(c.layer.order, (channel, *place), strict=True))
    return c.x[tuple(named[letter] for letter in letters(c))]


def reshape(c: Computing, channel: int, place: Place) -> float:
    """The value of the same number, counted with the last axis fastest."""
    return c.flat[list(places(c.out)).index((channel, *place))]


def pixel_shuffle(c: Computing, channel: int, place: Place) -> float:
    """The channel that stands for the position's place in its patch."""
    f, inside = c.layer.factor, 0
    for i in place:
        inside = inside * f + i % f
    return c.x[(channel * f ** len(place) + inside, *(i // f for i in place))]


def pixel_unshuffle(c: Computing, channel: int, place: Place) -> float:
    """The position in its patch that the channel stands for."""
    f, rank = c.layer.factor, len(place)
    own, inside = divmod(channel, f**rank)
    at = [i * f + inside // f ** (rank - 1 - axis) % f for axis, i in enumerate(place)]
    return c.x[(own, *at)]


def glu(c: Computing, channel: int, place: Place) -> float:
    """The first half, weighted by the second's sigmoid."""
    gate = c.x[(channel + c.out[0], *place)]
    return c.x[(channel, *place)] / (1 + math.exp(-gate))


def matmul(c: Computing, channel: int, place: Place) -> float:
    """Row times column."""
    *before, row, column = (channel, *place)
    x, other = c.inputs
    return sum(x[(*before, row, k)] * other[(*before, k, column)] for k in range(c.shape[-1]))


def layer_scale(c: Computing, channel: int, place: Place) -> float:
    """Times the channel's factor."""
    return c.x[(channel, *place)] * c.weights["weight"][(channel, *(0,) * len(place))]


def each(function: Callable[[Any, float], float]) -> Callable[[Computing, int, Place], float]:
    """A definition for one value by itself; the function is handed the layer too."""
    return lambda c, channel, place: function(c.layer, c.x[(channel, *place)])


def softplus(layer: Any, x: float) -> float:
    """A smooth bend at 0; above the threshold, x."""
    steep = layer.beta * x
    return x if steep > layer.threshold else math.log(1 + math.exp(steep)) / float(layer.beta)


def gelu(layer: Any, x: float) -> float:
    """X times the share of a normal variable below it, exactly or nearly."""
    if layer.approximate:
        return x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


def hat(x: float) -> float:
    """The straight pieces that hard sigmoid and hard swish are made of."""
    return min(max(x + 3, 0), 6) / 6


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "erf": math.erf,
    "sign": lambda x: (x > 0) - (x < 0),
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
}

DEFINITIONS: dict[str, Callable[[Computing, int, Place], float]] = {
    "adaptive average pool": lambda c, i, at: sum(parts(c, i, at)) / len(parts(c, i, at)),
    "adaptive max pool": lambda c, i, at: max(parts(c, i, at)),
    "add": joined(sum),
    "average pool": average_pool,
    "batch norm": batch_norm,
    "celu": each(
        lambda layer, x: max(0, x) + min(0, layer.alpha * (math.exp(x / layer.alpha) - 1))
    ),
    "channel shuffle": channel_shuffle,
    "concat": concat,
    "conv": conv,
    "dense": dense,
    "divide": joined(lambda values: values[0] / values[1]),
    "dropout": each(lambda _, x: x),
    "dynamic conv": dynamic_conv,
    "elu": each(lambda layer, x: x if x > 0 else layer.alpha * (math.exp(x) - 1)),
    "flatten": lambda c, i, _: c.flat[i],
    "function": each(lambda layer, x: FUNCTIONS[layer.of](x)),
    "gelu": each(gelu),
    "glu": glu,
    "group norm": group_norm,
    "hardsigmoid": each(lambda _, x: hat(x)),
    "hardswish": each(lambda _, x: x * hat(x)),
    "hardtanh": each(lambda layer, x: min(max(x, layer.low), layer.high)),
    "identity": each(lambda _, x: x),
    "instance norm": instance_norm,
    "layer norm": layer_norm,
    "layer scale": layer_scale,
    "leaky relu": each(lambda layer, x: x if x > 0 else layer.slope * x),
    "local response norm": local_response_norm,
    "log sigmoid": each(lambda _, x: -math.log(1 + math.exp(-x))),
    "log softmax": lambda c, i, at: math.log(softmax(c, i, at)),
    "matmul": matmul,
    "max pool": max_pool,
    "maximum": joined(max),
    "minimum": joined(min),
    "mish": each(lambda _, x: x * math.tanh(math.log(1 + math.exp(x)))),
    "multiply": joined(math.prod),
    "pad": pad,
    "permute": permute,
    "pixel shuffle": pixel_shuffle,
    "pixel unshuffle": pixel_unshuffle,
    "power": each(lambda layer, x: x**layer.exponent),
    "prelu": prelu,
    "rbf": rbf,
    "reduce": reduce,
    "relu": each(lambda _, x: max(x, 0)),
    "relu6": each(lambda _, x: min(max(x, 0), 6)),
    "rescale": each(lambda layer, x: layer.factor * x + layer.shift),
    "resample": resample,
    "reshape": reshape,
    "rms norm": rms_norm,
    "selu": each(
        lambda _, x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (math.exp(x) - 1))
    ),
    "sigmoid": each(lambda _, x: 1 / (1 + math.exp(-x))),
    "silu": each(lambda _, x: x / (1 + math.exp(-x))),
    "slice": sliced,
    "softmax": softmax,
    "softplus": each(softplus),
    "softsign": each(lambda _, x: x / (1 + abs(x))),
    "sparse conv": sparse_conv,
    "standardised conv": standardised_conv,
    "stochastic depth": each(lambda _, x: x),
    "subsample": subsample,
    "subtract": joined(lambda values: values[0] - values[1]),
    "tanh": each(lambda layer, x: layer.amplitude * math.tanh(layer.slope * x)),
    "transposed conv": transposed_conv,
    "upsample": upsample,
}
"""A definition for each kind that computes something; `input` is given."""
