"""Receptive fields against brute force: which input positions each output really depends on.

The brute force follows each output position back through plain loops over positions, and knows
nothing of windows, strides or offsets of fields. It is itself checked against torch's gradients.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings

from netsheet.core.graph import Graph
from netsheet.sheet.columns.receptive_field import AxisField, Field
from netsheet.sheet.sheet import Sheet
from support.built import Builder
from support.definitions import Place, inside, per_axis, places, window
from support.strategies import graphs


class Seen(NamedTuple):
    """What an output position depends on: input positions as bits, and whether padding was met."""

    inputs: int
    padded: bool


def stamped(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """Input positions whose stamp reaches a position, or would if the map went on."""
    del out
    rank = len(size)
    names = ("stride", "dilation", "padding")
    steps, gaps, cut = (per_axis(getattr(layer, name), rank) for name in names)
    for offset in places(per_axis(layer.kernel, rank)):
        ways = zip(place, offset, steps, gaps, cut, strict=True)
        moved = [divmod(i + p - o * d, s) for i, o, s, d, p in ways]
        if all(rest == 0 for _, rest in moved):
            yield tuple(at for at, _ in moved)


def interpolated(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """The pixel that is repeated, or those between which a line is drawn."""
    del out
    axes = []
    for i, f, n in zip(place, per_axis(layer.factor, len(size)), size, strict=True):
        centre = max((i + 0.5) / f - 0.5, 0)
        low = math.floor(centre)
        near = {low, low + (centre > low)} if layer.mode == "linear" else {i // f}
        axes.append([min(at, n - 1) for at in near])
    yield from product(*axes)


def adapted(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """Positions ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉ − 1 of each axis."""
    del layer
    yield from product(
        *(
            range(math.floor(i * n / m), math.ceil((i + 1) * n / m))
            for i, n, m in zip(place, size, out, strict=True)
        )
    )


def slid(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """Every position under the window, also outside the map."""
    del out
    yield from (at for _, at in window(layer, size, place))


def everything(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """The whole map."""
    del layer, out, place
    yield from places(size)


def itself(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """Its own position; a map of one position is stretched."""
    del layer, out
    yield tuple(i if n > 1 else 0 for i, n in zip(place, size, strict=False))


def everywhere(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """The axes that are gone through, and its own place on the others while these stay."""
    gone = [letter in layer.over for letter in {0: "", 1: "L", 2: "HW", 3: "DHW"}[len(size)]]
    if not getattr(layer, "keep", True) and any((*gone, "C" in layer.over)):
        return everything(layer, size, out, place)
    return product(
        *(
            range(n) if all_of_it else (i,)
            for n, i, all_of_it in zip(size, place, gone, strict=True)
        )
    )


def rearranged(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """Anything, unless the axes and their sizes stay as they are."""
    order = "C" + {0: "", 1: "L", 2: "HW", 3: "DHW"}[len(size)]
    stays = layer.order == order if layer.kind == "permute" else size == out
    return itself(layer, size, out, place) if stays else everything(layer, size, out, place)


def laid(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """Its own position; of maps laid along another axis than the channels, anything."""
    return (itself if layer.over == "C" else everything)(layer, size, out, place)


def kept(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """The position that was kept."""
    del out
    names = {0: "", 1: "L", 2: "HW", 3: "DHW"}[len(size)]
    yield tuple(
        layer.start + i * layer.step if name == layer.over else i
        for i, name in zip(place, names, strict=True)
    )


def patched(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """The position that a patch was made of."""
    del size, out
    yield tuple(i // layer.factor for i in place)


def in_patch(layer: Any, size: Place, out: Place, place: Place) -> Iterator[Place]:
    """Every position of the patch."""
    del size, out
    f = layer.factor
    yield from product(*(range(i * f, i * f + f) for i in place))


READS: dict[str, Callable[[Any, Place, Place, Place], Iterator[Place]]] = {
    "adaptive average pool": adapted,
    "add": itself,
    "average pool": slid,
    "concat": laid,
    "conv": slid,
    "dense": everything,
    "flatten": everything,
    "group norm": everything,
    "leaky relu": itself,
    "max pool": slid,
    "matmul": everything,
    "multiply": itself,
    "permute": rearranged,
    "pixel shuffle": patched,
    "pixel unshuffle": in_patch,
    "reduce": everywhere,
    "reshape": rearranged,
    "sigmoid": itself,
    "slice": kept,
    "softmax": everywhere,
    "transposed conv": stamped,
    "upsample": interpolated,
}
"""Input positions that one output position reads."""

WITHIN = frozenset({"concat", "matmul", "permute", "pixel unshuffle", "reduce", "reshape", "slice"})
"""Kinds some of which read less than is said here of their positions, channel by channel."""

SMOOTH = tuple(
    word
    for word in READS
    if word not in {"max pool", "group norm", "multiply", "sigmoid", "softmax", *WITHIN}
)
"""Kinds whose gradient shows everything they read.

