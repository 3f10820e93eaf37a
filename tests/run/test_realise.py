"""Networks realised on torch: names, weights, running, several inputs and outputs, in place."""

# A kind names its own inputs, and so do those planted here.
# mypy: disable-error-code="override"

import copy
import io
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("torch")

import torch

from netsheet.core.errors import ChoiceError, NetsheetError, RuleError, UnsupportedError
from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.relu import Relu
from netsheet.run import nn
from netsheet.run.realise import Network, activations, realise
from netsheet.sheet.sheet import Sheet
from support.built import Builder
from support.strategies import graphs


def small() -> Graph:
    """A convolution with batch norm and ReLU, a pool, and two dense layers."""
    net = Builder("small")
    net.input("picture", 3, 8, 8)
    net.line("conv1", "conv", "bn", "relu", out=4, kernel=3, bias=False)
    net.line("pool1", "max pool", kernel=2)
    net.line("fc1", "dense", "relu", out=6)
    net.line("fc2", "dense", out=2)
    return net.graph()


def test_parameters_are_named_by_rows() -> None:
    """State dict keys are the row's name and the weight's; groups are modules of modules."""
    network = realise(small())
    assert [
        ("conv1.conv.weight", (4, 3, 3, 3)),
        ("conv1.bn.weight", (4,)),
        ("conv1.bn.bias", (4,)),
        ("conv1.bn.running_mean", (4,)),
        ("conv1.bn.running_var", (4,)),
        ("conv1.bn.num_batches_tracked", ()),
        ("fc1.dense.weight", (6, 36)),
        ("fc1.dense.bias", (6,)),
        ("fc2.weight", (2, 6)),
        ("fc2.bias", (2,)),
    ] == [(name, tuple(value.shape)) for name, value in network.state_dict().items()]
    assert Sheet(small()).total.params == sum(p.numel() for p in network.parameters())
    assert isinstance(network.row("conv1.relu"), torch.nn.ReLU)
    assert network.row("conv1") is network.get_submodule("conv1")


def test_an_unknown_row_is_refused() -> None:
    """A name that is not there is answered with the nearest."""
    with pytest.raises(ChoiceError, match='has no row "conv2"; did you mean conv1'):
        realise(small()).row("conv2")


def test_rows_may_be_called_anything() -> None:
    """Names that torch's modules use themselves are as good as any other."""
    net = Builder("odd")
    net.input("forward", 2, 6)
    for name in (
        "training",
        "weight",
        "_modules",
        "graph",
        "steps",
        "parameters.training",
        "parameters.forward",
        "state_dict.row.call",
        "3×3#a",
    ):
        net.add(name, "conv", out=2, kernel=1)
    network = realise(net.graph())
    x = torch.ones(1, 2, 6)
    before = network.eval()(x)
    assert not network.training
    assert not network.row("training").training
    assert network.train().training
    assert network.row("parameters.training").training
    network.load_state_dict(realise(net.graph(), seed=1).state_dict())
    assert not torch.equal(before, network(x))
    assert 18 == len(list(network.double().parameters()))
    assert "state_dict.row.call.weight" in network.state_dict()
    assert torch.float64 == network(x.double()).dtype
    assert torch.equal(network(x.double()), copy.deepcopy(network)(x.double()))


def test_copies_and_files() -> None:
    """A network can be copied, and written to a file as a whole."""
    network, x = realise(small()).eval(), torch.ones(1, 3, 8, 8)
    file = io.BytesIO()
    torch.save(network, file)
    file.seek(0)
    restored: Network = torch.load(file, weights_only=False)
    assert torch.equal(network(x), copy.deepcopy(network)(x))
    assert torch.equal(network(x), restored(x))
    assert network.graph == restored.graph


def test_weights_are_reproducible() -> None:
    """The same seed gives the same weights, another seed others; torch's own state is left alone."""
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first, again, other = realise(small()), realise(small()), realise(small(), seed=1)
    new, newer = realise(small(), seed=None), realise(small(), seed=None)
    assert torch.equal(state, torch.get_rng_state())
    weights = [
        network.get_parameter("fc1.dense.weight") for network in (first, again, other, new, newer)
    ]
    assert torch.equal(weights[0], weights[1])
    assert realise(small(), seed=-(10**30)).training
    assert 4 == len({tuple(w.flatten().tolist()) for w in weights})


def test_a_row_s_weights_are_its_own() -> None:
    """A change of one row leaves the weights of all others as they were."""
    graph = small()
    place = graph.index["conv1.conv"]
    row = graph.rows[place]
    wider = row._replace(layer=replace(row.layer, kernel=5, padding=1))
    rows = (*graph.rows[:place], wider, *graph.rows[place + 1 :])
    old, new = realise(graph), realise(replace(graph, rows=rows))
    assert torch.equal(old.get_parameter("fc1.dense.weight"), new.get_parameter("fc1.dense.weight"))


