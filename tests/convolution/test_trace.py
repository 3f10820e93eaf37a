"""A value followed to its products, and the other ways round: against brute force, and torch."""

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsheet.convolution import account, reading
from netsheet.convolution.backwards import met_by, read_by
from netsheet.convolution.border import Border
from netsheet.convolution.trace import Trace, added, trace
from netsheet.core.errors import NetsheetError, UnsupportedError
from netsheet.core.shape import Shape
from netsheet.layers.adaptive_average_pool import AdaptiveAveragePool
from netsheet.layers.adaptive_max_pool import AdaptiveMaxPool
from netsheet.layers.average_pool import AveragePool
from netsheet.layers.base import Layer
from netsheet.layers.conv import Conv
from netsheet.layers.dense import Dense
from netsheet.layers.max_pool import MaxPool
from netsheet.layers.sparse_conv import SparseConv
from netsheet.layers.subsample import Subsample
from netsheet.layers.transposed_conv import TransposedConv
from support.definitions import Computing, Values, places
from support.project import ROOT

LAYERS: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "plain": (Conv(out=2, kernel=3), (2, 5, 6)),
    "strided, padded, with groups": (
        Conv(out=4, kernel=(3, 2), stride=2, padding=((1, 0), (0, 2)), dilation=(1, 2), groups=2),
        (4, 6, 7),
    ),
    "same, with gaps": (Conv(out=1, kernel=3, stride=2, padding="same", dilation=2), (3, 8, 7)),
    "a line": (Conv(out=3, kernel=3, padding=1, bias=False), (2, 7)),
    "a volume": (Conv(out=2, kernel=2, stride=2), (2, 4, 3, 5)),
    "each channel by itself": (Conv(out=6, kernel=3, groups=3, padding=1), (3, 4, 4)),
    "connections": (SparseConv(links=((0, 1), (1, 2), (0, 1, 2)), kernel=2), (3, 4, 5)),
    "transposed": (TransposedConv(out=2, kernel=3, stride=2, padding=1, extra=1), (3, 3, 4)),
    "transposed, with groups and gaps": (
        TransposedConv(out=4, kernel=2, stride=(1, 3), dilation=2, groups=2),
        (2, 3, 3),
    ),
    "greatest": (MaxPool(kernel=3, stride=2, padding=1), (2, 5, 6)),
    "greatest, with gaps": (MaxPool(kernel=2, stride=1, dilation=3), (1, 6, 7)),
    "greatest, rounded up": (MaxPool(kernel=3, stride=2, rounding="up"), (1, 6, 6)),
    "mean": (AveragePool(kernel=3, stride=2, padding=1), (2, 5, 6)),
    "mean without padding": (AveragePool(kernel=3, padding=1, count_padding=False), (1, 6, 6)),
    "mean, rounded up": (AveragePool(kernel=3, stride=2, rounding="up", padding=1), (1, 6, 7)),
    "mean of unequal parts": (AdaptiveAveragePool(size=(2, 3)), (2, 5, 4)),
    "greatest of parts": (AdaptiveMaxPool(size=2), (2, 7)),
    "subsampling": (Subsample(kernel=2), (3, 4, 6)),
}
"""A layer of each sort, and its input's shape."""


def filled(layer: Layer, shape: tuple[int, ...]) -> Computing:
    """A layer with random whole numbers, as tests/support/definitions.py computes it."""
    import random

    rng = random.Random(repr(layer))  # noqa: S311 numbers for a test
    x = Shape(shape)
    values = {place: float(rng.randint(-9, 9)) for place in places(shape)}
    weights = {
        weight.name: {place: float(rng.randint(-5, 5)) for place in places(weight.shape)}
        for weight in layer.weights(x)
    }
    return Computing(layer, [shape], [values], weights, tuple(layer.output(x)))


def followed(computing: Computing, place: tuple[int, ...]) -> Trace:
    """One output of it, traced."""
    looks = {name: held.__getitem__ for name, held in computing.weights.items()}
    x = Shape(computing.shapes[0])
    return trace(computing.layer, x, place, computing.inputs[0].__getitem__, looks)


@pytest.mark.parametrize("name", LAYERS)
def test_every_value_is_the_definitions(name: str) -> None:
    """Each output, traced, is what the kind's definition gives, to the last bit."""
    computing = filled(*LAYERS[name])
    expected = computing.values()
    assert expected == {place: followed(computing, place).value for place in expected}


