"""Realised networks against the same networks in plain torch, with the same weights."""

from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch.utils.flop_counter import FlopCounterMode

from netsheet.layers.registry import find
from netsheet.net import Net, load, networks
from netsheet.run.realise import realise
from netsheet.sheet.sheet import Sheet
from support.networks import KNOWN, resnet50
from support.plain_models import PLAIN
from support.plain_zoo import ZOO_PLAIN

EACH_KNOWN = pytest.mark.parametrize("name", KNOWN)


@EACH_KNOWN
def test_the_same_parameters(name: str) -> None:
    """Parameters and buffers have the shapes of the plain model's, in the same order."""
    with torch.device("meta"):
        plain, network = PLAIN[name](), realise(KNOWN[name].graph())
    assert [p.shape for p in plain.parameters()] == [p.shape for p in network.parameters()]
    assert [b.shape for b in plain.buffers()] == [b.shape for b in network.buffers()]
    assert KNOWN[name].params == sum(p.numel() for p in network.parameters())


def assert_computes_the_same(plain: Any, network: Any) -> None:
    """Require the plain model's scores, after its weights have been copied."""
    with torch.no_grad():
        for own, other in zip(
            network.state_dict().values(), plain.state_dict().values(), strict=True
        ):
            own.copy_(other)
        x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
        torch.testing.assert_close(network.eval()(x), plain.eval()(x))


@EACH_KNOWN
def test_the_same_scores(name: str) -> None:
    """With the same weights, the realised network computes what the plain model does."""
    torch.manual_seed(0)
    assert_computes_the_same(PLAIN[name](), realise(KNOWN[name].graph()))


def test_another_network_is_noticed() -> None:
    """Negative control: the same weights in ResNet-50 v1 give other scores."""
    torch.manual_seed(0)
    with pytest.raises(AssertionError):
        assert_computes_the_same(PLAIN["ResNet-50"](), realise(resnet50(stride_on=1)))


EACH_PLAIN = pytest.mark.parametrize("name", ZOO_PLAIN)


@EACH_PLAIN
def test_zoo_networks_have_the_plain_models_parameters(name: str) -> None:
    """Parameters and buffers in order, and multiply-adds by torch's own count, are the sheet's."""
    net = load(name)
    with torch.device("meta"):
        plain, network = ZOO_PLAIN[name]().eval(), realise(net.graph)
        x = torch.empty(1, *net.input)
    assert [p.shape for p in plain.parameters()] == [p.shape for p in network.parameters()]
    assert [b.shape for b in plain.buffers()] == [b.shape for b in network.buffers()]
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        plain(x)
    assert counter.get_total_flops() == 2 * net.totals().macs


SIDES = {"inception_v3": 75}
"""Pictures that are larger than 64×64, for networks that can't read so small ones."""


def drawn(model: Any) -> Any:
    """The model in doubles, with weights that a mistake shows in: norms scale, shift and centre."""
    generator = torch.Generator().manual_seed(1)
    model = model.double().eval()
    for name, values in model.state_dict().items():
        if values.is_floating_point() and values.ndim not in {2, 4}:
            low = {"running_var": 0.01, "running_mean": -0.5, "bias": -0.5}
            first = low.get(name.rpartition(".")[2], 0.5)
            values.uniform_(first, first + 1, generator=generator)
    return model


def assert_zoo_computes(plain: Any, net: Net, side: int) -> None:
    """Require that a zoo network computes what a plain model does, on a small picture."""
    plain = drawn(plain)
    network = realise(net.with_input((3, side, side)).graph).double().eval()
    own, other = network.state_dict().values(), plain.state_dict().values()
    for one, two in zip(own, other, strict=True):
        one.copy_(two)
    x = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        expected = plain(x)
        assert expected.std() > 0.01
        torch.testing.assert_close(network(x), expected, rtol=1e-9, atol=1e-9 * expected.std())


@EACH_PLAIN
def test_zoo_networks_compute_what_plain_models_do(name: str) -> None:
    """With the same weights, put in by order, the realised sheet gives the same scores."""
    torch.manual_seed(0)
    assert_zoo_computes(ZOO_PLAIN[name](), load(name), SIDES.get(name, 64))


FAULTS: dict[str, Any] = {
    "a gate": ("efficientnet_b0", "sigmoid", "hardsigmoid", {}),
    "an epsilon": ("mobilenet_v3_large", "batch norm", "batch norm", {"momentum": 0.01}),
    "the border of a mean": (
        "inception_v3",
        "average pool",
        "average pool",
        {"kernel": 3, "stride": 1, "padding": 1, "count_padding": False},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_another_zoo_network_is_noticed(fault: str) -> None:
    """Negative control: with one of its details otherwise, a network gives other scores."""
    name, kind, other, attributes = FAULTS[fault]
    net = load(name)
    layer = find(other)(**attributes)
    rows = tuple(
        row._replace(layer=layer) if row.layer.kind == kind else row for row in net.graph.rows
    )
    wrong = replace(net, graph=replace(net.graph, rows=rows))
    torch.manual_seed(0)
    with pytest.raises(AssertionError):
        assert_zoo_computes(ZOO_PLAIN[name](), wrong, SIDES.get(name, 64))


@pytest.mark.parametrize("name", [*KNOWN, *networks()])
def test_every_row_has_its_shape(name: str) -> None:
    """Each row of any known network puts out the shape in its cell, with its parameters."""
    graph = KNOWN[name].graph() if name in KNOWN else load(name).graph
    with torch.device("meta"):
        network = realise(graph).eval()
    shapes: dict[str, tuple[int, ...]] = {}
    for row in graph.rows:
        network.row(row.name).register_forward_hook(
            lambda _module, _args, y, name=row.name: shapes.update({name: tuple(y.shape)})
        )
    with torch.no_grad():
        network(torch.empty(1, *graph.input_shape, device="meta"))
    sheet = Sheet(graph)
    cells = dict(zip(graph.index, sheet.column("output"), strict=True))
    assert sheet.total.params == sum(p.numel() for p in network.parameters())
    assert {row: (1, *shape) for row, shape in cells.items()} == shapes