def test_deviations_are_he_s() -> None:
    """Weights before ReLU have variance 2/n, others 1/n, over n inputs; biases begin at 0."""
    net = Builder("wide")
    net.input("input", 64, 8, 8)
    net.line("conv", "conv", "relu", out=128, kernel=3, groups=2)
    net.line("up", "transposed conv", "tanh", out=64, kernel=4, stride=2)
    net.line("fc", "dense", out=100)
    network = realise(net.graph())
    facts = Sheet(net.graph()).facts
    expected = {
        "conv.conv": 2 / (9 * 32),
        "up.conv": facts[3].values / facts[3].macs,
        "fc": 1 / facts[4].values,
    }
    rows = {"conv.conv": "conv.conv", "up.conv": network.graph.rows[3].name, "fc": "fc"}
    for name, variance in expected.items():
        weight = network.get_parameter(f"{rows[name]}.weight")
        assert variance == pytest.approx(weight.var().item(), rel=0.05)
        assert 0 == network.get_parameter(f"{rows[name]}.bias").abs().max()


def test_default_dtype_and_device_are_used() -> None:
    """Parameters are made where, and of the type, that torch is told to."""
    with torch.device("meta"):
        network = realise(small())
        y = network(torch.empty(5, 3, 8, 8))
    assert {"meta"} == {p.device.type for p in network.state_dict().values()}
    assert (5, 2) == tuple(y.shape)
    torch.set_default_dtype(torch.float64)
    try:
        assert torch.float64 == realise(small()).get_parameter("fc2.weight").dtype
    finally:
        torch.set_default_dtype(torch.float32)


def two_ended() -> Graph:
    """Two inputs and two outputs."""
    net = Builder("two-ended")
    a = net.input("left", 2, 8)
    b = net.input("right", 2, 8)
    joined = net.add("join", "add", (a, b))
    net.add("first.out", "dense", (joined,), out=3)
    net.add("second", "relu", (joined,))
    return net.graph()


def test_several_inputs_and_outputs() -> None:
    """Inputs go by place or name; several outputs come by name, in order."""
    network = realise(two_ended())
    x, y = torch.ones(1, 2, 8), torch.zeros(1, 2, 8)
    found = network(x, y)
    assert ["first.out", "second"] == list(found)
    assert torch.equal(x, found["second"])
    for other in (network(x, right=y), network(left=x, right=y)):
        assert torch.equal(found["first.out"], other["first.out"])
    inputs = {"left": x, "right": y}
    network.consume(inputs)
    assert {} == inputs


@pytest.mark.parametrize(
    ("given_", "named", "message"),
    [
        ((), {}, "two-ended got inputs none\n  it reads left, right"),
        ((1, 8), {}, "two-ended got inputs left\n  it reads left, right"),
        ((1, 8), {"centre": 8}, "two-ended got inputs left, centre\n  it reads left, right"),
        ((1, 8), {"left": 8}, "two-ended got 2 inputs\n  it reads left, right"),
        (
            (1, 9),
            {"right": 8},
            (
                '"left" was given 1×2×9\n'
                "  it was realised for N×2×8, where N is the number of samples\n"
                "  realise graph.with_input(…) for another"
            ),
        ),
    ],
)
def test_wrong_inputs_are_refused(
    given_: tuple[int, ...], named: dict[str, int], message: str
) -> None:
    """A missing, unknown, doubled or differently shaped input is refused in words."""
    network = realise(two_ended())
    place = [torch.ones(given_[0], 2, given_[1])] if given_ else []
    with pytest.raises(RuleError) as refused:
        network(*place, **{name: torch.ones(1, 2, n) for name, n in named.items()})
    assert message == str(refused.value)


def test_too_many_inputs_are_refused() -> None:
    """More inputs than the network reads are refused."""
    with pytest.raises(RuleError, match="small got 2 inputs"):
        realise(small())(torch.ones(1, 3, 8, 8), torch.ones(1))


@dataclass(frozen=True, slots=True)
class Unheard(Relu):
    """A kind without a form in torch."""

    kind = "unheard"

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """None."""
        raise NotImplementedError


def test_what_torch_lacks_is_named() -> None:
    """A row whose kind has no form in torch is named."""
    graph = small()
    rows = (*graph.rows, Row("last", Unheard(), (len(graph.rows) - 1,)))
    with pytest.raises(UnsupportedError) as refused:
        realise(Graph("odd", rows))
    assert '"last": unheard has no form in torch' == str(refused.value)
    assert isinstance(refused.value, NetsheetError)


def test_activations_of_rows_and_groups() -> None:
    """Rows and groups give what they put out; a group, what its last row does."""
    network = realise(small()).eval()
    x = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    found = activations(network, x, ["conv1", "conv1.bn", "fc2", "picture"])
    assert ["conv1", "conv1.bn", "fc2", "picture"] == list(found)
    assert torch.equal(x, found["picture"])
    assert torch.equal(found["conv1.bn"].relu(), found["conv1"])
    assert torch.equal(network(x), found["fc2"])
    with pytest.raises(ChoiceError):
        activations(network, x, ["conv3"])