@pytest.mark.parametrize("name", LAYERS)
def test_products_add_up_to_the_value(name: str) -> None:
    """The value is the sum of the slices' products and the bias; a mean's is divided; a max's won."""
    computing = filled(*LAYERS[name])
    for place in computing.values():
        found = followed(computing, place)
        products = [p.value * p.weight for each in found.slices for p in each.products]
        if found.how == "sum":
            assert math.fsum([*products, found.bias or 0.0]) == found.value
            assert math.fsum(each.total for each in found.slices) + (found.bias or 0) == found.value
        elif found.how == "mean":
            assert math.fsum(products) / found.divisor == found.value
        else:
            [won] = [p for p in found.slices[0].products if p.tap == found.winner]
            assert max(products) == won.value == found.value
        for each in found.slices:
            for p in each.products:
                if p.source is not None:
                    assert computing.x[(each.channel, *p.source)] == p.value


def test_a_wrong_trace_is_noticed() -> None:
    """Negative control: a value read one pixel aside differs from the definition somewhere."""
    computing = filled(*LAYERS["plain"])
    x = Shape(computing.shapes[0])

    def aside(place: tuple[int, ...]) -> float:
        return computing.x[place[0], place[1], (place[2] + 1) % 6]

    looks = {name: held.__getitem__ for name, held in computing.weights.items()}
    expected = computing.values()
    assert expected != {p: trace(computing.layer, x, p, aside, looks).value for p in expected}


@pytest.mark.parametrize("name", LAYERS)
def test_who_reads_an_input_is_counted_by_brute_force(name: str) -> None:
    """For each input, the outputs that read it are those whose traces name it, tap and all."""
    computing = filled(*LAYERS[name])
    x = Shape(computing.shapes[0])
    expected: dict[tuple[int, ...], list[Any]] = {place: [] for place in computing.x}
    for place in computing.values():
        for each in followed(computing, place).slices:
            for p in each.products:
                if p.source is not None and p.source == p.position:
                    expected[(each.channel, *p.source)].append((place, p.tap))
    for place, readers in expected.items():
        found = read_by(computing.layer, x, place)
        every = [((o, *each.place), each.tap) for each in found for o in each.channels]
        assert sorted(readers) == sorted(every)


@pytest.mark.parametrize(
    "name", [n for n, (layer, _) in LAYERS.items() if layer.family == "conv"][:-1]
)
def test_what_a_weight_meets_is_counted_by_brute_force(name: str) -> None:
    """For each weight, the inputs it meets are those beside which a change of it is felt."""
    computing = filled(*LAYERS[name])
    x = Shape(computing.shapes[0])
    before = computing.values()
    for index in computing.weights["weight"]:
        channel, met = met_by(computing.layer, x, index)
        computing.weights["weight"][index] += 1
        after = computing.values()
        computing.weights["weight"][index] -= 1
        felt = {
            place: after[place] - before[place] for place in before if after[place] != before[place]
        }
        expected = {}
        for each in met:
            value = computing.x[(channel, *each.source)] if each.source is not None else 0.0
            if value:
                expected[each.place] = value
        assert expected == {place[1:]: by for place, by in felt.items()}


def test_a_border_that_repeats_counts_as_reading() -> None:
    """Mirrored at the edge, a value is read by windows that never come near it."""
    layer, x = Conv(out=1, kernel=3, padding=1, bias=False), Shape((1, 4))
    assert [(0,), (1,), (2,)] == [each.place for each in read_by(layer, x, (0, 1))]
    mirrored = read_by(layer, x, (0, 1), Border("reflect"))
    assert [((0,), (0,)), ((0,), (2,)), ((1,), (1,)), ((2,), (0,))] == [
        (each.place, each.tap) for each in mirrored
    ]
    around = read_by(layer, x, (0, 0), Border("wrap"))
    assert [(0,), (1,), (3,)] == [each.place for each in around]
    _, met = met_by(layer, x, (0, 0, 0), Border("reflect"))
    assert [((0,), (-1,), (1,)), ((1,), (0,), (0,))] == [tuple(each) for each in met[:2]]