A maximum's shows the winner alone, and a product's nothing where the other factor is padding.
"""


def dependencies(graph: Graph) -> list[dict[Place, Seen]]:
    """For each row, what each of its positions depends on, followed back through loops."""
    facts = Sheet(graph).facts
    found: list[dict[Place, Seen]] = []
    for row, own in zip(graph.rows, facts, strict=True):
        out = tuple(own.output.size)
        if not row.reads:
            found.append({at: Seen(1 << bit, padded=False) for bit, at in enumerate(places(out))})
            continue
        seen = {}
        for place in places(out):
            bits, padded = 0, False
            for read in row.reads:
                above, size = found[read], tuple(facts[read].output.size)
                for at in READS[row.layer.kind](row.layer, size, out, place):
                    if inside(at, size):
                        bits |= above[at].inputs
                        padded |= above[at].padded
                    else:
                        padded = True
            seen[place] = Seen(bits, padded)
        found.append(seen)
    return found


def on_axis(bits: int, size: Place, axis: int) -> set[int]:
    """Input positions, seen along one axis."""
    return {at[axis] for bit, at in enumerate(places(size)) if bits >> bit & 1}


def assert_field_holds(field: Field, size: Place, seen: dict[Place, Seen]) -> None:
    """Require that the field of each output position holds what that depends on.

    Where it is said to be exact, and no padding hid anything, it holds nothing else: its ends
    are the first and the last input seen, and there are no gaps between.
    """
    assert size == field.of
    for place, (bits, padded) in seen.items():
        for number, axis in enumerate(field.axes):
            step = place[number] * axis.stride if number < len(place) else 0
            assert axis.stride == 0 or number < len(place) or not place
            low, high = axis.first + step, axis.last + step
            real = on_axis(bits, size, number)
            assert all(low <= at <= high for at in real), (place, axis, real)
            if axis.exact and bits and not padded:
                assert real == set(range(int(low), int(high) + 1)), (place, axis)


def assert_fields_hold(graph: Graph) -> None:
    """Require this of every row of a network."""
    fields: Sequence[Field] = Sheet(graph).column("receptive_field")
    size = tuple(graph.input_shape.size)
    for field, seen in zip(fields, dependencies(graph), strict=True):
        assert_field_holds(field, size, seen)


@given(graphs(list(READS), ranks=(1,), largest=40, rows=7))
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_fields_of_random_networks_on_one_axis(graph: Graph) -> None:
    """Fields along one axis hold what outputs depend on; the exact ones nothing else."""
    assert_fields_hold(graph)


@given(graphs(list(READS), ranks=(2,), largest=9, rows=5))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_fields_of_random_networks_on_two_axes(graph: Graph) -> None:
    """So do fields along two."""
    assert_fields_hold(graph)


@given(graphs(["conv", "average pool", "leaky relu", "add"], ranks=(1,), largest=40, rows=7))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_fields_of_plain_stacks(graph: Graph) -> None:
    """Convolutions with strides, dilations, padding and branches, deeper than above."""
    assert_fields_hold(graph)


def gradients(graph: Graph) -> list[dict[Place, int]]:
    """For each row, the input positions on which torch's gradient of each position isn't 0.

    With every weight and every input positive nothing cancels out.
    """
    torch = pytest.importorskip("torch")
    from netsheet.run.realise import activations, realise

    network = realise(graph).double().eval()
    for weight in network.parameters():
        torch.nn.init.constant_(weight, 0.5)
    x = torch.ones(1, *graph.input_shape, dtype=torch.double, requires_grad=True)
    names = [row.name for row in graph.rows]
    found = []
    for y in activations(network, x, names).values():
        maps = y[0].flatten(1) if y.ndim > 2 else y[0].unsqueeze(1)
        seen = {}
        for at, place in enumerate(places(tuple(y.shape[2:]))):
            (slope,) = torch.autograd.grad(maps[:, at].sum(), x, retain_graph=True)
            touched = (slope[0] != 0).any(0).flatten().tolist()
            seen[place] = sum(1 << bit for bit, is_touched in enumerate(touched) if is_touched)
        found.append(seen)
    return found


def assert_brute_force_is_torchs(graph: Graph) -> None:
    """Require that the loops find what torch's gradients do."""
    loops = [{place: seen.inputs for place, seen in row.items()} for row in dependencies(graph)]
    assert gradients(graph) == loops