def test_activations_of_several_inputs() -> None:
    """With several inputs these go by name, and the caller keeps them."""
    inputs = {"left": torch.ones(1, 2, 8), "right": torch.ones(1, 2, 8)}
    found = activations(realise(two_ended()), inputs, ["join"])
    assert torch.equal(torch.full((1, 2, 8), 2.0), found["join"])
    assert ["left", "right"] == list(inputs)


def in_place() -> Graph:
    """Every way in which working in place could destroy what somebody needs."""
    net = Builder("in place")
    x = net.input("input", 2, 6)
    net.add("of_input", "relu6", (x,), inplace=True)
    a = net.add("conv", "conv", out=2, kernel=3, padding=1)
    net.add("before", "sigmoid", (a,))
    b = net.add("shared", "relu", (a,), inplace=True)
    net.add("after", "add", (a, b))
    net.add("kept", "sigmoid")
    net.add("of_kept", "leaky relu", inplace=True)
    net.add("view", "flatten")
    net.add("of_view", "silu", inplace=True)
    net.add("out", "dense", out=2)
    return net.graph()


def out_of_place(graph: Graph) -> Graph:
    """The same network without working in place anywhere."""
    return replace(
        graph,
        rows=tuple(
            row._replace(layer=replace(row.layer, inplace=False))
            if hasattr(row.layer, "inplace")
            else row
            for row in graph.rows
        ),
    )


def assert_in_place_changes_nothing(graph: Graph) -> None:
    """Require the same values and gradients whether or not layers work in place."""
    made = []
    for built in (graph, out_of_place(graph)):
        network = realise(built).double().eval()
        x = torch.linspace(-2, 2, 2 * graph.input_shape.values, dtype=torch.double)
        x = x.view(2, *graph.input_shape).requires_grad_()
        before = x.detach().clone()
        found = activations(network, x, [row.name for row in graph.rows])
        y = network(x)
        outputs = [*found.values(), *(y.values() if isinstance(y, dict) else [y])]
        (slope,) = torch.autograd.grad(torch.cat([v.flatten() for v in outputs]).sum(), x)
        assert torch.equal(before, x.detach())
        made.append((found, slope))
    (one, slope), (other, other_slope) = made
    for name, value in one.items():
        torch.testing.assert_close(other[name], value, equal_nan=True)
    torch.testing.assert_close(other_slope, slope, equal_nan=True)


def test_in_place_never_destroys_what_is_needed() -> None:
    """Values, gradients and the caller's input are as without working in place."""
    assert_in_place_changes_nothing(in_place())


@given(
    graphs(
        [
            "conv",
            "relu",
            "leaky relu",
            "relu6",
            "silu",
            "sigmoid",
            "tanh",
            "flatten",
            "add",
            "multiply",
            "identity",
        ]
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_random_networks_in_place(graph: Graph) -> None:
    """So it is in any network."""
    assert_in_place_changes_nothing(graph)


def test_in_place_that_destroys_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: overwriting whenever asked gives other values, or no gradient at all."""
    monkeypatch.setattr(
        "netsheet.run.realise.overwrites",
        lambda graph, facts: {p for p, row in enumerate(graph.rows) if row.layer.in_place},  # noqa: ARG005 as overwrites
    )
    with pytest.raises((AssertionError, RuntimeError)):
        assert_in_place_changes_nothing(in_place())


def test_everything_of_torch_is_there() -> None:
    """The module that kinds are handed has every name of torch.nn, and its own beside."""
    assert nn.Mish is torch.nn.Mish
    assert set(nn.__all__) - set(dir(torch.nn)) >= {"Add", "Concat", "FlatLinear", "SparseConv"}
    with pytest.raises(AttributeError):
        nn.NoSuchLayer  # noqa: B018 asking is the test


def test_codes_are_the_same_everywhere() -> None:
    """The codes of radial basis units are ±1, both, and don't depend on the seed."""
    net = Builder("rbf")
    net.input("input", 84)
    net.add("output", "rbf", out=10)
    first, other = (realise(net.graph(), seed=seed).get_buffer("output.codes") for seed in (0, 1))
    assert {-1.0, 1.0} == set(first.flatten().tolist())
    assert torch.equal(first, other)


def test_sparse_connections_move_with_the_module() -> None:
    """What isn't stored (which channel a kernel reads) is right after loading and copying."""
    net = Builder("sparse")
    net.input("input", 3, 6)
    net.add("c3", "sparse conv", links=((0, 2), (1,), (2,)), kernel=3)
    network, x = realise(net.graph()), torch.randn(1, 3, 6)
    other = realise(net.graph(), seed=1)
    other.load_state_dict(network.state_dict())
    assert ["c3.weight", "c3.bias"] == list(network.state_dict())
    assert torch.equal(network(x), other(x))
    assert torch.equal(network(x), copy.deepcopy(network)(x))