@given(
    n=st.integers(1, 9), k=st.integers(1, 4), s=st.integers(1, 3), d=st.integers(1, 3),
    p=st.integers(0, 3),
)  # fmt: skip
@settings(max_examples=200)
def test_the_three_questions_agree(n: int, k: int, s: int, d: int, p: int) -> None:
    """What an output reads, who reads an input and what a tap meets are one set of triples."""
    size = n + 2 * p - d * (k - 1) - 1
    if size < 0:
        return
    axis = reading.Sliding(n, size // s + 1, k, s, -p, d)
    triples = {(i, t, j) for i in range(axis.m) for t, j in axis.reads(i)}
    positions = {j for _, _, j in triples}
    assert triples == {
        (i[0], t[0], j) for j in positions for i, t in reading.readers((axis,), (j,))
    }
    assert triples == {(i[0], t, j[0]) for t in range(k) for i, j in reading.meets((axis,), (t,))}


def test_stamps_land_where_they_are_read() -> None:
    """What a transposed convolution's input lands on is what its outputs read."""
    axis = reading.Stamping(4, 9, 3, 2, 1, 2)
    landed = {(j, t, i) for j in range(4) for t, i in axis.lands(j) if 0 <= i < 9}
    assert landed == {(j, t, i) for i in range(9) for t, j in axis.reads(i)}


def test_sums_are_rounded_once() -> None:
    """A sum that floats lose digits in is exact; NaN and infinities add up as floats do."""
    assert 2.0 == added([1e100, 1.0, -1e100, 1.0])
    assert math.isinf(added([math.inf, 1.0]))
    assert math.isnan(added([math.inf, -math.inf]))
    assert math.isnan(added([math.nan, 1.0]))


def test_not_a_number_wins_a_pool() -> None:
    """NaN among the values is the greatest, as torch has it."""
    values: Values = {(0, 0): 3.0, (0, 1): math.nan, (0, 2): 5.0, (0, 3): 1.0}
    found = trace(MaxPool(kernel=4), Shape((1, 4)), (0, 0), values.__getitem__)
    assert ((1,), True) == (found.winner, math.isnan(found.value))


# --- against torch ---


def test_torch_has_the_same_to_the_bit_where_order_allows() -> None:
    """Whole numbers add up without rounding, so that order doesn't matter: equal to the bit."""
    torch = pytest.importorskip("torch")
    from netsheet.run import nn

    for layer, shape in LAYERS.values():
        computing = filled(layer, shape)
        module = layer.to_torch(nn, Shape(shape))
        with torch.no_grad():
            for name, held in computing.weights.items():
                getattr(module, name).copy_(_tensor(held))
            y = module(_tensor(computing.x)[None])[0]
        for place in product(*map(range, y.shape)):
            found = followed(computing, place)
            exact = found.divisor == 1
            assert found.value == pytest.approx(float(y[place]), rel=0 if exact else 1e-6, abs=0)


def _tensor(values: dict[tuple[int, ...], float]) -> Any:
    import torch

    shape = [max(place[axis] for place in values) + 1 for axis in range(len(next(iter(values))))]
    tensor = torch.empty(shape)
    for place, value in values.items():
        tensor[place] = value
    return tensor


def test_who_reads_an_input_is_torchs_gradient() -> None:
    """An output reads an input just where torch's gradient of it isn't 0."""
    torch = pytest.importorskip("torch")
    layer, shape = LAYERS["strided, padded, with groups"]
    from netsheet.run import nn

    module = layer.to_torch(nn, Shape(shape))
    torch.nn.init.ones_(module.weight)
    x = torch.zeros(1, *shape, requires_grad=True)
    y = module(x)[0]
    found: dict[tuple[int, ...], set[tuple[int, ...]]] = {
        p: set() for p in product(*map(range, shape))
    }
    for out in product(*map(range, y.shape)):
        (gradient,) = torch.autograd.grad(y[out], x, retain_graph=True)
        for place in gradient[0].nonzero().tolist():
            found[tuple(place)].add(out)
    for place, outs in found.items():
        readers = read_by(layer, Shape(shape), place)
        assert outs == {(o, *each.place) for each in readers for o in each.channels}


@pytest.mark.parametrize(
    ("net", "row", "place"),
    [
        ("alexnet", "conv1", (10, 13, 13)),
        ("alexnet", "conv2", (200, 0, 26)),
        ("alexnet", "pool2", (17, 12, 3)),
        ("lenet5", "C1", (3, 5, 6)),
        ("googlenet", "inception_3a.3x3", (4, 9, 9)),
    ],
)
def test_a_networks_value_is_torchs_to_one_in_a_hundred_thousand(
    net: str, row: str, place: tuple[int, ...]
) -> None:
    """A row of a network on a photograph: the exact sum, and what torch computed for it."""
    pytest.importorskip("torch")
    import netsheet as ns
    from netsheet.run.follow import follow

    loaded = ns.load(net)
    found = follow(loaded.graph, row, place, ROOT / "examples" / "cat.jpg")
    size = math.fsum(abs(p.product) for each in found.trace.slices for p in each.products)
    assert found.off <= 1e-5 * max(1.0, size)
    if found.trace.how == "greatest":
        assert 0 == found.off


# --- what can't be ---

REFUSED = {
    "a place with too few numbers": ((0, 1), "0,1 is no place of the output, 2×3×4"),
    "a place that is not there": ((0, 3, 0), "0,3,0 lies outside the output, 2×3×4"),
    "a negative place": ((0, -1, 0), "0,-1,0 lies outside the output, 2×3×4"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_places_that_are_not_there_are_refused(what: str) -> None:
    """The message names the place and what there is."""
    place, message = REFUSED[what]
    with pytest.raises(NetsheetError) as caught:
        followed(filled(*LAYERS["plain"]), place)
    assert message == str(caught.value).splitlines()[0]


def test_layers_without_a_window_are_refused() -> None:
    """A dense layer has no window, and a pool no weights that meet inputs."""
    with pytest.raises(UnsupportedError, match="dense has no window that slides"):
        read_by(Dense(out=3), Shape((4,)), (0,))
    with pytest.raises(UnsupportedError, match="max pool has no weights"):
        met_by(MaxPool(kernel=2), Shape((1, 4, 4)), (0, 0))


# --- as data, and in words ---


def test_a_trace_is_data() -> None:
    """As JSON it holds every product, with its place, and can be read back."""
    found = followed(filled(*LAYERS["strided, padded, with groups"]), (3, 0, 1))
    data = json.loads(json.dumps(found.to_dict()))
    assert ([4, 6, 7], [4, 3, 4], [3, 0, 1]) == (data["input"], data["output"], data["place"])
    products = [p for each in data["slices"] for p in each["products"]]
    assert 2 * 3 * 2 == len(products)
    total = sum(p["product"] for p in products) + data["bias"]
    assert data["value"] == total
    assert all(p["product"] == p["value"] * p["weight"] for p in products)


TOLD = """\
edge, output 0,0,0 (channel, row, column) of 1×2×3
  conv 2×2, 1 reads rows −1 to 0, columns 0 to 1 of 1×2×3

  channel 0
    window     filter   products
    (0)  (0) ×  1  −1 = 0  0
      1    2    2   3   2  6
    sum 8

  (in brackets: beyond the edge)

  4 products: 8 + bias 10 = 18"""


def test_a_trace_is_told() -> None:
    """The window, the filter and the products side by side, and what they add up to."""
    x, w = [[1, 2, 3], [4, 5, 6]], [[1, -1], [2, 3]]
    found = trace(
        Conv(out=1, kernel=2, padding=((1, 0), (0, 1))),
        Shape((1, 2, 3)),
        (0, 0, 0),
        lambda p: x[p[1]][p[2]],
        {"weight": lambda p: w[p[2]][p[3]], "bias": lambda _: 10},
        name="edge",
    )
    assert TOLD == "\n".join(account.told(found))


def test_a_pool_is_told() -> None:
    """The greatest value and where it is; a mean with what it is divided by."""
    values: Values = {(0, i, j): float(3 * i + j) for i in range(3) for j in range(3)}
    greatest = trace(MaxPool(kernel=2, stride=1), Shape((1, 3, 3)), (0, 1, 0), values.__getitem__)
    assert "  greatest: 7, at row 2, column 1" == account.told(greatest)[-1]
    mean = trace(AveragePool(kernel=2), Shape((1, 3, 3)), (0, 0, 0), values.__getitem__)
    assert "  mean: 8 / 4 = 2" == account.told(mean)[-1]


def test_a_picture_is_traced(tmp_path: Path) -> None:
    """A pixel under a filter: mirrored at the edge, and what the picture holds at last."""
    pytest.importorskip("PIL")
    np = pytest.importorskip("numpy")
    from PIL import Image

    from netsheet.convolution.kernel import find_kernel
    from netsheet.convolution.picture import filter as filtered
    from netsheet.convolution.pixel import lay_on

    values = np.random.default_rng(0).integers(0, 256, (6, 7, 3), np.uint8)
    Image.fromarray(values).save(tmp_path / "a.png")
    laid = lay_on(tmp_path / "a.png", find_kernel("sharpen"), Border("reflect"))
    made = filtered(values, "sharpen")
    for place in [(0, 0, 0), (2, 5, 6), (1, 3, 3)]:
        found, held = laid.follow(place)
        assert int(made[place[1], place[2], place[0]]) == held == min(max(found.value, 0), 255)
    assert 4 == len(laid.readers((0, 0, 0)))
    assert 42 == len(laid.met((0, 0)))
    with pytest.raises(NetsheetError, match="sobel is two filters"):
        lay_on(tmp_path / "a.png", find_kernel("sobel"), Border("reflect"))