@given(graphs(SMOOTH, ranks=(1,), largest=16, rows=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_brute_force_on_one_axis_is_torchs(graph: Graph) -> None:
    """The loops find the input positions for which torch has a gradient."""
    assert_brute_force_is_torchs(graph)


@given(graphs(SMOOTH, ranks=(2,), largest=6, rows=4))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_brute_force_on_two_axes_is_torchs(graph: Graph) -> None:
    """So they do on two axes."""
    assert_brute_force_is_torchs(graph)


def test_brute_force_of_joins_is_torchs() -> None:
    """So they do for joined channels, and for a product whose factors are not 0 anywhere."""
    net = Builder("product")
    x = net.input("input", 2, 8)
    wide = net.add("wide", "conv", (x,), out=2, kernel=3)
    gate = net.add("squeeze", "global average pool", (wide,))
    scaled = net.add("scale", "multiply", (wide, gate))
    net.add("both", "concat", (scaled, wide))
    assert_brute_force_is_torchs(net.graph())


def gated() -> Graph:
    """Branches of different reach, and a gate that has seen everything."""
    net = Builder("gated")
    net.input("input", 2, 30)
    x = net.add("conv1", "conv", out=2, kernel=3)
    a = net.add("wide", "conv", (x,), out=2, kernel=3, dilation=2, padding=2)
    b = net.add("narrow", "conv", (x,), out=2, kernel=1)
    joined = net.add("join", "add", (a, b))
    net.add("squeeze", "global average pool", (joined,))
    net.add("excite", "conv", out=2, kernel=1)
    gate = net.add("gate", "sigmoid")
    net.add("scale", "multiply", (joined, gate))
    net.add("up", "upsample", factor=3)
    return net.graph()


def test_a_gate_makes_everything_seen() -> None:
    """Behind a squeeze-and-excitation gate every output depends on every input."""
    graph = gated()
    assert_fields_hold(graph)
    assert Sheet(graph).column("receptive_field")[-2].whole


def gate_of_a_convolution() -> Graph:
    """A gate of one position that a window made, not an average."""
    net = Builder("gate")
    x = net.input("input", 1, 5)
    gate = net.add("conv", "conv", (x,), out=1, kernel=3, dilation=2)
    net.add("scale", "multiply", (gate, x))
    return net.graph()


def stamps_with_gaps() -> Graph:
    """A transposed convolution of stride 1 whose stamps have gaps."""
    net = Builder("stamps")
    net.input("input", 1, 9)
    net.add("up", "transposed conv", out=1, kernel=2, dilation=2)
    return net.graph()


def lines() -> Graph:
    """Lines drawn between pixels, four for each."""
    net = Builder("lines")
    net.input("input", 1, 6)
    net.add("up", "upsample", factor=4, mode="linear")
    net.add("conv", "conv", out=1, kernel=3)
    return net.graph()


@pytest.mark.parametrize("build", [gate_of_a_convolution, stamps_with_gaps, lines])
def test_cases_that_once_failed(build: Callable[[], Graph]) -> None:
    """These fields were too small, or said to be exact."""
    assert_fields_hold(build())


PLANTED: dict[str, Callable[[AxisField], AxisField]] = {
    "begins too late": lambda axis: axis._replace(first=axis.first + 1),
    "ends too early": lambda axis: axis._replace(last=axis.last - 1),
    "begins too early": lambda axis: axis._replace(first=axis.first - 1),
    "ends too late": lambda axis: axis._replace(last=axis.last + 1),
    "steps too far": lambda axis: axis._replace(stride=axis.stride + 1),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_wrong_field_is_noticed(fault: str) -> None:
    """Negative control: an exact field that is off by one at either end, or in its step."""
    net = Builder("stack")
    net.input("input", 1, 30)
    net.add("conv1", "conv", out=1, kernel=3, stride=2)
    net.add("conv2", "conv", out=1, kernel=3)
    graph = net.graph()
    field, seen = Sheet(graph).column("receptive_field")[-1], dependencies(graph)[-1]
    assert field.exact
    assert_field_holds(field, (30,), seen)
    wrong = field._replace(axes=(PLANTED[fault](field.axes[0]),))
    with pytest.raises(AssertionError):
        assert_field_holds(wrong, (30,), seen)


def test_a_gap_is_noticed() -> None:
    """Negative control: a dilated window has gaps, and calling its field exact is wrong."""
    net = Builder("gaps")
    net.input("input", 1, 30)
    net.add("conv", "conv", out=1, kernel=3, dilation=2)
    graph = net.graph()
    field, seen = Sheet(graph).column("receptive_field")[-1], dependencies(graph)[-1]
    assert not field.exact
    with pytest.raises(AssertionError):
        assert_field_holds(field._replace(axes=(field.axes[0]._replace(exact=True),)), (30,), seen)


def test_a_wrong_loop_is_noticed() -> None:
    """Negative control: brute force that misses a position disagrees with torch."""
    net = Builder("one")
    net.input("input", 1, 9)
    net.add("conv", "conv", out=1, kernel=3)
    graph = net.graph()
    right = gradients(graph)
    assert right[1][(0,)] == dependencies(graph)[1][(0,)].inputs
    narrower = replace(
        graph,
        rows=(graph.rows[0], graph.rows[1]._replace(layer=replace(graph.rows[1].layer, kernel=2))),
    )
    assert right[1][(0,)] != dependencies(narrower)[1][(0,)].inputs
